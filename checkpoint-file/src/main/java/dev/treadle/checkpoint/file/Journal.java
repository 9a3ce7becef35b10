package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreFencedException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes frames: encodes, writes, forces, and only then lets the changes stand. A frame that could
/// not be written is cut off again, and the changes are taken back. What happens after that is
/// never tried a second time.
///
/// Used by one thread.
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int LARGE = 1 << 26;
  private static final long LARGEST_SEGMENT = 0xffff_ffffL;
  private static final int OLD_RUNS = 16;
  private static final int OLD_RUNS_AT_OPENING = 10_000;
  private static final int NO_HOUSEKEEPING = -1;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Segments segments;
  private final Index index;
  private final Epoch epoch;
  private final RecordWriter writer;
  private final Compactor compactor;
  private final Retirement retirement;
  private final long segmentSize;

  private long sequence;
  private long settledSequence;

  /// The end of the frames that are durable and settled.
  private long settledEnd;

  /// The last frame was refused, so that the next carries nothing that can wait.
  private boolean lean;

  /// The old runs whose deletion is in the frame.
  private List<Run> retired = List.of();

  private @Nullable Throwable broken;

  /// @param segmentSize from how many bytes on a segment is followed by another
  /// @param sequence the number of the next frame
  Journal(
      Segments segments,
      Index index,
      Epoch epoch,
      Retirement retirement,
      long segmentSize,
      long sequence) {
    this.segments = segments;
    this.index = index;
    this.epoch = epoch;
    this.retirement = retirement;
    this.segmentSize = segmentSize;
    this.writer = new RecordWriter(segments, index);
    this.compactor = new Compactor(segments, index, writer, segmentSize);
    this.sequence = sequence;
    this.settledSequence = sequence;
    this.settledEnd = segments.active().size();
    index.beginUndoable();
  }

  /// What is written into frames.
  @FunctionalInterface
  interface Content<T> {
    T write(RecordWriter writer) throws IOException;
  }

  @Nullable Throwable broken() {
    return broken;
  }

  // --- what is written

  List<Integer> append(List<StepCommit> batch) {
    return write(
        OLD_RUNS + 2 * batch.size(),
        writing -> {
          var refused = new ArrayList<Integer>();
          for (int i = 0; i < batch.size(); i++) {
            if (!accept(batch.get(i), writing)) {
              refused.add(i);
            }
            if (writing.out().size() > LARGE && i + 1 < batch.size()) {
              flush();
            }
          }
          return List.copyOf(refused);
        });
  }

  void discardUnfinished(String id) {
    write(
        OLD_RUNS,
        writing -> {
          var run = index.find(id);
          var head = run == null ? null : run.head();
          if (run != null && head != null && run.entries().size() > run.visible()) {
            writing.change(run, List.of(new IdRange(head.nextId(), Long.MAX_VALUE)), List.of());
          }
          return true;
        });
  }

  boolean delete(String id) {
    return write(
        OLD_RUNS,
        writing -> {
          var run = index.find(id);
          if (run != null) {
            writing.delete(run);
          }
          return run != null;
        });
  }

  /// Writes runs of another journal.
  boolean adopt(Content<Boolean> content) {
    return write(NO_HOUSEKEEPING, content);
  }

  /// Writes that an opening begins, and deletes old runs.
  void open() {
    write(
        OLD_RUNS_AT_OPENING,
        writing -> {
          writing.number(RecordKind.OPENED, epoch.number());
          return true;
        });
  }

  /// Writes that it ends; nothing may follow.
  void close() {
    try {
      write(
          NO_HOUSEKEEPING,
          writing -> {
            writing.number(RecordKind.CLOSED, epoch.number());
            return true;
          });
    } catch (CommitUnknownException e) {
      unmark(e);
      throw e;
    }
  }

  /// Takes the mark away that could not be forced. The next opening must not find it: the system
  /// may have marked it as written all the same, and what is written behind it would stand upon
  /// nothing.
  private void unmark(CommitUnknownException cause) {
    try {
      segments.active().file().truncate(settledEnd);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  boolean isFenced() {
    return epoch.isOver();
  }

  private boolean accept(StepCommit commit, RecordWriter writing) throws IOException {
    if (commit.with().isEmpty()) {
      var header = commit.header();
      if (header.sequence() != sequence(header.id().value()) + 1) {
        return false;
      }
      writing.commit(commit);
      return true;
    }
    return acceptTogether(commit, writing);
  }

  private boolean acceptTogether(StepCommit commit, RecordWriter writing) throws IOException {
    var all = new ArrayList<StepCommit>();
    all.add(commit);
    all.addAll(commit.with());
    Map<String, Long> expected = new HashMap<>();
    for (var one : all) {
      var id = one.header().id().value();
      long stored = expected.computeIfAbsent(id, this::sequence);
      if (one.header().sequence() != stored + 1) {
        return false;
      }
      expected.put(id, one.last() ? stored + 1 : stored);
    }
    for (var one : all) {
      writing.commit(one);
    }
    return true;
  }

  private long sequence(String id) {
    var run = index.find(id);
    var head = run == null ? null : run.head();
    return head == null ? 0 : head.sequence();
  }

  // --- how it is written

  /// Writes what the content says, in one frame unless it is very large.
  ///
  /// @param oldRuns how many old runs may be deleted along with it
  private <T> T write(int oldRuns, Content<T> content) {
    if (epoch.isOver()) {
      throw fenced();
    }
    try {
      roll();
      writer.begin(segments.active().size());
      T answer = content.write(writer);
      if (!writer.isEmpty()) {
        keepHouse(oldRuns);
        flush();
      }
      settle();
      return answer;
    } catch (FailedForceException e) {
      throw unknown(e);
    } catch (IOException e) { // of reading, or of a new segment; nothing was written
      takeBack();
      throw refused(e);
    } catch (Throwable e) {
      takeBack();
      throw e;
    }
  }

  /// Old runs and old segments go along with what is written anyway.
  private void keepHouse(int oldRuns) {
    if (lean || oldRuns < 0) {
      return;
    }
    retired = retirement.due(index, oldRuns);
    retired.forEach(writer::delete);
    compactor.move();
  }

  /// Writes and forces a frame, and begins the next.
  private void flush() {
    var active = segments.active();
    var frame = writer.out();
    if (active.size() + frame.size() > LARGEST_SEGMENT) {
      throw new IllegalArgumentException(
          "a batch of more than 4 GiB; make batches smaller or payloads shorter");
    }
    Frame.seal(frame, active.salt(), sequence, epoch.number());
    try {
      active.file().write(frame.buffer(), active.size());
    } catch (IOException e) {
      cutOff(active, e);
      throw refused(e);
    } catch (Throwable e) {
      throw unknown(e);
    }
    try {
      active.file().force();
    } catch (Throwable e) {
      throw unknown(e);
    }
    if (epoch.isOver()) {
      throw unknown(fenced());
    }
    active.grow(active.size() + frame.size());
    sequence++;
    writer.begin(active.size());
  }

  private void settle() {
    index.settle();
    settledEnd = segments.active().size();
    settledSequence = sequence;
    lean = false;
    retired = List.of();
    try {
      compactor.settle();
    } catch (FailedForceException e) { // what was written stands, and is the last
      broken = e;
      LOG.error("{} closes itself", segments.folder().location(), e);
    }
  }

  /// Takes back what is not settled; frames of the same batch that are durable already are cut off.
  private void takeBack() {
    if (broken != null) {
      return;
    }
    index.takeBack();
    retirement.putBack(retired);
    retired = List.of();
    compactor.takeBack();
    var active = segments.active();
    if (sequence != settledSequence) {
      cutOff(active, null);
    }
  }

  /// Cuts off what is not settled. That is forced: or a frame that was written whole, though the
  /// write failed, could be there again after a power loss, when its commits have long been
  /// refused.
  private void cutOff(Segment active, @Nullable IOException cause) {
    try {
      active.file().truncate(settledEnd);
      active.file().force();
      active.grow(settledEnd);
      sequence = settledSequence;
      lean = true;
    } catch (Throwable e) {
      if (cause != null) {
        e.addSuppressed(cause);
      }
      throw unknown(e);
    }
  }

  /// Begins a new segment if the active one is full.
  private void roll() throws IOException {
    var active = segments.active();
    if (active.size() >= segmentSize) {
      segments.add(segments.create(newHead(active.number() + 1, sequence)));
      settledEnd = segments.active().size();
    }
  }

  static SegmentHead newHead(int number, long sequence) {
    var salt = new byte[Long.BYTES];
    RANDOM.nextBytes(salt);
    return new SegmentHead(number, sequence, salt);
  }

  private StoreFencedException fenced() {
    return new StoreFencedException(
        segments.folder().location(),
        "a later opening owns the store (this one has epoch %d); nothing was written"
            .formatted(epoch.number()),
        null);
  }

  private WriteRefusedException refused(IOException cause) {
    lean = true;
    return new WriteRefusedException(
        segments.folder().location(),
        "nothing was written; see to free space and permissions, and try again: " + cause,
        cause);
  }

  private CommitUnknownException unknown(Throwable cause) {
    broken = cause;
    return unknownAgain();
  }

  /// What every call gets after the journal broke.
  CommitUnknownException unknownAgain() {
    return new CommitUnknownException(
        segments.folder().location(),
        "the store has closed itself, for it can't be known what was written (%s); open it again"
            .formatted(broken),
        broken);
  }
}
