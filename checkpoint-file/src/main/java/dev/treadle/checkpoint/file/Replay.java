package dev.treadle.checkpoint.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads a journal from its oldest segment on and builds the index. Can go on later with what has
/// come meanwhile.
///
/// Used by one thread.
final class Replay {
  private final Index index;
  private final List<Finding> findings = new ArrayList<>();

  /// Runs of which a whole commit was found behind the last damage.
  private final Set<Run> seenSince = new HashSet<>();

  private long next;
  private long epoch;
  private int dropped;
  private boolean clean = true;
  private boolean unknowable;

  Replay(Index index) {
    this.index = index;
  }

  /// The number of the next frame.
  long next() {
    return next;
  }

  /// The highest epoch that has written.
  long epoch() {
    return epoch;
  }

  /// The last segment that nothing is needed of any more.
  int dropped() {
    return dropped;
  }

  /// Whether the last record tells that the journal was closed.
  boolean isClean() {
    return clean;
  }

  /// Whether there is damage of which it can't be told whom it concerns.
  boolean isUnknowable() {
    return unknowable;
  }

  List<Finding> findings() {
    return findings;
  }

  /// There is damage of which it can't be told whom it concerns.
  void lost(Finding finding) {
    findings.add(finding);
    unknowable = true;
    seenSince.clear();
  }

  void begin(Segment segment) {
    if (next == 0) {
      next = segment.head().firstSequence();
    } else if (next != segment.head().firstSequence()) {
      lost(new Finding(segment.name(), 0, 0, "frames before it are missing"));
      next = segment.head().firstSequence();
    }
  }

  /// Reads the frames of a segment from its known end on, and moves that end behind the last frame.
  ///
  /// @param end the size of the file
  /// @param last whether the segment is the last, which may end in a frame that was never forced
  void read(Segment segment, FrameReader frames, long end, boolean last) throws IOException {
    frames.extend(end);
    long at = segment.size();
    while (at < end) {
      var found = frames.look(at);
      if (found == Frame.Check.WHOLE && frames.frame(at).sequence() == next) {
        int total = frames.frame(at).total();
        if (!apply(segment, frames, at)) {
          lost(finding(segment, at, total, "its records make no sense"));
        }
        at += total;
      } else {
        long behind = frames.find(at + 1);
        if (last && behind < 0 && found != Frame.Check.WHOLE) {
          break;
        }
        at = damaged(segment, frames, at, behind < 0 ? end : behind);
      }
      segment.grow(at);
    }
  }

  /// Goes over damage to what was forced once: a write never begins before the one before it is
  /// durable, so this is no trace of a death.
  ///
  /// @param behind where the next whole frame begins, or the end
  /// @return where to go on
  private long damaged(Segment segment, FrameReader frames, long at, long behind)
      throws IOException {
    var found = frames.look(at);
    if (found == Frame.Check.BAD_CONTENT && frames.frame(at).sequence() == next) {
      int total = frames.frame(at).total();
      if (at + total <= behind && apply(segment, frames, at)) {
        findings.add(finding(segment, at, total, "entries in it are not what was written"));
        return at + total;
      }
    }
    lost(finding(segment, at, behind - at, "no whole frame, or not the one that belongs here"));
    if (frames.look(behind) == Frame.Check.WHOLE) {
      next = Math.max(next, frames.frame(behind).sequence());
    }
    return behind;
  }

  private static Finding finding(Segment segment, long at, long length, String reason) {
    return new Finding(segment.name(), at, length, reason);
  }

  /// Applies the frame that was looked at, if all of its records make sense.
  private boolean apply(Segment segment, FrameReader frames, long at) {
    var records = new ArrayList<JournalRecord>();
    var frame = frames.frame(at);
    try {
      for (var in = frames.records(at); in.hasMore(); ) {
        records.add(JournalRecord.decode(frames.bytes(), in));
      }
    } catch (MalformedException e) {
      next = frame.sequence() + 1;
      return false;
    }
    if (frame.epoch() < epoch) {
      lost(finding(segment, at, frame.total(), "an opening wrote it that was over"));
    }
    next = frame.sequence() + 1;
    epoch = Math.max(epoch, frame.epoch());
    long base = at - frames.start(at);
    for (var record : records) {
      apply(segment, record, base);
    }
    return true;
  }

  private void apply(Segment segment, JournalRecord record, long base) {
    clean = record.kind() == RecordKind.CLOSED;
    switch (record.kind()) {
      case OPENED, CLOSED -> {}
      case DROPPED -> dropped = Math.max(dropped, (int) record.number());
      case DELETED -> {
        var run = index.find(record.run());
        if (run != null) {
          index.drop(run);
        }
      }
      default -> change(index.findOrCreate(record.run()), segment, record, base);
    }
  }

  private void change(Run run, Segment segment, JournalRecord record, long base) {
    for (int i = 0; i < record.removes().length; i += 2) {
      index.remove(run, record.removes()[i], record.removes()[i + 1]);
    }
    for (int i = 0; i < record.puts().length; i++) {
      long place = segment.place(base + record.places()[i]);
      if (run.entries().place(record.puts()[i]) >= segment.place(base + record.subjectAt())) {
        run.damaged("an entry is there twice");
      }
      index.put(run, record.puts()[i], place, record.length(i));
    }
    var header = record.header();
    if (header != null) {
      header(run, segment, record, header, base);
    }
  }

  private void header(
      Run run, Segment segment, JournalRecord record, StoredHeader stored, long base) {
    var header = stored.header();
    var before = run.head();
    long missing = record.kind() == RecordKind.COMMIT ? 1 : 0;
    if (before != null && header.sequence() != before.sequence() + missing) {
      run.damaged("a commit after the " + before.sequence() + "th is missing");
    }
    run.labels(header.labels());
    index.setHead(
        run,
        Head.of(
            header,
            index.workflow(header.workflow()),
            stored.count(),
            Head.labels(header.labels()),
            segment.place(base + record.subjectAt()),
            record.subjectEnd() - record.subjectAt()));
    if (unknowable) {
      seenSince.add(run);
    }
  }

  /// Looks at what was built: which runs are proven whole.
  void prove() {
    for (var run : index.runs().values()) {
      var head = run.head();
      if (head == null) {
        run.damaged("its header is missing");
      } else if (run.visible() != head.count()) {
        run.damaged("it has %d entries instead of %d".formatted(run.visible(), head.count()));
      } else if (unknowable && !run.isFinal() && !seenSince.contains(run)) {
        run.damaged("a part of the journal is lost in which it may have gone on");
      }
    }
  }
}
