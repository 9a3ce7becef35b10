package dev.treadle.executor;

import dev.treadle.RunId;

/// There is no run of that id.
public final class UnknownRunException extends RunException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param message what happened and the way out
  public UnknownRunException(RunId run, String message) {
    super(run, message, null);
  }
}
