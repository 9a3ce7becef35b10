package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.UndoFailure;
import dev.treadle.executor.UndoReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a run under test ended.
///
/// @param result the result
/// @param outputs all outputs, in the order of their commits
/// @param context the context at the end, or empty if the workflow has none
/// @param journal what its steps noted
/// @param children what became of the runs that its steps have started, by their ids; of workflows
///   that [Journal#child] was told of, and whose ids begin like the run's; none without a store
/// @param <O> the type of the outputs
public record FinishedRun<O>(
    RunResult<O> result,
    List<O> outputs,
    Optional<Object> context,
    Journal journal,
    Map<RunId, RunStatus> children) {
  /// Copies the outputs and the children.
  public FinishedRun {
    outputs = List.copyOf(outputs);
    children = Map.copyOf(children);
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

  /// What became of the undos of a run that failed or was cancelled.
  ///
  /// @return the report
  /// @throws AssertionError if the run has come to another end
  public UndoReport undos() {
    return switch (result) {
      case RunResult.Failed<O>(_, var undos) -> undos;
      case RunResult.DeadlinePassed<O>(_, var undos) -> undos;
      case RunResult.Cancelled<O>(var undos) -> undos;
      default -> throw new AssertionError("the run undoes nothing: " + result);
    };
  }

  /// What is the same whenever the process died: a failure without its frames, undos without their
  /// keys, the outputs without their order, which parallel branches do not have.
  record Meaning(Object result, List<String> outputs, Optional<Object> context) {}

  Meaning meaning() {
    var sorted = outputs.stream().map(String::valueOf).sorted().toList();
    Object what =
        switch (result) {
          case RunResult.Failed<O>(var failure, var undos) ->
              List.of(
                  failure.step(),
                  failure.attempt(),
                  failure.type(),
                  failure.message(),
                  meaning(undos));
          case RunResult.DeadlinePassed<O>(var deadline, var undos) ->
              List.of("the deadline has passed", deadline, meaning(undos));
          case RunResult.Cancelled<O>(var undos) -> List.of("cancelled", meaning(undos));
          case RunResult.Completed<O> _ when outputs.size() > 1 -> "completed with one of several";
          default -> result;
        };
    return new Meaning(what, sorted, context);
  }

  private static List<Object> meaning(UndoReport undos) {
    var steps = undos.failures().stream().map(UndoFailure::step).sorted().toList();
    return List.of(undos.undone(), undos.failed(), steps);
  }
}
