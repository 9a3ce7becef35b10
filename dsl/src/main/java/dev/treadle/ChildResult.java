package dev.treadle;

import java.util.Map;
import java.util.Objects;

/// How a run ended that a step has awaited, by [Step#awaitRun(String, Class, Class, Workflow, Fn,
/// java.util.function.BiFunction)].
///
/// @param <O> the type of the run's output
public sealed interface ChildResult<O> {

  /// The run.
  ///
  /// @return its id
  RunId run();

  /// The output of a run that is done.
  ///
  /// @return the output
  /// @throws ChildRunException if there is none, saying how the run ended
  default O output() {
    throw new ChildRunException(
        "run "
            + run()
            + switch (this) {
              case Completed<O> _, CompletedWithoutOutput<O> _ -> " is done without an output";
              case Failed<O>(_, var failure) ->
                  " failed at step \"%s\": %s: %s"
                      .formatted(failure.step(), failure.type(), failure.message());
              case Stalled<O>(_, var holds) -> " stalled: these steps hold items: " + holds;
              case Quarantined<O>(_, var step) -> " is in quarantine for step \"" + step + '"';
              case Cancelled<O> _ -> " was cancelled";
            });
  }

  /// It is done and has an output.
  ///
  /// @param run the run
  /// @param output the output of `terminate`, else the first in the order of commits
  /// @param <O> the type of the run's output
  record Completed<O>(RunId run, O output) implements ChildResult<O> {
    /// Rejects missing parts.
    public Completed {
      Objects.requireNonNull(run, "run");
      Objects.requireNonNull(output, "output");
    }
  }

  /// It is done without an output: every branch went into a sink.
  ///
  /// @param run the run
  /// @param <O> the type of the output that did not come
  record CompletedWithoutOutput<O>(RunId run) implements ChildResult<O> {
    /// Rejects a missing id.
    public CompletedWithoutOutput {
      Objects.requireNonNull(run, "run");
    }
  }

  /// A step of it failed for good.
  ///
  /// @param run the run
  /// @param failure the first failure that was recorded
  /// @param <O> the type of the output that did not come
  record Failed<O>(RunId run, StepFailure failure) implements ChildResult<O> {
    /// Rejects missing parts.
    public Failed {
      Objects.requireNonNull(run, "run");
      Objects.requireNonNull(failure, "failure");
    }
  }

  /// Every branch of it held, so no output can come.
  ///
  /// @param run the run
  /// @param holds how many items each step holds, by the step's name
  /// @param <O> the type of the output that did not come
  record Stalled<O>(RunId run, Map<String, Long> holds) implements ChildResult<O> {
    /// Copies the map.
    public Stalled {
      Objects.requireNonNull(run, "run");
      holds = Map.copyOf(holds);
    }
  }

  /// The run is in quarantine: an item of it was in flight at three unclean deaths of the process.
  ///
  /// @param run the run
  /// @param step the item's step
  /// @param <O> the type of the run's outputs
  record Quarantined<O>(RunId run, String step) implements ChildResult<O> {
    /// Rejects missing parts.
    public Quarantined {
      Objects.requireNonNull(run, "run");
      Objects.requireNonNull(step, "step");
    }
  }

  /// It was cancelled.
  ///
  /// @param run the run
  /// @param <O> the type of the output that did not come
  record Cancelled<O>(RunId run) implements ChildResult<O> {
    /// Rejects a missing id.
    public Cancelled {
      Objects.requireNonNull(run, "run");
    }
  }
}
