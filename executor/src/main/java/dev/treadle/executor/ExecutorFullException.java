package dev.treadle.executor;

import dev.treadle.TreadleException;

/// The executor drives as many runs as `maxRuns` allows, and the caller did not wish to wait for
/// room, must not wait because it is a step of a run, or was interrupted while it waited. Nothing
/// was started.
public final class ExecutorFullException extends TreadleException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param message what happened and the way out
  public ExecutorFullException(String message) {
    super(message);
  }
}
