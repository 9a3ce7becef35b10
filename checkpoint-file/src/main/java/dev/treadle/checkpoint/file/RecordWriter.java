package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Writes the records of a frame and changes the index as they say.
///
/// Used by one thread.
final class RecordWriter {
  private final Encoder out = new Encoder();
  private final Segments segments;
  private final Index index;
  private Segment segment;
  private long base;

  RecordWriter(Segments segments, Index index) {
    this.segments = segments;
    this.index = index;
    this.segment = segments.active();
  }

  /// Begins a frame.
  ///
  /// @param at where it will lie in the active segment
  void begin(long at) {
    segment = segments.active();
    base = at;
    out.reset();
    out.reserve(Frame.HEAD);
  }

  Encoder out() {
    return out;
  }

  boolean isEmpty() {
    return out.size() == Frame.HEAD;
  }

  /// Writes a commit or a part of one.
  void commit(StepCommit commit) throws IOException {
    var run = index.findOrCreate(commit.header().id().value());
    if (commit.last()) {
      whole(run, commit);
    } else {
      change(run, List.of(), commit.puts());
    }
  }

  /// Writes a change of a run's entries.
  void change(Run run, List<IdRange> removes, List<Entry> puts) {
    JournalRecord.subject(out, RecordKind.PART, run.id());
    removes.forEach(range -> index.remove(run, range.first(), range.last()));
    entries(RecordKind.PART, run, removes, puts);
  }

  void delete(Run run) {
    JournalRecord.subject(out, RecordKind.DELETED, run.id());
    JournalRecord.noEntries(out, RecordKind.DELETED);
    index.drop(run);
  }

  void number(RecordKind kind, long number) {
    JournalRecord.number(out, kind, number);
  }

  private void whole(Run run, StepCommit commit) throws IOException {
    var header = commit.header();
    var labels = labels(run, header);
    commit.removes().forEach(range -> index.remove(run, range.first(), range.last()));
    header(RecordKind.COMMIT, run, header, labels, commit.removes(), commit.puts());
  }

  /// Writes a run that comes from another journal; its other entries follow by [#adoptMore].
  void adopt(RunHeader header, int count, List<Entry> entries) {
    var run = index.create(header.id().value());
    run.labels(header.labels());
    out.one(RecordKind.MOVED_RUN.code());
    var open = StoredHeader.begin(out, header, header.labels());
    int length = out.size() - open.at();
    entries(RecordKind.MOVED_RUN, run, List.of(), entries);
    StoredHeader.end(out, open, length, count);
    setHead(run, header, header.labels(), count, open.at(), length);
  }

  void adoptMore(RunId id, List<Entry> entries) {
    JournalRecord.subject(out, RecordKind.MOVED, id.value());
    entries(RecordKind.MOVED, index.findOrCreate(id.value()), List.of(), entries);
  }

  /// Writes what of a record of an older segment is still needed.
  ///
  /// @param bytes what the record's places count in
  /// @param withHeader whether its header is
  /// @param needed the indexes of its entries that are
  void move(Run run, JournalRecord record, byte[] bytes, boolean withHeader, int[] needed) {
    int headerAt = out.size() + 1;
    int length = record.subjectEnd() - record.subjectAt();
    var kind = withHeader ? RecordKind.MOVED_RUN : RecordKind.MOVED;
    if (withHeader) {
      out.one(kind.code());
      out.raw(bytes, record.subjectAt(), length);
    } else {
      JournalRecord.subject(out, kind, run.id());
    }
    int table = out.reserve(JournalRecord.FRONT);
    out.number(0);
    out.number(needed.length);
    int slots = out.reserve(needed.length * JournalRecord.SLOT);
    int end = out.size();
    for (int i = 0; i < needed.length; i++) {
      int from = out.size();
      out.raw(bytes, record.places()[needed[i]], record.length(needed[i]));
      put(run, record.puts()[needed[i]], from, slots + i * JournalRecord.SLOT);
    }
    JournalRecord.seal(out, table, end, kind.seed());
    out.one('\n');
    var head = run.head();
    if (withHeader && head != null) {
      index.moveHead(run, head.movedTo(place(headerAt)));
    }
  }

  private void header(
      RecordKind kind,
      Run run,
      RunHeader header,
      Map<String, String> labels,
      List<IdRange> removes,
      List<Entry> puts) {
    out.one(kind.code());
    var open = StoredHeader.begin(out, header, labels);
    int length = out.size() - open.at();
    entries(kind, run, removes, puts);
    int count = run.entries().countBelow(header.nextId());
    StoredHeader.end(out, open, length, count);
    setHead(run, header, labels, count, open.at(), length);
  }

  private void setHead(
      Run run, RunHeader header, Map<String, String> labels, int count, int at, int length) {
    var workflow = index.workflow(header.workflow());
    index.setHead(run, Head.of(header, workflow, count, Head.labels(labels), place(at), length));
  }

  private void entries(RecordKind kind, Run run, List<IdRange> removes, List<Entry> puts) {
    int table = out.reserve(JournalRecord.FRONT);
    out.number(removes.size());
    for (var range : removes) {
      out.number(range.first());
      out.number(range.last() - range.first());
    }
    out.number(puts.size());
    int slots = out.reserve(puts.size() * JournalRecord.SLOT);
    int end = out.size();
    var seed = run.seed();
    for (int i = 0; i < puts.size(); i++) {
      int from = out.size();
      StoredEntry.encode(out, seed, puts.get(i));
      put(run, puts.get(i).id(), from, slots + i * JournalRecord.SLOT);
    }
    JournalRecord.seal(out, table, end, kind.seed());
    out.one('\n');
  }

  private void put(Run run, long id, int from, int slot) {
    int length = out.size() - from;
    out.setLong(slot, id);
    out.setInt(slot + Long.BYTES, length);
    index.put(run, id, place(from), length);
  }

  private long place(int at) {
    return segment.place(base + at);
  }

  /// The labels of the run's first commit.
  private Map<String, String> labels(Run run, RunHeader header) throws IOException {
    var head = run.head();
    if (head == null) {
      run.labels(header.labels());
      return header.labels();
    }
    var known = run.labels();
    if (known == null) {
      known = head.labels() == 0 ? Map.of() : stored(run, head);
      run.labels(known);
    }
    return known;
  }

  private Map<String, String> stored(Run run, Head head) throws IOException {
    long at = Segment.offset(head.place());
    boolean isHere = Segment.number(head.place()) == segment.number() && at >= base;
    var bytes =
        isHere
            ? out.copy((int) (at - base), head.length())
            : segments.at(head.place()).read(at, head.length());
    try {
      return StoredHeader.decode(bytes, 0, bytes.length).header().labels();
    } catch (MalformedException e) {
      throw Damage.of(segments, run, head.place(), head.length(), "its header is " + e.what());
    }
  }
}
