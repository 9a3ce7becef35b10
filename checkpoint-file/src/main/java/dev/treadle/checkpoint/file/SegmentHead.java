package dev.treadle.checkpoint.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a segment begins with, in every version of the format.
///
/// | at | bytes | what |
/// |---|---|---|
/// | 0 | 16 | `TREADLE-JOURNAL` and a line end |
/// | 16 | 4 | version of the format |
/// | 20 | 4 | number of the segment, as in its name |
/// | 24 | 8 | number of its first frame |
/// | 32 | 8 | random bytes that all checksums of its frames begin with |
/// | 40 | 4 | checksum of all before |
///
/// @param number the segment's number
/// @param firstSequence the number of its first frame
/// @param salt random bytes
@SuppressWarnings("ArrayRecordComponent") // never compared
record SegmentHead(int number, long firstSequence, byte[] salt) {
  static final int SIZE = 44;
  private static final byte[] MAGIC = "TREADLE-JOURNAL\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_SEED = {};

  /// Whether these are the first bytes of a segment of any version.
  static boolean isSegment(byte[] bytes) {
    return bytes.length >= MAGIC.length + 4
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /// The version of a segment, of which nothing else is known.
  static int version(byte[] bytes) {
    return BigEndian.getInt(bytes, MAGIC.length);
  }

  ByteBuffer encoded() {
    var out = new Encoder();
    out.raw(MAGIC, 0, MAGIC.length);
    out.reserve(SIZE - MAGIC.length);
    out.setInt(16, Frame.VERSION);
    out.setInt(20, number);
    out.setLong(24, firstSequence);
    out.setLong(32, BigEndian.getLong(salt, 0));
    out.setInt(40, out.crc(NO_SEED, 0, 40));
    return out.buffer();
  }

  /// Reads the head of a segment.
  static SegmentHead decoded(byte[] bytes) throws MalformedException {
    var in = new Decoder(bytes, 0, bytes.length);
    if (bytes.length < SIZE) {
      throw new MalformedException("the head is cut off");
    }
    in.check(NO_SEED, 40, BigEndian.getInt(bytes, 40));
    return new SegmentHead(
        BigEndian.getInt(bytes, 20),
        BigEndian.getLong(bytes, 24),
        Arrays.copyOfRange(bytes, 32, 40));
  }
}
