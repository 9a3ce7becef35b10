package dev.treadle.examples.paging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A text file that is read piece by piece. Safe for use by many threads; the file must not change.
///
/// @param path the file
/// @param pageBytes how many bytes a page has at most, and so a line
record LedgerFile(Path path, int pageBytes) implements Pages {

  /// Reads the whole lines that fit into one page.
  ///
  /// @param from where to begin
  /// @return the lines, or the end
  /// @throws IOException if the file can't be read, or a line is longer than a page
  @Override
  public Read read(Cursor from) throws IOException {
    var bytes = ByteBuffer.allocate(pageBytes);
    boolean atEnd;
    try (var file = FileChannel.open(path)) {
      long at = from.offset();
      int got = 0;
      while (bytes.hasRemaining() && got >= 0) {
        got = file.read(bytes, at + bytes.position());
      }
      atEnd = got < 0;
    }
    int length = atEnd ? bytes.position() : wholeLines(bytes, from);
    if (length == 0) {
      return new Read.End(from.offset());
    }
    var text = new String(bytes.array(), 0, length, StandardCharsets.UTF_8);
    return new Read.Page(text.lines().toList(), new Cursor(from.offset() + length));
  }

  private int wholeLines(ByteBuffer bytes, Cursor from) throws IOException {
    for (int i = bytes.position(); i > 0; i--) {
      if (bytes.get(i - 1) == '\n') {
        return i;
      }
    }
    throw new IOException(
        path + " has a line of more than " + pageBytes + " bytes, at offset " + from.offset());
  }
}
