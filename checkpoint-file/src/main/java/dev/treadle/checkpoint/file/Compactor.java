package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves what is still needed of the oldest segment to the end of the journal, a piece with each
/// frame, so that the segment can be deleted. Segments go strictly in their order: so whatever a
/// record takes away lies in the same segment or before it, and can never come back.
///
/// Used by one thread.
final class Compactor {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
  private static final int LEAST_READ = 1 << 16;
  private static final int LEAST_MOVED = 1 << 15;

  private final Segments segments;
  private final Index index;
  private final RecordWriter writer;
  private final long segmentSize;

  /// Reads the oldest segment, or null between two segments.
  private @Nullable FrameReader reader;

  private long at;
  private long atBefore;

  /// All that is needed of the oldest segment has been moved; it goes after the next force.
  private boolean done;

  private boolean stuck;

  Compactor(Segments segments, Index index, RecordWriter writer, long segmentSize) {
    this.segments = segments;
    this.index = index;
    this.writer = writer;
    this.segmentSize = segmentSize;
  }

  /// Moves a piece into the frame that is being written. What can't be read stays where it is, and
  /// the frame is none the worse.
  void move() {
    atBefore = at;
    if (stuck || !begin()) {
      return;
    }
    try {
      movePiece();
    } catch (IOException e) {
      stuck = true;
      LOG.warn("{} can't be read, so it stays", segments.oldest().name(), e);
    }
  }

  private void movePiece() throws IOException {
    var from = reader;
    var oldest = segments.oldest();
    at = oldest.live() > 0 ? at : oldest.size();
    int start = writer.out().size();
    long readTo = at + Math.max(LEAST_READ, 4L * start);
    int movedTo = start + Math.max(LEAST_MOVED, 2 * start);
    while (from != null && at < oldest.size() && at < readTo && writer.out().size() < movedTo) {
      if (!moveFrame(oldest, from)) {
        return;
      }
    }
    if (at >= oldest.size()) {
      done = mayGo(oldest);
    }
  }

  private boolean mayGo(Segment oldest) {
    if (oldest.live() != 0) {
      stuck = true;
      LOG.error("{} is still needed, so it stays; this should not be", oldest.name());
      return false;
    }
    writer.number(RecordKind.DROPPED, oldest.number());
    return true;
  }

  /// The frame was not written.
  void takeBack() {
    at = atBefore;
    done = false;
  }

  /// The frame is durable.
  ///
  /// @throws FailedForceException if nothing may be written any more
  void settle() throws FailedForceException {
    atBefore = at;
    if (!done) {
      return;
    }
    done = false;
    reader = null;
    var name = segments.oldest().name();
    try {
      segments.dropOldest();
    } catch (FailedForceException e) {
      throw e;
    } catch (IOException e) {
      stuck = true; // the next opening deletes it; until then no other may go
      LOG.warn("{} can't be deleted; it is not needed any more", name, e);
    }
  }

  /// Whether there is a segment to work on.
  private boolean begin() {
    if (reader != null) {
      return true;
    }
    if (segments.all().size() < 2) {
      return false;
    }
    var oldest = segments.oldest();
    if (oldest.live() > 0 && segments.size() <= 2 * segments.live() + segmentSize) {
      return false;
    }
    reader = new FrameReader(oldest, oldest.size());
    at = SegmentHead.SIZE;
    atBefore = at;
    return true;
  }

  /// @return whether it can go on
  private boolean moveFrame(Segment oldest, FrameReader from) throws IOException {
    var found = from.look(at);
    if (found == Frame.Check.WHOLE || found == Frame.Check.BAD_CONTENT) {
      try {
        moveRecords(oldest, from);
        at += from.frame(at).total();
        return true;
      } catch (MalformedException e) {
        // told below
      }
    }
    stuck = true;
    LOG.warn(
        "{} of {} is damaged at offset {}; it stays, and space is not given back any more",
        oldest.name(),
        segments.folder().location(),
        at);
    return false;
  }

  private void moveRecords(Segment oldest, FrameReader from) throws MalformedException {
    var bytes = from.bytes();
    long base = at - from.start(at);
    for (var records = from.records(at); records.hasMore(); ) {
      var record = JournalRecord.decode(bytes, records);
      var run = record.kind().hasRun() ? index.find(record.run()) : null;
      if (run != null) {
        moveRecord(oldest, run, record, bytes, base);
      }
    }
  }

  private void moveRecord(Segment oldest, Run run, JournalRecord record, byte[] bytes, long base) {
    var head = run.head();
    boolean withHeader =
        record.kind().hasHeader()
            && head != null
            && head.place() == oldest.place(base + record.subjectAt());
    var needed = new int[record.puts().length];
    int count = 0;
    for (int i = 0; i < needed.length; i++) {
      if (run.entries().place(record.puts()[i]) == oldest.place(base + record.places()[i])) {
        needed[count++] = i;
      }
    }
    if (withHeader || count > 0) {
      writer.move(run, record, bytes, withHeader, Arrays.copyOf(needed, count));
    }
  }
}
