package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.TreadleException;
import org.jspecify.annotations.Nullable;

/// Something is the matter with one run.
public abstract sealed class RunException extends TreadleException
    permits StepFailedException,
        RunQuarantinedException,
        RunStalledException,
        RunDeadlineException,
        RunCancelledException,
        NoOutputException,
        RunConflictException,
        RunMisfitException,
        UnknownRunException,
        UnexpectedErrorException {
  private static final long serialVersionUID = 1L;

  /// The run's id as text, since exceptions must be serializable.
  private final String run;

  /// An exception about a run.
  ///
  /// @param run the run's id; becomes part of the message
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  protected RunException(RunId run, String message, @Nullable Throwable cause) {
    super("run " + run + ": " + message, cause);
    this.run = run.value();
  }

  /// The run.
  ///
  /// @return its id
  public final RunId runId() {
    return RunId.of(run);
  }
}
