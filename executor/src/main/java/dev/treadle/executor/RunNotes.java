package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.util.Optional;

/// The executor's notes on a run, stored with each commit in its header.
///
/// @param incarnation random text that no other run has, the beginning of its idempotency keys
/// @param fingerprint of the workflow's graph when the run was started
/// @param failure why the run has failed, if it has
record RunNotes(String incarnation, String fingerprint, Optional<StepFailure> failure) {}
