package dev.treadle.checkpoint.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Reads what [Encoder] has written, strictly: every length is checked before anything is
/// allocated.
///
/// Used by one thread.
final class Decoder {
  private final byte[] bytes;
  private final int end;
  private int at;

  Decoder(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  int at() {
    return at;
  }

  boolean hasMore() {
    return at < end;
  }

  int one() throws MalformedException {
    need(1);
    return bytes[at++] & 0xff;
  }

  int fixedInt() throws MalformedException {
    need(Integer.BYTES);
    at += Integer.BYTES;
    return BigEndian.getInt(bytes, at - Integer.BYTES);
  }

  long fixedLong() throws MalformedException {
    need(Long.BYTES);
    at += Long.BYTES;
    return BigEndian.getLong(bytes, at - Long.BYTES);
  }

  long number() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = one();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException("a number without an end");
  }

  /// A number of things that take at least so many bytes each.
  int count(int least) throws MalformedException {
    long count = number();
    if (count < 0 || count > (end - at) / least) {
      throw new MalformedException("more than there is room for");
    }
    return (int) count;
  }

  String text() throws MalformedException {
    int length = count(1);
    at += length;
    return isAscii(at - length, at)
        ? new String(bytes, at - length, length, StandardCharsets.ISO_8859_1)
        : unicode(at - length, length);
  }

  private boolean isAscii(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private String unicode(int from, int length) throws MalformedException {
    try {
      var text = ByteBuffer.wrap(bytes, from, length);
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a text that is not UTF-8");
    }
  }

  byte[] bytes() throws MalformedException {
    int length = count(1);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  void skip(int length) throws MalformedException {
    need(length);
    at += length;
  }

  void expect(int value) throws MalformedException {
    if (one() != value) {
      throw new MalformedException("something else where a mark has to be");
    }
  }

  /// Rejects what follows.
  void end() throws MalformedException {
    if (hasMore()) {
      throw new MalformedException("more bytes than there should be");
    }
  }

  /// Checks a stretch that follows, without moving.
  void check(byte[] seed, int length, int expected) throws MalformedException {
    need(length);
    var crc = new CRC32C();
    crc.update(seed, 0, seed.length);
    crc.update(bytes, at, length);
    if ((int) crc.getValue() != expected) {
      throw new MalformedException("a wrong checksum");
    }
  }

  private void need(int more) throws MalformedException {
    if (more < 0 || more > end - at) {
      throw new MalformedException("an end too early");
    }
  }
}
