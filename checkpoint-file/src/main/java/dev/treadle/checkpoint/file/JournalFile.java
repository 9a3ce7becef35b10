package dev.treadle.checkpoint.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A file of a journal, open.
///
/// Used by one thread.
interface JournalFile extends Closeable {

  /// How many bytes it has.
  long size() throws IOException;

  /// Reads until the buffer is full or the file ends.
  void read(ByteBuffer into, long at) throws IOException;

  /// Writes all that remains in the buffer.
  void write(ByteBuffer from, long at) throws IOException;

  /// Cuts the file off.
  void truncate(long size) throws IOException;

  /// Makes what was written durable.
  void force() throws IOException;
}
