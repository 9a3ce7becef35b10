package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.util.Map;
import java.util.Optional;

/// What is remembered of a group beside its values. Stored as it is, as JSON.
///
/// @param closed whether the group has closed with items left in it, which are dropped
/// @param failures how many of its branches have failed
/// @param failure the first of these failures
/// @param holds of an inlined workflow, how many items each of its steps holds
record GroupMarks(
    boolean closed, int failures, Optional<StepFailure> failure, Map<String, Long> holds) {
  static final GroupMarks NONE = new GroupMarks(false, 0, Optional.empty(), Map.of());
}
