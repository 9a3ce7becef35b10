package dev.treadle.executor;

import dev.treadle.executor.StepEvent.Outcome;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How often each step of a run has succeeded and failed since the run is driven here. Guarded by
/// the run's lock.
final class StepCounts {
  private @Nullable Map<PlanStep, Count> counts;

  /// The counts of one step.
  static final class Count {
    long completed;
    long failures;
  }

  /// The outcome of an attempt is durable.
  void count(PlanStep step, Outcome outcome) {
    if (counts == null) {
      counts = new HashMap<>();
    }
    var count = counts.computeIfAbsent(step, _ -> new Count());
    switch (outcome) {
      case NEXT, NEXT_ALL, HOLD, DELIVERED -> count.completed++;
      case RETRYING, FELL_BACK, ABSORBED, FAILED -> count.failures++;
      case AFTER -> {} // the item is still pending
    }
  }

  long completed(PlanStep step) {
    var count = counts == null ? null : counts.get(step);
    return count == null ? 0 : count.completed;
  }

  long failures(PlanStep step) {
    var count = counts == null ? null : counts.get(step);
    return count == null ? 0 : count.failures;
  }
}
