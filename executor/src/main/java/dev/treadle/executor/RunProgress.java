package dev.treadle.executor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How far a run has come. What its steps did before the run was resumed or recovered here is not
/// counted, for it is not stored; what is pending always is. Immutable.
///
/// @param counted whether the steps of the run are counted; those of a transient run are only where
///   somebody listens, or where [ExecutorBuilder#countSteps] says so
/// @param steps for each step of the workflow, by its name in the order of placing; empty if they
///   are not counted
public record RunProgress(boolean counted, Map<String, StepProgress> steps) {
  /// Copies the map, in its order.
  public RunProgress {
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  /// How far one step has come.
  ///
  /// @param completed how many items it has done for good since the run is driven here, as far as
  ///   durable
  /// @param failures how many attempts have failed since then, those that were tried again included
  /// @param running how many of its items are being executed now
  /// @param pending how many items are yet to be done: queued, waiting, failed for good, or among
  ///   those that are being executed
  public record StepProgress(long completed, long failures, long running, long pending) {}

  /// How many items all steps have done together.
  ///
  /// @return the sum
  public long completed() {
    return steps.values().stream().mapToLong(StepProgress::completed).sum();
  }

  /// How many items of all steps are yet to be done.
  ///
  /// @return the sum
  public long pending() {
    return steps.values().stream().mapToLong(StepProgress::pending).sum();
  }
}
