package dev.treadle;

import java.io.Serializable;
import java.util.Objects;

/// Why a step failed, as text: it reads the same after a restart as before.
///
/// @param step the step's name
/// @param attempt the number of the attempt that failed, from 1
/// @param type the exception's class name, or `dev.treadle.Transition$Abort` for an abort
/// @param message the exception's message, or an empty string
/// @param stackTrace the exception's frames, one a line, or an empty string
public record StepFailure(String step, int attempt, String type, String message, String stackTrace)
    implements Serializable {
  /// Rejects a missing part.
  public StepFailure {
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(stackTrace, "stackTrace");
  }
}
