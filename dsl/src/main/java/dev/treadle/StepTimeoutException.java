package dev.treadle;

import java.time.Duration;
import java.util.Objects;

/// An attempt of a step took longer than its [timeout][Step#timeout(Duration)]. It counts as a
/// failed attempt, so a retry policy may name it: `retryOn(StepTimeoutException.class)`.
///
/// Its stack trace shows what the attempt's thread was at when its time was over.
public final class StepTimeoutException extends TreadleException {
  private static final long serialVersionUID = 1L;

  /// The timeout.
  private final Duration limit;

  /// An exception.
  ///
  /// @param step the step's name; becomes part of the message
  /// @param limit the timeout
  public StepTimeoutException(String step, Duration limit) {
    super(
        "step \"%s\" took longer than its timeout of %s and was interrupted"
            .formatted(Objects.requireNonNull(step, "step"), limit));
    this.limit = limit;
  }

  /// How long the attempt was allowed to take.
  ///
  /// @return the timeout
  public Duration limit() {
    return limit;
  }
}
