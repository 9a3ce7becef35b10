package dev.treadle.executor;

import java.util.function.Predicate;

/// A way on for an output, with everything looked up beforehand. `up` says how many groups an item
/// leaves on the way.
sealed interface PlanRoute {

  /// To a step.
  record ToStep(PlanStep step, int up) implements PlanRoute {}

  /// To the values of the group that a join closes.
  ///
  /// @param finishes whether the join fires with this value at once
  record ToJoin(PlanStep join, int up, boolean finishes) implements PlanRoute {}

  /// To the first arm that takes the output.
  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record ToArms(Arm[] arms) implements PlanRoute {}

  /// One arm.
  record Arm(Predicate<Object> takes, ToStep to) {}
}
