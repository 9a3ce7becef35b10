package dev.treadle.examples.paging;

import dev.treadle.Merge;
import java.util.List;

/// The run's context: what the pages so far add up to. Small, however long the file is.
///
/// @param lines how many lines were counted
/// @param cents the sum of their amounts
record Sum(long lines, long cents) {
  private static final Sum NOTHING = new Sum(0, 0);

  /// Nothing counted yet.
  ///
  /// @return zeroes
  static Sum nothing() {
    return NOTHING;
  }

  /// How two parts add up.
  ///
  /// @return the merge
  static Merge<Sum> merge() {
    return Merge.of(
        NOTHING, (left, right) -> new Sum(left.lines + right.lines, left.cents + right.cents));
  }

  /// What some lines add up to.
  ///
  /// @param lines lines such as `order-17;250`
  /// @return their sum
  static Sum of(List<String> lines) {
    return new Sum(lines.size(), lines.stream().mapToLong(Sum::cents).sum());
  }

  private static long cents(String line) {
    return Long.parseLong(line.substring(line.lastIndexOf(';') + 1));
  }
}
