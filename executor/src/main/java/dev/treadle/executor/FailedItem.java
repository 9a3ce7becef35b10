package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.util.Objects;

/// An item of a failed run that has failed for good.
///
/// @param sequence its number within the run
/// @param step the name of its step
/// @param input what the step got; what it gave out, if only the delivery of that has failed
/// @param failure why it has failed
public record FailedItem(long sequence, String step, Object input, StepFailure failure) {
  /// Rejects a missing part.
  public FailedItem {
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(failure, "failure");
  }

  /// Names the item without its input, which may be a secret.
  @Override
  public String toString() {
    return "item " + sequence + " of step " + step + ": " + failure.type();
  }
}
