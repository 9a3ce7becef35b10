package dev.treadle.executor;

import dev.treadle.TreadleException;

/// The executor is closed, or was while a run went on. A durable run can be resumed by the next
/// executor.
public final class ExecutorClosedException extends TreadleException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param message what happened and the way out
  public ExecutorClosedException(String message) {
    super(message);
  }
}
