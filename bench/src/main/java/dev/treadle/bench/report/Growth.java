package dev.treadle.bench.report;

import java.util.List;

/// How a quantity grows with the size of the work: the exponent of the power law that fits best,
/// which is 0 for what stays the same, 1 for what grows in proportion, 2 for the square.
///
/// @param exponent the slope in double logarithmic scale, by least squares
/// @param determination how much of the variation the fit explains, from 0 to 1
record Growth(double exponent, double determination) {

  /// A pair of numbers above zero.
  record Pair(double size, double value) {}

  /// Fits at least two pairs of different sizes.
  static Growth of(List<Pair> pairs) {
    double n = pairs.size();
    double meanX = pairs.stream().mapToDouble(p -> Math.log(p.size())).sum() / n;
    double meanY = pairs.stream().mapToDouble(p -> Math.log(p.value())).sum() / n;
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (var pair : pairs) {
      double x = Math.log(pair.size()) - meanX;
      double y = Math.log(pair.value()) - meanY;
      xx += x * x;
      xy += x * y;
      yy += y * y;
    }
    if (xx == 0) {
      throw new IllegalArgumentException("growth needs two sizes");
    }
    return new Growth(xy / xx, yy == 0 ? 1 : xy * xy / (xx * yy));
  }
}
