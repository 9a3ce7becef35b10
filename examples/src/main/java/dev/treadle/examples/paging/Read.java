package dev.treadle.examples.paging;

import java.util.List;

/// What is found at a cursor.
sealed interface Read {

  /// Some whole lines, few enough for memory and for one stored item.
  ///
  /// @param lines the lines
  /// @param next where to read on
  record Page(List<String> lines, Cursor next) implements Read {
    /// Copies the list.
    public Page {
      lines = List.copyOf(lines);
    }
  }

  /// The file's end.
  ///
  /// @param bytes how long the file is
  record End(long bytes) implements Read {}
}
