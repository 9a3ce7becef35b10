package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.StepFailure;
import org.jspecify.annotations.Nullable;

/// A step failed for good, and with it the run. The cause is what the step threw, if it was in this
/// process.
public final class StepFailedException extends RunException {
  private static final long serialVersionUID = 1L;

  /// A record of texts and a number; serializable as such.
  private final StepFailure failure;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param failure which step, which attempt, and why
  /// @param cause what the step threw, or null if it was in another process
  public StepFailedException(RunId run, StepFailure failure, @Nullable Throwable cause) {
    super(
        run,
        "step \""
            + failure.step()
            + "\" failed at attempt "
            + failure.attempt()
            + ": "
            + failure.type()
            + (failure.message().isEmpty() ? "" : ": " + failure.message()),
        cause);
    this.failure = failure;
  }

  /// Which step, which attempt, and why.
  ///
  /// @return the failure as it is recorded
  public StepFailure failure() {
    return failure;
  }
}
