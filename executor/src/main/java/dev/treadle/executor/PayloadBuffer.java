package dev.treadle.executor;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/// Bytes being written, up to a limit; what would pass it is not taken. Confined to one thread.
final class PayloadBuffer extends OutputStream {
  private static final int FIRST = 512;
  private final int limit;
  private byte[] bytes;
  private int size;
  private boolean full;

  PayloadBuffer(int limit) {
    this.limit = limit;
    this.bytes = new byte[Math.min(FIRST, limit)];
  }

  @Override
  public void write(int value) throws IOException {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    reserve(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /// Whether something did not fit.
  boolean isFull() {
    return full;
  }

  /// What was written.
  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void reserve(int length) throws IOException {
    if (length > limit - size) {
      full = true;
      throw new IOException("over the limit");
    }
    if (length > bytes.length - size) {
      var wanted = Math.max(2L * bytes.length, (long) size + length);
      bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, limit));
    }
  }
}
