package dev.treadle.examples.paging;

/// Where in the file the next page begins.
///
/// @param offset how many bytes lie before it
record Cursor(long offset) {
  /// Rejects an impossible offset.
  Cursor {
    if (offset < 0) {
      throw new IllegalArgumentException("an offset is 0 or more, was " + offset);
    }
  }
}
