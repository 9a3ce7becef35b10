package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/// A journal that was read whole.
///
/// Used by one thread.
///
/// @param segments its segments, open
/// @param index its runs
/// @param replay what reading it has told
/// @param frames reads the last segment
/// @param end the size of the last segment's file
record Loaded(Segments segments, Index index, Replay replay, FrameReader frames, long end)
    implements Closeable {

  /// Reads a journal.
  ///
  /// @param numbers the numbers of its segments, not empty
  /// @param writing whether the files are opened for writing
  /// @param retirement told of finished runs
  static Loaded read(
      JournalFolder folder, List<Integer> numbers, boolean writing, Retirement retirement)
      throws IOException {
    var segments = new Segments(folder);
    try {
      return read(segments, numbers, writing, retirement);
    } catch (Throwable e) {
      try (segments) {
        throw e;
      }
    }
  }

  private static Loaded read(
      Segments segments, List<Integer> numbers, boolean writing, Retirement retirement)
      throws IOException {
    for (int number : numbers) {
      segments.add(open(segments.folder(), number, writing));
    }
    var index = new Index(segments, retirement::finished);
    var replay = new Replay(index);
    checkNumbers(segments);
    FrameReader frames = null;
    long end = 0;
    for (var segment : segments.all()) {
      end = segment.file().size();
      frames = new FrameReader(segment, end);
      replay.begin(segment);
      replay.read(segment, frames, end, segment == segments.active());
    }
    if (segments.oldest().number() > replay.dropped() + 1) {
      replay.lost(new Finding(segments.oldest().name(), 0, 0, "segments before it are missing"));
    }
    replay.prove();
    retirement.sort();
    return new Loaded(segments, index, replay, Objects.requireNonNull(frames), end);
  }

  /// Reads what has come to the last segment.
  Loaded further() throws IOException {
    long now = segments.active().file().size();
    replay.read(segments.active(), frames, now, true);
    return new Loaded(segments, index, replay, frames, now);
  }

  /// The bytes behind the last whole frame.
  long tail() {
    return end - segments.active().size();
  }

  @Override
  public void close() throws IOException {
    segments.close();
  }

  private static void checkNumbers(Segments segments) {
    int expected = segments.oldest().number();
    for (var segment : segments.all()) {
      if (segment.number() != expected) {
        throw new StoreDamagedException(
            segments.folder().location(),
            "%s is missing; restore the folder from a backup".formatted(Names.segment(expected)),
            null);
      }
      expected++;
    }
  }

  private static Segment open(JournalFolder folder, int number, boolean writing)
      throws IOException {
    var name = Names.segment(number);
    var file = writing ? folder.open(name) : folder.openReadOnly(name);
    try {
      return new Segment(head(folder, name, file, number), file);
    } catch (Throwable e) {
      try (file) {
        throw e;
      }
    }
  }

  /// Checks whether a segment is of a version that can be read, without reading it.
  static SegmentHead head(JournalFolder folder, String name, JournalFile file, int number)
      throws IOException {
    var bytes = new byte[(int) Math.min(SegmentHead.SIZE, file.size())];
    file.read(ByteBuffer.wrap(bytes), 0);
    if (SegmentHead.isSegment(bytes) && SegmentHead.version(bytes) != Frame.VERSION) {
      throw new StoreVersionException(
          folder.location(),
          "%s has the format %d, and this library reads %d; use a newer library"
              .formatted(name, SegmentHead.version(bytes), Frame.VERSION),
          null);
    }
    try {
      var head = SegmentHead.decoded(bytes);
      if (SegmentHead.isSegment(bytes) && head.number() == number) {
        return head;
      }
    } catch (MalformedException e) {
      // told below
    }
    throw new StoreDamagedException(
        folder.location(),
        "%s does not begin as a segment of a journal does; restore the folder from a backup"
            .formatted(name),
        null);
  }
}
