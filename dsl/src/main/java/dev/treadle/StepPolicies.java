package dev.treadle;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How the executor treats a step, apart from what its code does. Immutable.
///
/// @param retry when it is tried again after a failure
/// @param concurrency how many of its attempts may run at once
/// @param timeout how long an attempt may take
record StepPolicies(
    Optional<RetryPolicy> retry, OptionalInt concurrency, Optional<Duration> timeout) {
  static final StepPolicies NONE =
      new StepPolicies(Optional.empty(), OptionalInt.empty(), Optional.empty());

  /// The policies of a step.
  static StepPolicies of(Step<?, ?, ?> step) {
    return new StepPolicies(step.retryPolicy(), step.concurrencyLimit(), step.timeout());
  }

  StepPolicies withRetry(RetryPolicy policy) {
    return new StepPolicies(Optional.of(policy), concurrency, timeout);
  }

  StepPolicies withConcurrency(int atOnce) {
    return new StepPolicies(retry, OptionalInt.of(atOnce), timeout);
  }

  StepPolicies withTimeout(Duration limit) {
    return new StepPolicies(retry, concurrency, Optional.of(limit));
  }
}
