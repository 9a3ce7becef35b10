package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.io.Serializable;
import java.util.Objects;

/// An undo that failed for good: what its step has done may still be there.
///
/// @param step the name of the step that was to be undone
/// @param idempotencyKey the key of the step's execution
/// @param failure the last failure of the undo, without its stack trace
public record UndoFailure(String step, String idempotencyKey, StepFailure failure)
    implements Serializable {
  /// Rejects a missing part.
  public UndoFailure {
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(idempotencyKey, "idempotencyKey");
    Objects.requireNonNull(failure, "failure");
  }
}
