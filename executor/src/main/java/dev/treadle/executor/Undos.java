package dev.treadle.executor;

import dev.treadle.Done;
import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a run can undo, and how far it is with that. Confined like the [RunState] that it belongs
/// to.
///
/// What can be undone is kept as the item of the undo that would do it, under an id that the commit
/// of the execution has given; so ids tell the order of commits. When the run fails, each attempt
/// that is being executed gets such an item too, of an unknown outcome: it goes when the outcome
/// comes.
final class Undos {
  /// How many committed executions of a run can be undone; the design's figure.
  static final int MOST = 10_000;

  private static final int SHOWN_FAILURES = 20;
  private static final int SHOWN_MESSAGE = 500;

  private final RunState state;
  private NavigableMap<Long, Item> pending = Collections.emptyNavigableMap();

  /// The ids of those of an unknown outcome, by the items that they undo.
  private Map<Long, Long> uncertain = Collections.emptyMap();

  private List<UndoFailure> failures = Collections.emptyList();
  private boolean asked;
  private boolean begun;
  private boolean running;
  private boolean noted;
  private int undone;
  private int failed;

  Undos(RunState state) {
    this.state = state;
  }

  // --- what a run begins with

  /// Restores one that is stored.
  void restore(Item undo) {
    put(undo);
    if (undo.marks().undoes() != 0) {
      uncertain = Grown.map(uncertain);
      uncertain.put(undo.marks().undoes(), undo.sequence);
    }
  }

  void restore(UndoNotes notes) {
    asked = notes.asked();
    begun = notes.begun();
    undone = notes.report().undone();
    failed = notes.report().failed();
    failures = new ArrayList<>(notes.report().failures());
  }

  // --- while the run goes on

  /// Whether one more execution can't be kept.
  boolean isFull() {
    return pending.size() - uncertain.size() >= MOST;
  }

  /// An execution has committed.
  ///
  /// @param payload what its undo gets, as stored
  void committed(Item item, Done<?, ?> done, byte[] payload, @Nullable CommitBuilder out) {
    var undo = new Item(undoOf(item), done, state.nextId++, null);
    put(undo);
    if (out != null) {
      out.undo(undo, payload);
    }
  }

  /// The run is ending, and an item is being executed.
  ///
  /// @param done what its undo gets, of [#unknown]
  /// @param payload the same as stored; or empty if the item is to be read for it
  void inFlight(Item item, Done<?, ?> done, byte[] payload, @Nullable CommitBuilder out) {
    var undo = new MarkedItem(undoOf(item), done, state.nextId++, null, ItemMarks.undoing(item));
    restore(undo);
    if (out != null) {
      out.undo(undo, payload);
    }
  }

  /// What the undo of an item of an unknown outcome gets.
  static Done<Object, Object> unknown(Item item, String key) {
    return new Done<>(item.input(), List.of(), false, key);
  }

  /// An attempt has come back with an outcome.
  void outcomeIsKnown(Item item, @Nullable CommitBuilder out) {
    var id = uncertain.remove(item.sequence);
    if (id != null) {
      remove(id, out);
    }
  }

  /// The run goes on: what was being executed will be executed again.
  void resume(@Nullable CommitBuilder out) {
    uncertain.values().forEach(id -> remove(id, out));
    uncertain.clear();
  }

  // --- when it ends

  /// Somebody wants what was done undone.
  void ask() {
    asked = true;
  }

  /// Whether somebody has asked for them.
  boolean areAsked() {
    return asked;
  }

  /// Whether a run that is ending has to undo before it has ended.
  boolean areDue(RunStatus status, Compensation compensation) {
    boolean wanted = asked || (status == RunStatus.FAILING && compensation == Compensation.AT_ONCE);
    return wanted && !pending.isEmpty();
  }

  /// Whether a run has just begun to end in a way that may be undone: what is in flight is to be
  /// noted, once.
  boolean areToBeNoted(RunStatus status) {
    boolean first = !noted && (asked || status == RunStatus.FAILING);
    noted |= first;
    return first;
  }

  /// Whether there is something to undo that nobody has asked for yet.
  boolean canBegin() {
    return !asked && !begun && !pending.isEmpty();
  }

  /// Nothing is in flight any more: the undoing begins.
  void begin() {
    begun = true;
    running = true;
    state.queue.clear(); // pending items will never be executed; they stay in the store
    next(null);
  }

  /// Whether the run undoes.
  boolean isRunning() {
    return running;
  }

  /// Whether the undoing has begun at some time, so that the run can't go on.
  boolean haveBegun() {
    return begun;
  }

  /// An undo has committed.
  void done(Item undo, @Nullable CommitBuilder out) {
    undone++;
    remove(undo.sequence, out);
    next(out);
  }

  /// An undo has failed for good.
  ///
  /// @return whether it is one of the first, which are told one by one
  boolean failed(Item undo, StepFailure why, @Nullable CommitBuilder out) {
    failed++;
    boolean shown = failures.size() < SHOWN_FAILURES;
    if (shown && undo.input instanceof Done<?, ?> done) {
      failures = Grown.list(failures);
      failures.add(new UndoFailure(undoes(undo).name, done.idempotencyKey(), shortened(why)));
    }
    remove(undo.sequence, out);
    next(out);
    return shown;
  }

  /// An undo has failed and is to be tried again.
  void again(Item undo, ItemMarks marks, byte[] payload, @Nullable CommitBuilder out) {
    var later = new MarkedItem(undo.step, undo.input, undo.sequence, null, marks);
    put(later);
    if (out != null) {
      out.undo(later, payload);
    }
    offer(later, out);
  }

  UndoReport report() {
    return undone + failed == 0 ? UndoReport.NONE : new UndoReport(undone, failed, failures);
  }

  UndoNotes notes() {
    return new UndoNotes(asked, begun, report());
  }

  private void next(@Nullable CommitBuilder out) {
    if (pending.isEmpty()) {
      running = false;
      state.settle();
    } else {
      offer(pending.lastEntry().getValue(), out);
    }
  }

  /// Lets an undo be executed, once the commit is durable.
  private void offer(Item undo, @Nullable CommitBuilder out) {
    state.queue.willWait(undo);
    if (out == null) {
      state.queue.release(undo);
    } else {
      out.release(undo);
    }
  }

  private void put(Item undo) {
    if (pending.isEmpty()) {
      pending = new TreeMap<>();
    }
    pending.put(undo.sequence, undo);
  }

  private void remove(long id, @Nullable CommitBuilder out) {
    if (!pending.isEmpty()) {
      pending.remove(id);
    }
    if (out != null) {
      out.remove(id, id);
    }
  }

  private static StepFailure shortened(StepFailure why) {
    return new StepFailure(
        why.step(), why.attempt(), why.type(), Failures.cut(why.message(), SHOWN_MESSAGE), "");
  }

  private static PlanStep undoOf(Item item) {
    var undo = item.step.undo;
    if (undo == null) {
      throw new IllegalArgumentException(item + " can't be undone");
    }
    return undo;
  }

  private static PlanStep undoes(Item undo) {
    var step = undo.step.undoes;
    if (step == null) {
      throw new IllegalArgumentException(undo + " undoes nothing");
    }
    return step;
  }
}
