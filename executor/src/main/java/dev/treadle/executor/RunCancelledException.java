package dev.treadle.executor;

import dev.treadle.RunId;

/// The run was cancelled.
public final class RunCancelledException extends RunException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param message what happened and the way out
  public RunCancelledException(RunId run, String message) {
    super(run, message, null);
  }
}
