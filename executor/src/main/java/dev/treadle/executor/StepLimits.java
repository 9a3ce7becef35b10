package dev.treadle.executor;

import dev.treadle.Step;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The limits of an executor's steps. A step is an object: placed in several workflows, or inlined
/// with one, it has one limit for all. Safe for use by many threads.
final class StepLimits {
  private final Map<Step<?, ?, ?>, StepLimit> limits = new ConcurrentHashMap<>();

  /// The limit of a step, or null if it has none.
  @Nullable StepLimit of(Step<?, ?, ?> step) {
    var atOnce = step.concurrencyLimit();
    return atOnce.isEmpty()
        ? null
        : limits.computeIfAbsent(step.original(), _ -> new StepLimit(atOnce.getAsInt()));
  }
}
