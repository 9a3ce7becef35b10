package dev.treadle;

import java.util.Optional;

/// How the executor treats a step, apart from what its code does. Immutable.
///
/// @param retry when it is tried again after a failure
record StepPolicies(Optional<RetryPolicy> retry) {
  static final StepPolicies NONE = new StepPolicies(Optional.empty());

  StepPolicies withRetry(RetryPolicy policy) {
    return new StepPolicies(Optional.of(policy));
  }
}
