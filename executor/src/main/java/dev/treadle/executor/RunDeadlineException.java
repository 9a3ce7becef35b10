package dev.treadle.executor;

import dev.treadle.RunId;
import java.time.Instant;

/// A run was not done by its deadline, and has failed by that. The cause is nothing that a step
/// threw. `resume` goes on from where the run was, without the deadline that has passed.
public final class RunDeadlineException extends RunException {
  private static final long serialVersionUID = 1L;

  /// The deadline.
  private final Instant deadline;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param deadline when the run was to be done
  public RunDeadlineException(RunId run, Instant deadline) {
    super(
        run,
        "was not done by its deadline, "
            + deadline
            + "; resume goes on from where it was, without a deadline",
        null);
    this.deadline = deadline;
  }

  /// When the run was to be done.
  ///
  /// @return the deadline
  public Instant deadline() {
    return deadline;
  }
}
