package dev.treadle.executor;

import dev.treadle.StepFailure;
import dev.treadle.StepTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Applies what came of attempts to a run's state. Guarded by the run's lock; never waits.
final class CommitSection {
  private static final byte[] NO_PAYLOAD = {};

  private static final org.slf4j.Logger LOG =
      org.slf4j.LoggerFactory.getLogger(CommitSection.class);

  private final RunIdentity run;
  private final Plan plan;
  private final RunState state;
  private final @Nullable RunWriter writer;
  private final TimeSource time;
  private final Attempt attempt;
  private final RunWatch watch;

  /// What the step threw that made the run fail.
  private @Nullable Throwable cause;

  CommitSection(
      RunIdentity run,
      Plan plan,
      RunState state,
      @Nullable RunWriter writer,
      TimeSource time,
      Attempt attempt,
      RunWatch watch) {
    this.run = run;
    this.plan = plan;
    this.state = state;
    this.writer = writer;
    this.time = time;
    this.attempt = attempt;
    this.watch = watch;
  }

  /// Begins to collect what one event changes; null in a transient run.
  @Nullable CommitBuilder begin() {
    if (writer == null) {
      state.closing().takeGarbage(); // nothing is stored
      state.waits.markEnded(null);
      return null;
    }
    return writer.begin(state);
  }

  @Nullable Throwable cause() {
    return cause;
  }

  /// Applies the outcome of an item's attempt.
  ///
  /// @throws PayloadException if the item has failed and its input can't be stored any more
  void apply(Item item, Outcome outcome, @Nullable CommitBuilder out) {
    if (state.queue.probation != null && out != null) {
      state.queue.probation.settled(item, out);
    }
    state.undos.outcomeIsKnown(item, out);
    switch (outcome) {
      case Outcome.Gated(var input) -> apply(item, attempt.decide(item, input, state.context), out);
      case Outcome.Waiting waiting -> await(item, waiting, out);
      case Outcome.Expired(var to, var payload) -> state.expire(item, to, payload, out);
      case Outcome.Failed(var error, var retryMillis, var since) when retryMillis >= 0 ->
          again(item, Failures.describe(item, error), retryMillis, since, out);
      case Outcome.Failed(var error, _, _) -> failed(item, error, out);
      case Outcome.TooLate(var last) -> failed(item, last, null, out);
      case Outcome.NotBegun _ -> throw new IllegalArgumentException(item + " has no outcome");
      case Outcome.Starting(var then, var children) -> {
        if (done(item, then, out)) {
          children.join(out);
          watch.started(children.asked());
        }
      }
      case Outcome.Undoable _, Outcome.Success _, Outcome.Later _ -> done(item, outcome, out);
    }
  }

  /// Applies what an item has brought forth, and keeps what an undo of it needs.
  ///
  /// @return false if that failed, and with it the item
  private boolean done(Item item, Outcome outcome, @Nullable CommitBuilder out) {
    return outcome instanceof Outcome.Undoable undoable
        ? undoable(item, undoable, out)
        : succeeded(item, outcome, out);
  }

  /// The outcome of what is being executed when a run begins to fail is unknown until it comes.
  void noteInFlight(Crew crew, @Nullable CommitBuilder out) {
    if (!plan.hasUndos || !state.undos.areToBeNoted(state.status())) {
      return;
    }
    for (var item : crew.inFlight()) {
      if (item.step.undo != null && !item.marks().delivers()) {
        var done = Undos.unknown(item, run.key(item));
        state.undos.inFlight(item, done, payload(item.step.undo, done), out);
      }
    }
  }

  /// An item has failed for good. If its last attempt was given up, that may still have its effect.
  ///
  /// @param again whether the item is executed again should the run be resumed
  private void noteGivenUp(
      Item item, @Nullable Throwable error, boolean again, @Nullable CommitBuilder out) {
    if (error instanceof StepTimeoutException && item.step.undo != null) {
      var done = Undos.unknown(item, run.key(item));
      var payload = payload(item.step.undo, done);
      if (again) {
        state.undos.inFlight(item, done, payload, out);
      } else {
        state.undos.committed(item, done, payload, out);
      }
    }
  }

  /// What an undo gets, as stored; empty if it can't be: the input alone could.
  private byte[] payload(PlanStep undo, Object done) {
    try {
      return writer == null ? NO_PAYLOAD : undo.stored().writeInput(done);
    } catch (PayloadException e) {
      LOG.debug("run {}: {}", run.id(), e.getMessage());
      return NO_PAYLOAD;
    }
  }

  private boolean undoable(Item item, Outcome.Undoable undoable, @Nullable CommitBuilder out) {
    if (state.undos.isFull()) {
      failed(item, tooManyUndos(item), out);
      return false;
    }
    boolean done = succeeded(item, undoable.of(), out);
    if (done) {
      state.undos.committed(item, undoable.done(), undoable.payload(), out);
    }
    return done;
  }

  /// Applies what an item has brought forth.
  ///
  /// @return false if its change of the context failed, and with it the item
  private boolean succeeded(Item item, Outcome outcome, @Nullable CommitBuilder out) {
    switch (outcome) {
      case Outcome.Success(var transition, var routing, var changes) -> {
        if (!changeContext(item, changes, out)) {
          return false;
        }
        if (item.step.undoes != null) {
          state.undos.done(item, out);
        } else {
          state.succeed(item, transition, routing, out);
        }
        watch.succeeded(item, transition);
      }
      case Outcome.Later(var output, var millis, var payload, var changes) -> {
        if (!changeContext(item, changes, out)) {
          return false;
        }
        long due = in(millis);
        if (item.step.undoes != null) {
          state.undos.done(item, out); // what it would deliver is dropped
        } else {
          state.postpone(item, output, ItemMarks.delivery(due), payload, out);
        }
        watch.postponed(item, due);
      }
      default -> throw new IllegalArgumentException(outcome + " is not a success");
    }
    return true;
  }

  private static IllegalStateException tooManyUndos(Item item) {
    return new IllegalStateException(
        "step \""
            + item.step.name
            + "\" has done what can't be undone: the run has "
            + Undos.MOST
            + " committed executions to undo already, which is the most; use shorter runs, or one"
            + " step for many effects");
  }

  private void await(Item item, Outcome.Waiting waiting, @Nullable CommitBuilder out) {
    var awaited = waiting.awaited();
    if (state.waits.isTaken(awaited)) {
      var why =
          "step \""
              + item.step
              + "\" can't wait for "
              + awaited
              + ": another item of the run waits there; give each wait a key of its own";
      failed(item, new IllegalStateException(why), out);
      return;
    }
    long dueAt = waiting.millis() == 0 ? 0 : in(waiting.millis());
    state.waits.begin(item, awaited, dueAt, waiting.payload(), out);
  }

  /// Applies what a step asks of the context.
  ///
  /// @return false if that failed; the item has then failed instead
  private boolean changeContext(Item item, List<ContextChange> asked, @Nullable CommitBuilder out) {
    var changes = ContextChange.ofContext(asked);
    if (changes.isEmpty()) {
      return true;
    }
    try {
      var after = ContextChange.apply(plan, item.step, state.context(), changes);
      if (writer != null && out != null) {
        writer.write(writer.encode(item.step, after, changes), state, out);
      }
      state.context = after;
      return true;
    } catch (StepDefect e) {
      failed(item, e.reason(), out);
      return false;
    }
  }

  /// An item has failed, and is tried again.
  private void again(
      Item item, StepFailure why, long millis, long since, @Nullable CommitBuilder out) {
    var marks = item.marks().again(why, millis == 0 ? 0 : in(millis), since);
    if (item.step.undoes != null) {
      state.undos.again(item, marks, payload(item.step, item.input), out);
    } else {
      state.postpone(item, item.input, marks, payload(item, item.step), out);
    }
    watch.retries(item, why, marks.dueAt());
  }

  private void failed(Item item, Throwable error, @Nullable CommitBuilder out) {
    failed(item, Failures.describe(item, error), error, out);
  }

  /// An item has failed for good.
  ///
  /// @param error what the step threw, if it was now
  private void failed(
      Item item, StepFailure why, @Nullable Throwable error, @Nullable CommitBuilder out) {
    if (item.step.undoes != null) {
      undoFailed(item, why, out);
      return;
    }
    var fallback = item.step.fallback;
    if (fallback != null && !item.marks().delivers()) {
      state.fallBack(item, fallback, why, payload(item, fallback.step()), out);
      noteGivenUp(item, error, false, out);
      watch.failed(item, why, StepEvent.Outcome.FELL_BACK);
    } else if (state.absorb(item, why, out)) {
      noteGivenUp(item, error, false, out);
      watch.failed(item, why, StepEvent.Outcome.ABSORBED);
    } else {
      if (!state.isEnding()) {
        cause = error;
      }
      state.fail(item, why, payload(item, item.step), out);
      noteGivenUp(item, error, true, out);
      watch.failed(item, why, StepEvent.Outcome.FAILED);
    }
  }

  private void undoFailed(Item undo, StepFailure why, @Nullable CommitBuilder out) {
    watch.failed(undo, why, StepEvent.Outcome.FAILED);
    if (state.undos.failed(undo, why, out)) {
      LOG.warn(
          "run {}: the undo {} of step {} failed for good at attempt {}: {}",
          run.id(),
          why.step(),
          undo.step.undoes,
          why.attempt(),
          why.type());
    }
  }

  /// The input of an item as it is stored for a step.
  private byte[] payload(Item item, PlanStep step) {
    return writer == null ? NO_PAYLOAD : StoredRuns.payload(item, step);
  }

  private long in(long millis) {
    return time.now().toEpochMilli() + millis;
  }
}
