package dev.treadle.examples.paging;

import java.io.IOException;

/// A source that is read page by page: a file, a table with a key, a service with a next link.
/// Called again with the same cursor, it gives the same. Safe for use by many threads.
@FunctionalInterface
interface Pages {

  /// Reads the page at a cursor.
  ///
  /// @param from where to begin
  /// @return a page, or the end
  /// @throws IOException if it can't be read
  Read read(Cursor from) throws IOException;
}
