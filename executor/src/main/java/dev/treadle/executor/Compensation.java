package dev.treadle.executor;

/// When a run that has failed undoes what its steps have done.
public enum Compensation {
  /// As soon as the last attempt has come back or was given up. A run that had something to undo
  /// can't be resumed then.
  AT_ONCE,
  /// Only when [WorkflowExecutor#compensate] asks for it. Until then the failed run can be resumed
  /// or repaired.
  ON_REQUEST
}
