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

  /// As serializable.
  private final UndoReport undos;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param failure which step, which attempt, and why
  /// @param cause what the step threw, or null if it was in another process
  public StepFailedException(RunId run, StepFailure failure, @Nullable Throwable cause) {
    this(run, failure, UndoReport.NONE, cause);
  }

  /// An exception of a run that has undone what was done.
  ///
  /// @param run the run's id
  /// @param failure which step, which attempt, and why
  /// @param undos what became of the undos
  /// @param cause what the step threw, or null if it was in another process
  public StepFailedException(
      RunId run, StepFailure failure, UndoReport undos, @Nullable Throwable cause) {
    super(
        run,
        "step \""
            + failure.step()
            + "\" failed at attempt "
            + failure.attempt()
            + ": "
            + failure.type()
            + (failure.message().isEmpty() ? "" : ": " + failure.message())
            + undos.inWords(),
        cause);
    this.failure = failure;
    this.undos = undos;
  }

  /// Which step, which attempt, and why.
  ///
  /// @return the failure as it is recorded
  public StepFailure failure() {
    return failure;
  }

  /// What became of the undos of what the run had done.
  ///
  /// @return the report as it is recorded
  public UndoReport undos() {
    return undos;
  }
}
