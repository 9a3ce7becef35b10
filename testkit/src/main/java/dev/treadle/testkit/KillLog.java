package dev.treadle.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/// What a process has seen, in lines; each call is one write, which no death of the process takes
/// back. Safe for use by many threads.
final class KillLog implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final FileChannel channel;

  KillLog(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  void write(CharSequence lines) {
    var bytes = StandardCharsets.UTF_8.encode(lines.toString());
    lock.lock();
    try {
      write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
