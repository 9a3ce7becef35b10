package dev.treadle.executor;

import dev.treadle.RunId;

/// The run was cancelled.
public final class RunCancelledException extends RunException {
  private static final long serialVersionUID = 1L;

  /// Two numbers and texts; serializable as such.
  private final UndoReport undos;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param message what happened and the way out
  public RunCancelledException(RunId run, String message) {
    this(run, message, UndoReport.NONE);
  }

  /// An exception of a run that was to undo what was done.
  ///
  /// @param run the run's id
  /// @param message what happened and the way out
  /// @param undos what became of the undos
  public RunCancelledException(RunId run, String message, UndoReport undos) {
    super(run, message + undos.inWords(), null);
    this.undos = undos;
  }

  /// What became of the undos of what the run had done, if the cancel asked for them.
  ///
  /// @return the report as it is recorded
  public UndoReport undos() {
    return undos;
  }
}
