package dev.treadle.executor;

import dev.treadle.RunId;

/// The run exists already, and not as the caller thinks: of another workflow, with another input,
/// or in a state that does not allow what was asked.
public final class RunConflictException extends RunException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param message what happened and the way out
  public RunConflictException(RunId run, String message) {
    super(run, message, null);
  }
}
