package dev.treadle.executor;

import dev.treadle.ChildResult;
import dev.treadle.RunId;
import dev.treadle.StepFailure;
import dev.treadle.TreadleException;
import java.time.Instant;

/// How a run ended that an item waits for. Not stored with the item: it can be looked up again.
///
/// @param run the run
/// @param how a [RunResult], or the [TreadleException] that says why there will be none
record ChildEnd(RunId run, Object how) {

  /// The end as the step gets it.
  ChildResult<Object> result() {
    if (how instanceof TreadleException e) {
      throw e;
    }
    return switch ((RunResult<?>) how) {
      case RunResult.Completed<?>(var output) -> new ChildResult.Completed<>(run, output);
      case RunResult.CompletedWithoutOutput<?> _ -> new ChildResult.CompletedWithoutOutput<>(run);
      case RunResult.Failed<?>(var failure, _) -> new ChildResult.Failed<>(run, failure);
      case RunResult.DeadlinePassed<?>(var deadline, _) ->
          new ChildResult.Failed<>(run, missed(deadline));
      case RunResult.Stalled<?>(var holds) -> new ChildResult.Stalled<>(run, holds);
      case RunResult.Quarantined<?>(var step, _) -> new ChildResult.Quarantined<>(run, step);
      case RunResult.Cancelled<?> _ -> new ChildResult.Cancelled<>(run);
    };
  }

  /// No step has failed, but the run has.
  private static StepFailure missed(Instant deadline) {
    return new StepFailure(
        "",
        1,
        RunDeadlineException.class.getName(),
        "the run was not done by its deadline, " + deadline,
        "");
  }
}
