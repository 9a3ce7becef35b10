package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is told when a run's status changes.
final class RunChange {
  private RunChange() {}

  /// The event of a run that has come to a status, or null if nobody is to be told.
  static @Nullable RunEvent event(
      RunStatus status, RunState state, RunIdentity identity, String workflow, Watch watch) {
    var run = identity.id();
    boolean usual = watch.tellsEverything();
    return switch (status) {
      case FAILING, FAILED -> failure(status, state, run, workflow, watch.now());
      case STALLED -> new RunEvent.Stalled(run, workflow, watch.now(), state.results.holds());
      case CANCELLED -> new RunEvent.Cancelled(run, workflow, watch.now());
      case WAITING -> usual ? new RunEvent.Waiting(run, workflow, watch.now(), due(state)) : null;
      case CANCELLING -> usual ? new RunEvent.Cancelling(run, workflow, watch.now()) : null;
      case COMPLETED -> usual ? completed(identity, workflow, watch.now(), state) : null;
      case RUNNING, SUSPENDED, QUARANTINED -> null;
    };
  }

  private static RunEvent failure(
      RunStatus status, RunState state, RunId run, String workflow, Instant now) {
    var missed = state.missedDeadline();
    if (missed != null) {
      return status == RunStatus.FAILING
          ? new RunEvent.DeadlinePassed(run, workflow, now, missed)
          : new RunEvent.FailedByDeadline(run, workflow, now, missed);
    }
    return status == RunStatus.FAILING
        ? new RunEvent.Failing(run, workflow, now, failure(state))
        : new RunEvent.Failed(run, workflow, now, failure(state));
  }

  private static RunEvent completed(RunIdentity run, String workflow, Instant now, RunState state) {
    var age = Duration.between(run.createdAt(), now);
    return new RunEvent.Completed(
        run.id(), workflow, now, age.isNegative() ? Duration.ZERO : age, state.outputs().size());
  }

  private static StepFailure failure(RunState state) {
    return Objects.requireNonNull(state.failure(), "failure");
  }

  private static Optional<Instant> due(RunState state) {
    long due = state.queue.firstDue();
    return due == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due));
  }
}
