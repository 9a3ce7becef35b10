package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.util.Optional;

/// What is remembered of an item beside its input. Stored as it is, as JSON.
///
/// @param failures how many attempts have failed
/// @param pardoned how many of these were before the run was last resumed; they do not count for
///   the retry policy
/// @param dueAt when it may go on, in milliseconds of the Unix epoch, or 0 for at once
/// @param failed whether it has failed for good
/// @param failure its last failure
/// @param rescues of an item of a fallback step, the failure that led there
/// @param values the id of the group whose values are its input, or 0
/// @param started whether its input is the run's input
/// @param delivers whether its step was executed already, and its input is what the step gave out,
///   to be delivered now
record ItemMarks(
    int failures,
    int pardoned,
    long dueAt,
    boolean failed,
    Optional<StepFailure> failure,
    Optional<StepFailure> rescues,
    long values,
    boolean started,
    boolean delivers) {
  static final ItemMarks NONE =
      new ItemMarks(0, 0, 0, false, Optional.empty(), Optional.empty(), 0, false, false);

  /// Of an output that waits to be delivered.
  static ItemMarks delivery(long at) {
    return new ItemMarks(0, 0, at, false, Optional.empty(), Optional.empty(), 0, false, true);
  }

  /// Of a fallback's item.
  static ItemMarks rescuing(StepFailure failure) {
    return new ItemMarks(0, 0, 0, false, Optional.empty(), Optional.of(failure), 0, false, false);
  }

  /// After one more failure that is to be tried again.
  ItemMarks again(StepFailure why, long at) {
    return new ItemMarks(
        failures + 1, pardoned, at, false, Optional.of(why), rescues, 0, false, false);
  }

  /// After the failure that was one too many.
  ItemMarks failed(StepFailure why) {
    return new ItemMarks(
        failures + 1, pardoned, 0, true, Optional.of(why), rescues, 0, false, delivers);
  }

  /// After the run was resumed.
  ItemMarks resumed() {
    return new ItemMarks(failures, failures, 0, false, failure, rescues, 0, false, delivers);
  }

  /// As stored, with where its input is.
  ItemMarks stored(long group, boolean fromStart) {
    return new ItemMarks(
        failures, pardoned, dueAt, failed, failure, rescues, group, fromStart, delivers);
  }
}
