package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    var index = new Index(segments, retirement::finished);
    var replay = new Replay(index);
    for (int number : numbers) {
      open(segments, number, writing, replay);
    }
    if (segments.all().isEmpty()) {
      throw new StoreDamagedException(
          segments.folder().location(),
          "no file begins as a journal does; restore the folder from a backup",
          null);
    }
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

  /// A segment whose head is damaged is left out: without the random number in it nothing of it can
  /// be proven.
  private static void open(Segments segments, int number, boolean writing, Replay replay)
      throws IOException {
    var folder = segments.folder();
    var name = Names.segment(number);
    var file = writing ? folder.open(name) : folder.openReadOnly(name);
    try {
      var head = head(folder, name, file, number);
      if (head != null) {
        segments.add(new Segment(head, file));
      } else {
        replay.lost(new Finding(name, 0, file.size(), "it does not begin as a journal does"));
        file.close();
      }
    } catch (Throwable e) {
      try (file) {
        throw e;
      }
    }
  }

  /// The head of a segment, or null if it is none.
  ///
  /// @throws StoreVersionException if it is of a version that can't be read
  static @Nullable SegmentHead head(JournalFolder folder, String name, JournalFile file, int number)
      throws IOException {
    var bytes = new byte[(int) Math.min(SegmentHead.SIZE, file.size())];
    file.read(ByteBuffer.wrap(bytes), 0);
    if (!SegmentHead.isSegment(bytes)) {
      return null;
    }
    SegmentHead head;
    try {
      head = SegmentHead.decoded(bytes);
    } catch (MalformedException e) {
      return null;
    }
    if (SegmentHead.version(bytes) > Frame.VERSION) {
      throw new StoreVersionException(
          folder.location(),
          "%s has the format %d, and this library reads up to %d; use a newer library"
              .formatted(name, SegmentHead.version(bytes), Frame.VERSION),
          null);
    }
    return head.number() == number && SegmentHead.version(bytes) == Frame.VERSION ? head : null;
  }
}
