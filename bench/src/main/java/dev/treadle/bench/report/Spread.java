package dev.treadle.bench.report;

import java.util.List;
import java.util.Locale;

/// A median of several forks with the lowest and the highest of them.
///
/// @param median the middle one, or the mean of the two in the middle
/// @param low the lowest
/// @param high the highest
public record Spread(double median, double low, double high) {

  /// Of samples.
  ///
  /// @param samples one for each fork, at least one
  /// @return their spread
  public static Spread of(List<Double> samples) {
    var sorted = samples.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  /// A number for people: three digits that count, thousands apart.
  ///
  /// @param value the number
  /// @return such as `1.23`, `45.6`, `1,234`
  public static String show(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    return String.format(
        Locale.ROOT,
        size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f",
        value);
  }

  /// The median with its interval.
  ///
  /// @return such as `1.23 (1.20 to 1.31)`
  public String show() {
    return low == high ? show(median) : show(median) + " (" + show(low) + " to " + show(high) + ")";
  }
}
