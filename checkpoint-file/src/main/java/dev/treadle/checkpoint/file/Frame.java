package dev.treadle.checkpoint.file;

import java.util.zip.CRC32C;

/// One forced write: a head of fixed size, then records. All checksums begin with the random number
/// of the segment, so that nothing in a payload, and no bytes of a deleted file, can pass for a
/// frame.
///
/// | at | bytes | what |
/// |---|---|---|
/// | 0 | 4 | [#MAGIC] |
/// | 4 | 2 | version of the format |
/// | 6 | 2 | 0 |
/// | 8 | 4 | length of the content |
/// | 12 | 8 | number of the frame, counted over all segments |
/// | 20 | 8 | epoch of the opening that wrote it |
/// | 28 | 4 | checksum of all before |
/// | 32 | 4 | checksum of all before and the content |
///
/// @param sequence its number
/// @param epoch the epoch of the opening that wrote it
/// @param length the length of the content
record Frame(long sequence, long epoch, int length) {
  /// Begins with a byte that UTF-8 never has.
  static final int MAGIC = 0xf754524a;

  static final int VERSION = 1;
  static final int HEAD = 36;
  private static final int HEAD_CRC = 28;
  private static final int CRC = 32;

  /// What is found where a frame may begin.
  enum Check {
    /// A frame.
    WHOLE,
    /// A whole head, and a content that is not what was written.
    BAD_CONTENT,
    /// A whole head, and not enough behind it.
    SHORT,
    /// No head of a frame.
    NONE
  }

  int total() {
    return HEAD + length;
  }

  /// Writes the head of a frame that begins at 0, when the content is complete.
  static void seal(Encoder frame, byte[] salt, long sequence, long epoch) {
    frame.setInt(0, MAGIC);
    frame.setInt(4, VERSION << 16);
    frame.setInt(8, frame.size() - HEAD);
    frame.setLong(12, sequence);
    frame.setLong(20, epoch);
    frame.setInt(HEAD_CRC, frame.crc(salt, 0, HEAD_CRC));
    frame.setInt(CRC, 0);
    frame.setInt(CRC, frame.crc(salt, 0, frame.size()));
  }

  /// Whether a whole head begins here.
  static boolean isHead(byte[] bytes, int at, int end, byte[] salt, CRC32C crc) {
    if (end - at < HEAD
        || BigEndian.getInt(bytes, at) != MAGIC
        || BigEndian.getInt(bytes, at + 4) != VERSION << 16
        || BigEndian.getInt(bytes, at + 8) < 0) {
      return false;
    }
    crc.reset();
    crc.update(salt, 0, salt.length);
    crc.update(bytes, at, HEAD_CRC);
    return (int) crc.getValue() == BigEndian.getInt(bytes, at + HEAD_CRC);
  }

  /// The head that begins here and was checked.
  static Frame head(byte[] bytes, int at) {
    return new Frame(
        BigEndian.getLong(bytes, at + 12),
        BigEndian.getLong(bytes, at + 20),
        BigEndian.getInt(bytes, at + 8));
  }

  /// Whether the content behind a checked head is what was written; all of it is there.
  boolean isWhole(byte[] bytes, int at, byte[] salt, CRC32C crc) {
    crc.reset();
    crc.update(salt, 0, salt.length);
    crc.update(bytes, at, CRC);
    crc.update(0);
    crc.update(0);
    crc.update(0);
    crc.update(0);
    crc.update(bytes, at + HEAD, length);
    return (int) crc.getValue() == BigEndian.getInt(bytes, at + CRC);
  }

  /// What is at a place of plain bytes.
  static Check check(byte[] bytes, int at, int end, byte[] salt, CRC32C crc) {
    if (!isHead(bytes, at, end, salt, crc)) {
      return Check.NONE;
    }
    var frame = head(bytes, at);
    if (frame.length > end - at - HEAD) {
      return Check.SHORT;
    }
    return frame.isWhole(bytes, at, salt, crc) ? Check.WHOLE : Check.BAD_CONTENT;
  }
}
