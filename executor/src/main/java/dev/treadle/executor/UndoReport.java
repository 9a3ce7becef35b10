package dev.treadle.executor;

import java.io.Serializable;
import java.util.List;

/// What became of the undos of a run.
///
/// @param undone how many executions were undone
/// @param failed how many undos failed for good
/// @param failures the first of these, at most 20, in their order
public record UndoReport(int undone, int failed, List<UndoFailure> failures)
    implements Serializable {
  /// Of a run that has undone nothing.
  public static final UndoReport NONE = new UndoReport(0, 0, List.of());

  /// Copies the list.
  public UndoReport {
    failures = List.copyOf(failures);
  }

  /// For the message of an exception: empty if no undo failed.
  String inWords() {
    return failed == 0
        ? ""
        : "; " + failed + " of " + (undone + failed) + " undos failed, see undos()";
  }
}
