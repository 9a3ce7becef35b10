package dev.treadle.executor;

import dev.treadle.RunId;

/// All branches of a run held, so no output can come.
public final class RunStalledException extends RunException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param message what happened and the way out
  public RunStalledException(RunId run, String message) {
    super(run, message, null);
  }
}
