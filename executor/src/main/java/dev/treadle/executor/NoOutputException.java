package dev.treadle.executor;

import dev.treadle.RunId;

/// The run is done and has no output, though its workflow has ends.
public final class NoOutputException extends RunException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param message what happened and the way out
  public NoOutputException(RunId run, String message) {
    super(run, message, null);
  }
}
