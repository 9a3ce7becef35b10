package dev.treadle.executor;

import dev.treadle.Fn;
import dev.treadle.Signal;
import dev.treadle.StepBody;
import dev.treadle.Workflow;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// What a step of a [Plan] waits for. Immutable once [Plan#of] has returned.
final class PlanAwait {
  /// The signal, or null if the end of a run is awaited.
  final @Nullable Signal<?> signal;

  /// The workflow of the run that is awaited, or null if it is a signal.
  final @Nullable Workflow<?, ?, ?> child;

  /// From the input to the key of the signal, or to the run's id.
  final Fn<Object, Object> key;

  /// From the input and the signal's value, or the run's result, to the output.
  final BiFunction<Object, Object, Object> combine;

  /// Where the input goes when the time is over, or null if it never is.
  PlanRoute.@Nullable ToStep late;

  /// How long the step waits, in milliseconds, if the time is over some time.
  long millis;

  @SuppressWarnings("unchecked") // the graph and the check of signals let only such values come
  private PlanAwait(
      @Nullable Signal<?> signal,
      @Nullable Workflow<?, ?, ?> child,
      Fn<?, ?> key,
      BiFunction<?, ?, ?> combine) {
    this.signal = signal;
    this.child = child;
    this.key = (Fn<Object, Object>) key;
    this.combine = (BiFunction<Object, Object, Object>) combine;
  }

  /// What a body waits for, or null if it does not wait.
  static @Nullable PlanAwait of(StepBody<?, ?, ?> body) {
    return switch (body) {
      case StepBody.Await<?, ?, ?, ?> await ->
          new PlanAwait(await.signal(), null, await.key(), await.combine());
      case StepBody.AwaitRun<?, ?, ?, ?> await ->
          new PlanAwait(null, await.workflow(), await.run(), await.combine());
      default -> null;
    };
  }

  /// Whether it waits for that.
  boolean takes(Awaited awaited) {
    return signal == null ? awaited.run() != null : signal.name().equals(awaited.signal());
  }
}
