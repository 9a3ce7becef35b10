package dev.treadle;

import java.util.Optional;
import java.util.OptionalInt;

/// How the executor treats a step, apart from what its code does. Immutable.
///
/// @param retry when it is tried again after a failure
/// @param concurrency how many of its attempts may run at once
record StepPolicies(Optional<RetryPolicy> retry, OptionalInt concurrency) {
  static final StepPolicies NONE = new StepPolicies(Optional.empty(), OptionalInt.empty());

  StepPolicies withRetry(RetryPolicy policy) {
    return new StepPolicies(Optional.of(policy), concurrency);
  }

  StepPolicies withConcurrency(int atOnce) {
    return new StepPolicies(retry, OptionalInt.of(atOnce));
  }
}
