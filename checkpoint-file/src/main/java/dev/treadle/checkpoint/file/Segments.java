package dev.treadle.checkpoint.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The open segments of a journal, the oldest first.
///
/// Used by one thread.
final class Segments implements Closeable {
  private final JournalFolder folder;
  private final List<Segment> all = new ArrayList<>();

  Segments(JournalFolder folder) {
    this.folder = folder;
  }

  JournalFolder folder() {
    return folder;
  }

  List<Segment> all() {
    return all;
  }

  Segment oldest() {
    return all.getFirst();
  }

  Segment active() {
    return all.getLast();
  }

  void add(Segment segment) {
    all.add(segment);
  }

  /// The segment that a place lies in, if it is there.
  ///
  /// @throws IOException if it is not
  Segment at(long place) throws IOException {
    var segment = find(Segment.number(place));
    if (segment == null) {
      throw new IOException("there is no " + Names.segment(Segment.number(place)));
    }
    return segment;
  }

  /// Counts bytes that are needed, or no more if the number is negative.
  void addLive(long place, long bytes) {
    var segment = find(Segment.number(place));
    if (segment != null) {
      segment.addLive(bytes);
    }
  }

  /// Numbers follow each other, unless a damaged segment was left out.
  private @Nullable Segment find(int number) {
    int index = Math.min(number - oldest().number(), all.size() - 1);
    while (index >= 0 && all.get(index).number() > number) {
      index--;
    }
    return index >= 0 && all.get(index).number() == number ? all.get(index) : null;
  }

  long live() {
    long sum = 0;
    for (var segment : all) {
      sum += segment.live();
    }
    return sum;
  }

  long size() {
    long sum = 0;
    for (var segment : all) {
      sum += segment.size();
    }
    return sum;
  }

  /// Creates a segment. It has its name only when it is complete and durable.
  Segment create(SegmentHead head) throws IOException {
    var name = Names.segment(head.number());
    var temporary = Names.temporary(name);
    folder.delete(temporary);
    var file = folder.create(temporary);
    try {
      file.write(head.encoded(), 0);
      force(file, temporary);
      folder.rename(temporary, name);
      forceFolder();
      return new Segment(head, file);
    } catch (Throwable e) {
      try (file) {
        throw e;
      }
    }
  }

  /// Closes and deletes the oldest segment.
  void dropOldest() throws IOException {
    var oldest = all.removeFirst();
    oldest.file().close();
    folder.delete(oldest.name());
    forceFolder();
  }

  private void forceFolder() throws FailedForceException {
    try {
      folder.force();
    } catch (IOException e) {
      throw new FailedForceException("the folder", e);
    }
  }

  private static void force(JournalFile file, String name) throws FailedForceException {
    try {
      file.force();
    } catch (IOException e) {
      throw new FailedForceException(name, e);
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (var segment : all) {
      try {
        segment.file().close();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
