package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.Transition;
import java.util.List;
import java.util.Objects;

/// Executes items of steps that wait: asks for what to wait for, makes the output when that is
/// there, or finds that the time is over. Outside of all locks.
final class AwaitAttempt {
  private static final byte[] NO_PAYLOAD = {};

  private final Attempt attempt;
  private final boolean durable;

  AwaitAttempt(Attempt attempt, boolean durable) {
    this.attempt = attempt;
    this.durable = durable;
  }

  Outcome execute(Item item, PlanAwait await) {
    var value = item.sent();
    if (value != null) {
      return combine(item, await, value);
    }
    return item.marks().awaits().isPresent() ? expired(item, await) : begin(item, await);
  }

  private Outcome begin(Item item, PlanAwait await) {
    Object key;
    try {
      key = await.key.apply(item.input());
    } catch (Throwable e) { // whatever a step throws is the step's failure
      return attempt.failed(item, e, 0);
    }
    try {
      var awaited =
          StepDefect.guard(() -> {
            Objects.requireNonNull(key, () -> "step " + item.step + " has no key to wait for");
            return await.signal == null
                ? Awaited.run((RunId) key)
                : new Awaited(await.signal.name(), (String) key);
          });
      return new Outcome.Waiting(awaited, await.millis, stored(item, item.step));
    } catch (StepDefect e) {
      return new Outcome.Failed(e.reason());
    }
  }

  private Outcome combine(Item item, PlanAwait await, Object value) {
    Object output;
    try {
      var given = value instanceof ChildEnd end ? end.result() : value;
      output = await.combine.apply(item.input(), given);
    } catch (Throwable e) { // as above
      return attempt.failed(item, e, 0);
    }
    if (output == null) {
      return new Outcome.Failed(
          new NullPointerException("step \"" + item.step + "\" answered null"));
    }
    return attempt.evaluate(item, Transition.next(output), List.of());
  }

  private Outcome expired(Item item, PlanAwait await) {
    var late = await.late;
    if (late == null) {
      throw new IllegalStateException(item + " has a time to wait, its step has none");
    }
    try {
      return new Outcome.Expired(late, stored(item, late.step()));
    } catch (StepDefect e) {
      return new Outcome.Failed(e.reason());
    }
  }

  private byte[] stored(Item item, PlanStep step) throws StepDefect {
    return durable ? StepDefect.guard(() -> StoredRuns.payload(item, step)) : NO_PAYLOAD;
  }
}
