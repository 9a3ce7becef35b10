package dev.treadle.executor;

/// The executor's notes on the undoing of a run, stored with each commit in its header.
///
/// @param asked whether somebody has asked for it, by a cancel or after a failure
/// @param begun whether it has begun; the run can't go on then
/// @param report what became of it so far
record UndoNotes(boolean asked, boolean begun, UndoReport report) {
  static final UndoNotes NONE = new UndoNotes(false, false, UndoReport.NONE);
}
