package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Reads the frames of a segment one after another, through a window that moves over the file.
///
/// Used by one thread.
final class FrameReader {
  private static final int WINDOW = 1 << 20;

  private final Segment segment;
  private final CRC32C crc = new CRC32C();
  private byte[] window = {};
  private long windowAt;
  private int filled;
  private long end;

  /// @param end where to stop, at most
  FrameReader(Segment segment, long end) {
    this.segment = segment;
    this.end = end;
  }

  /// Reads further than was known of at first.
  void extend(long to) {
    end = to;
    filled = 0; // what is there may have been in the midst of being written
  }

  /// Looks at what begins at an offset; a frame that is there can be had until the next call.
  Frame.Check look(long at) throws IOException {
    load(at, Frame.HEAD);
    int from = start(at);
    if (!Frame.isHead(window, from, filled, segment.salt(), crc)) {
      return Frame.Check.NONE;
    }
    load(at, Frame.HEAD + (long) Frame.head(window, from).length());
    return Frame.check(window, start(at), filled, segment.salt(), crc);
  }

  /// The frame that was looked at.
  Frame frame(long at) {
    return Frame.head(window, start(at));
  }

  /// The bytes that [#start] counts in.
  byte[] bytes() {
    return window;
  }

  /// Where an offset that was looked at lies among [#bytes].
  int start(long at) {
    return (int) (at - windowAt);
  }

  /// The records of the frame that was looked at.
  Decoder records(long at) {
    int from = start(at) + Frame.HEAD;
    return new Decoder(window, from, from + frame(at).length());
  }

  /// The offset of the first whole frame from here on, or -1.
  long find(long from) throws IOException {
    for (long at = from; at + Frame.HEAD <= end; at++) {
      at = findMagic(at);
      if (at < 0) {
        return -1;
      }
      if (look(at) == Frame.Check.WHOLE) {
        return at;
      }
    }
    return -1;
  }

  private long findMagic(long from) throws IOException {
    for (long at = from; at + Frame.HEAD <= end; at++) {
      load(at, Frame.HEAD);
      int last = filled - Frame.HEAD;
      for (int i = start(at); i <= last; i++) {
        if (BigEndian.getInt(window, i) == Frame.MAGIC) {
          return windowAt + i;
        }
      }
      at = windowAt + last;
    }
    return -1;
  }

  /// Moves the window so that it holds so many bytes from an offset on, if the file has them.
  private void load(long at, long length) throws IOException {
    long have = windowAt + filled;
    long wanted = Math.min(end, at + length);
    if (at >= windowAt && wanted <= have) {
      return;
    }
    int room = (int) Math.min(Math.max(length, WINDOW), Math.max(0, end - at));
    if (window.length < room || window.length > Math.max(room, WINDOW)) {
      window = new byte[room];
    }
    var into = ByteBuffer.wrap(window, 0, room);
    segment.file().read(into, at);
    windowAt = at;
    filled = into.position();
  }
}
