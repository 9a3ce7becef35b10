package dev.treadle.executor;

import dev.treadle.RunId;

/// A fault of this library, or a lack of memory, stopped a run here. A durable run can be resumed.
public final class UnexpectedErrorException extends RunException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param cause what was thrown
  public UnexpectedErrorException(RunId run, Throwable cause) {
    super(run, "stopped by an unexpected error; what is stored of it can be resumed", cause);
  }
}
