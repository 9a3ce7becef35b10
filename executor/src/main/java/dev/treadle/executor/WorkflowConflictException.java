package dev.treadle.executor;

import dev.treadle.TreadleException;

/// An executor knows another workflow of the same name. Build each workflow once and share it.
public final class WorkflowConflictException extends TreadleException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param message which workflow and the way out
  public WorkflowConflictException(String message) {
    super(message);
  }
}
