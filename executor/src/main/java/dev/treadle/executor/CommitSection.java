package dev.treadle.executor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Applies what came of attempts to a run's state. Guarded by the run's lock; never waits.
final class CommitSection {
  private static final byte[] NO_PAYLOAD = {};

  private final Plan plan;
  private final RunState state;
  private final @Nullable RunWriter writer;
  private final TimeSource time;
  private final Attempt attempt;
  private final RunWatch watch;

  /// What the step threw that made the run fail.
  private @Nullable Throwable cause;

  CommitSection(
      Plan plan,
      RunState state,
      @Nullable RunWriter writer,
      TimeSource time,
      Attempt attempt,
      RunWatch watch) {
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
    switch (outcome) {
      case Outcome.Success(var transition, var routing, var changes) -> {
        if (changeContext(item, changes, out)) {
          state.succeed(item, transition, routing, out);
          watch.succeeded(item, transition);
        }
      }
      case Outcome.Later(var output, var millis, var payload, var changes) -> {
        if (changeContext(item, changes, out)) {
          long due = in(millis);
          state.postpone(item, output, ItemMarks.delivery(due), payload, out);
          watch.postponed(item, due);
        }
      }
      case Outcome.Gated(var input) -> apply(item, attempt.decide(item, input, state.context), out);
      case Outcome.Failed(var error, var retryMillis) -> failed(item, error, retryMillis, out);
    }
  }

  /// Applies what a step asks of the context.
  ///
  /// @return false if that failed; the item has then failed instead
  private boolean changeContext(
      Item item, List<ContextChange> changes, @Nullable CommitBuilder out) {
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
      failed(item, e.reason(), -1, out);
      return false;
    }
  }

  private void failed(Item item, Throwable error, long retryMillis, @Nullable CommitBuilder out) {
    var why = Failures.describe(item, error);
    var fallback = item.step.fallback;
    if (retryMillis >= 0) {
      var marks = item.marks().again(why, retryMillis == 0 ? 0 : in(retryMillis));
      state.postpone(item, item.input, marks, payload(item, item.step), out);
      watch.retries(item, why, marks.dueAt());
    } else if (fallback != null && !item.marks().delivers()) {
      state.fallBack(item, fallback, why, payload(item, fallback.step()), out);
      watch.failed(item, why, StepEvent.Outcome.FELL_BACK);
    } else if (state.absorb(item, why, out)) {
      watch.failed(item, why, StepEvent.Outcome.ABSORBED);
    } else {
      if (!state.isEnding()) {
        cause = error;
      }
      state.fail(item, why, payload(item, item.step), out);
      watch.failed(item, why, StepEvent.Outcome.FAILED);
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
