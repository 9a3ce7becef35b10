package dev.treadle.executor;

import dev.treadle.StepFailure;
import dev.treadle.Transition;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Executes the code of steps and makes of what comes out an [Outcome], outside of all locks. Safe
/// for use by many threads.
final class Attempt {
  private static final byte[] NO_PAYLOAD = {};

  private final ThreadFactory threads;
  private final RandomGenerator random;
  private final TimeSource time;
  private final boolean durable;
  private final Mdc mdc;
  private final AwaitAttempt awaits;

  Attempt(
      ThreadFactory threads, RandomGenerator random, TimeSource time, boolean durable, Mdc mdc) {
    this.threads = threads;
    this.random = random;
    this.time = time;
    this.durable = durable;
    this.mdc = mdc;
    this.awaits = new AwaitAttempt(this, durable);
  }

  /// Executes an item that `ctx` has begun.
  Outcome execute(Item item, StepContextImpl ctx) {
    var unmet = item.marks().unmet();
    if (unmet.isPresent()) {
      return new Outcome.Failed(new Unmet(unmet.get()));
    }
    if (item.step.gate != null && !item.marks().delivers()) {
      return new Outcome.Gated(item.input());
    }
    if (item.step.await != null) {
      return awaits.execute(item, item.step.await);
    }
    long since = since(item);
    var last = item.marks().failure();
    if (last.isPresent() && !isInTime(item.step, since, 0)) {
      return new Outcome.TooLate(last.get());
    }
    Transition<?> transition;
    try {
      transition = call(item, ctx);
    } catch (Throwable e) { // whatever a step throws is the step's failure
      return failed(item, e, since);
    }
    return Outcome.Undoable.of(evaluate(item, transition, ctx), item, ctx.key(item), durable);
  }

  /// Makes an outcome of what a step's code has answered.
  Outcome evaluate(Item item, Transition<?> transition, StepContextImpl ctx) {
    var asked = ctx.changes();
    return evaluate(item, transition, asked == null ? List.of() : asked);
  }

  /// Asks a gate, in the commit section.
  ///
  /// @param context the context as of the commit before
  Outcome decide(Item item, Object input, @Nullable Object context) {
    var gate = item.step.gate;
    if (gate == null) {
      throw new IllegalStateException(item + " is not at a gate");
    }
    if (context == null) {
      return new Outcome.Failed(
          new IllegalStateException(
              "gate \"" + item.step.name + "\" needs a context, and its workflow has none"));
    }
    try {
      var result = StepDefect.guard(() -> gate.apply(context, input));
      if (result == null) {
        throw new StepDefect(
            new NullPointerException("gate \"" + item.step.name + "\" answered null"));
      }
      // the function was given the context as it is, so its answer replaces it
      List<ContextChange> changes =
          result.state().equals(context)
              ? List.of()
              : List.of(new ContextChange.Update(_ -> result.state()));
      return evaluate(item, result.transition(), changes);
    } catch (StepDefect e) {
      return new Outcome.Failed(e.reason());
    }
  }

  /// Makes an outcome of an answer, and of what was asked of the context.
  Outcome evaluate(Item item, Transition<?> transition, List<ContextChange> changes) {
    try {
      return switch (transition) {
        case Transition.Next<?>(var output) ->
            new Outcome.Success(transition, route(item.step, List.of(output)), changes);
        case Transition.NextAll<?>(var outputs) ->
            new Outcome.Success(transition, route(item.step, outputs), changes);
        case Transition.Hold<?> _ -> new Outcome.Success(transition, null, changes);
        case Transition.After<?>(var delay, var output) ->
            new Outcome.Later(
                output, Math.max(1, delay.toMillis()), stored(item.step, output), changes);
        case Transition.Abort<?>(var reason) -> new Outcome.Failed(new Aborted(reason));
        case null ->
            new Outcome.Failed(
                new NullPointerException(
                    "step \""
                        + item.step.name
                        + "\" answered null; answer a Transition, such as"
                        + " Transition.next(output)"));
      };
    } catch (StepDefect e) {
      return new Outcome.Failed(e.reason());
    }
  }

  /// When the first attempt of an item that counts began, in milliseconds of the Unix epoch: now,
  /// unless there was one; or 0 if that does not matter.
  long since(Item item) {
    if (!item.step.isRetriedForATime()) {
      return 0;
    }
    long since = item.marks().since();
    return since == 0 ? time.now().toEpochMilli() : since;
  }

  /// Whether another attempt would begin within the time of the step's retry policy.
  private boolean isInTime(PlanStep step, long since, long delayMillis) {
    if (step.retry == null || since == 0) {
      return true;
    }
    long elapsed = Math.max(0, time.now().toEpochMilli() - since); // a clock may be set back
    return step.retry
        .maxElapsedTime()
        .map(limit -> elapsed + delayMillis <= limit.toMillis())
        .orElse(true);
  }

  /// The outcome of an attempt that threw.
  ///
  /// @param since as of [#since], when the attempt began
  Outcome failed(Item item, Throwable error, long since) {
    var retry = item.step.retry;
    int failures = item.marks().failures() - item.marks().pardoned() + 1;
    if (retry == null) {
      return new Outcome.Failed(error);
    }
    try {
      if (retry.allows(failures, error)) {
        long delay = retry.delay(failures, random.nextDouble()).toMillis();
        if (isInTime(item.step, since, delay)) {
          return new Outcome.Failed(error, delay, since);
        }
      }
      return new Outcome.Failed(error);
    } catch (RuntimeException e) { // the policy's predicate is the user's code
      error.addSuppressed(e);
      return new Outcome.Failed(error);
    }
  }

  private Transition<?> call(Item item, StepContextImpl ctx) throws Exception {
    if (item.marks().delivers()) {
      return Transition.next(item.input);
    }
    var input = item.input();
    return item.step.batch > 0
        ? new BatchAttempt(item.step, (List<?>) input, ctx).execute(mdc.carriedBy(threads))
        : item.step.node.process(ctx, input);
  }

  private @Nullable Routing route(PlanStep step, List<?> outputs) throws StepDefect {
    return durable || step.onlyArms != null || branches(step)
        ? Routing.of(step, outputs, durable)
        : null;
  }

  private static boolean branches(PlanStep step) {
    for (var route : step.routes) {
      if (route instanceof PlanRoute.ToArms) {
        return true;
      }
    }
    return false;
  }

  private byte[] stored(PlanStep step, Object output) throws StepDefect {
    return durable && step.undoes == null
        ? StepDefect.guard(() -> step.stored().writeOutput(output))
        : NO_PAYLOAD;
  }

  /// Why a join, or an inlined workflow, has failed that can't get what it must.
  static final class Unmet extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient StepFailure failure;

    Unmet(StepFailure failure) {
      super(failure.message(), null, false, false);
      this.failure = failure;
    }

    StepFailure failure() {
      return failure;
    }
  }

  /// Why a step that answered [Transition.Abort] has failed.
  static final class Aborted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Aborted(String reason) {
      super(reason, null, false, false);
    }
  }
}
