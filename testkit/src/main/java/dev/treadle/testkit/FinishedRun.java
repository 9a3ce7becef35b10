package dev.treadle.testkit;

import dev.treadle.StepFailure;
import dev.treadle.executor.RunResult;
import java.util.List;
import java.util.Optional;

/// How a run under test ended.
///
/// @param result the result
/// @param outputs all outputs, in the order of their commits
/// @param context the context at the end, or empty if the workflow has none
/// @param journal what its steps noted
/// @param <O> the type of the outputs
public record FinishedRun<O>(
    RunResult<O> result, List<O> outputs, Optional<Object> context, Journal journal) {
  /// Copies the outputs.
  public FinishedRun {
    outputs = List.copyOf(outputs);
  }

  /// The run's output.
  ///
  /// @return the output
  /// @throws AssertionError if it has none
  public O output() {
    if (result instanceof RunResult.Completed<O>(var output)) {
      return output;
    }
    throw new AssertionError("the run has no output: " + result);
  }

  /// The failure that ended the run.
  ///
  /// @return the failure
  /// @throws AssertionError if it did not fail
  public StepFailure failure() {
    if (result instanceof RunResult.Failed<O>(var failure, _)) {
      return failure;
    }
    throw new AssertionError("the run did not fail: " + result);
  }

  /// What is the same whenever the process died: a failure without its frames, the outputs without
  /// their order, which parallel branches do not have.
  record Meaning(Object result, List<String> outputs, Optional<Object> context) {}

  Meaning meaning() {
    var sorted = outputs.stream().map(String::valueOf).sorted().toList();
    Object what =
        switch (result) {
          case RunResult.Failed<O>(var failure, _) ->
              List.of(failure.step(), failure.attempt(), failure.type(), failure.message());
          case RunResult.Completed<O> _ when outputs.size() > 1 -> "completed with one of several";
          default -> result;
        };
    return new Meaning(what, sorted, context);
  }
}
