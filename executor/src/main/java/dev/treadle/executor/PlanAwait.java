package dev.treadle.executor;

import dev.treadle.Fn;
import dev.treadle.Signal;
import dev.treadle.StepBody;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// What a step of a [Plan] waits for. Immutable once [Plan#of] has returned.
final class PlanAwait {
  final Signal<?> signal;
  final Fn<Object, String> key;
  final BiFunction<Object, Object, Object> combine;

  /// Where the input goes when the time is over, or null if it never is.
  PlanRoute.@Nullable ToStep late;

  /// How long the step waits, in milliseconds, if the time is over some time.
  long millis;

  @SuppressWarnings("unchecked") // the graph and the check of signals let only such values come
  PlanAwait(StepBody.Await<?, ?, ?, ?> await) {
    this.signal = await.signal();
    this.key = (Fn<Object, String>) await.key();
    this.combine = (BiFunction<Object, Object, Object>) await.combine();
  }
}
