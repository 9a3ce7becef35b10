package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A file that does all by another one but what it overrides.
interface ForwardingFile extends JournalFile {
  JournalFile behind();

  @Override
  default long size() throws IOException {
    return behind().size();
  }

  @Override
  default void read(ByteBuffer into, long at) throws IOException {
    behind().read(into, at);
  }

  @Override
  default void write(ByteBuffer from, long at) throws IOException {
    behind().write(from, at);
  }

  @Override
  default void truncate(long size) throws IOException {
    behind().truncate(size);
  }

  @Override
  default void force() throws IOException {
    behind().force();
  }

  @Override
  default void close() throws IOException {
    behind().close();
  }
}
