package dev.treadle.executor.spi;

/// A range of entry ids.
///
/// @param first the lowest id in it
/// @param last the highest id in it, not below the first
public record IdRange(long first, long last) {
  /// Rejects an empty range.
  public IdRange {
    if (last < first) {
      throw new IllegalArgumentException(
          "a range ends at or after its first id, was " + first + " to " + last);
    }
  }
}
