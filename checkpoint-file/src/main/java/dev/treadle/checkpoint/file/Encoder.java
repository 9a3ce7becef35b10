package dev.treadle.checkpoint.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Bytes that grow at their end. Numbers are written seven bits a byte, the lowest first, unless
/// they are fixed; texts and byte arrays begin with their length.
///
/// Used by one thread.
final class Encoder {
  private static final int FIRST_CAPACITY = 1 << 16;
  private static final int KEPT_CAPACITY = 1 << 22;

  private final CRC32C crc = new CRC32C();
  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;

  /// Begins anew; memory that only a rare large frame needed is given back.
  void reset() {
    size = 0;
    if (bytes.length > KEPT_CAPACITY) {
      bytes = new byte[FIRST_CAPACITY];
    }
  }

  int size() {
    return size;
  }

  /// What was written so far, as a view.
  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  byte[] copy(int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  void one(int value) {
    need(1);
    bytes[size++] = (byte) value;
  }

  void number(long value) {
    need(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void text(String value) {
    bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  void bytes(byte[] value) {
    number(value.length);
    raw(value, 0, value.length);
  }

  void raw(byte[] from, int at, int length) {
    need(length);
    System.arraycopy(from, at, bytes, size, length);
    size += length;
  }

  /// Leaves room that is set later.
  ///
  /// @return where it begins
  int reserve(int length) {
    need(length);
    size += length;
    return size - length;
  }

  void setInt(int at, int value) {
    BigEndian.setInt(bytes, at, value);
  }

  void setLong(int at, long value) {
    BigEndian.setLong(bytes, at, value);
  }

  /// The checksum of a stretch.
  ///
  /// @param seed goes before it
  int crc(byte[] seed, int from, int to) {
    crc.reset();
    crc.update(seed, 0, seed.length);
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  private void need(int more) {
    if (more > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), grown()));
    }
  }

  private int grown() {
    return (int) Math.min(Integer.MAX_VALUE - 16, 2L * bytes.length);
  }
}
