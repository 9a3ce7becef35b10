package dev.treadle.executor;

import dev.treadle.ChildResult;
import dev.treadle.RunId;
import dev.treadle.TreadleException;

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
      case RunResult.Stalled<?>(var holds) -> new ChildResult.Stalled<>(run, holds);
      case RunResult.Cancelled<?> _ -> new ChildResult.Cancelled<>(run);
    };
  }
}
