package dev.treadle.executor;

import dev.treadle.RunId;

/// An item of the run was in flight at three unclean deaths of the process.
public final class RunQuarantinedException extends RunException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param message what happened and the way out
  public RunQuarantinedException(RunId run, String message) {
    super(run, message, null);
  }
}
