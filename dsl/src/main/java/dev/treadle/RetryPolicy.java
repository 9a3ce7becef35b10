package dev.treadle;

import java.time.Duration;

/// When a failed step is tried again.
public interface RetryPolicy {

  /// Whether there is another attempt.
  ///
  /// @param failures how many attempts have failed, from 1
  /// @param error what the last one threw
  /// @return whether to go on
  boolean allows(int failures, Throwable error);

  /// How long to wait before the next attempt.
  ///
  /// @param failures how many attempts have failed, from 1
  /// @param random a number from 0 to below 1
  /// @return the delay
  Duration delay(int failures, double random);
}
