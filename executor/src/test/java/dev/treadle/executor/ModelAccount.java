package dev.treadle.executor;

import java.util.List;
import java.util.Map;

/// What can be told of a run that is over, in a form in which two tellings can be compared.
///
/// @param verdict how it ended
/// @param outputs its outputs, in the order of commits
/// @param context its last context
/// @param gathered every list that a step was given, in the order of the attempts
/// @param answers what was answered to signals, in the order of their sending
record ModelAccount(
    Verdict verdict,
    List<Object> outputs,
    Object context,
    List<Gathered> gathered,
    List<SignalAnswer> answers) {
  ModelAccount {
    outputs = List.copyOf(outputs);
    gathered = List.copyOf(gathered);
    answers = List.copyOf(answers);
  }

  /// How a run ended.
  sealed interface Verdict {}

  record Completed(Object output) implements Verdict {}

  record WithoutOutput() implements Verdict {}

  record Stalled(Map<String, Long> holds) implements Verdict {}

  record Failed(String step, int attempt) implements Verdict {}

  record Cancelled() implements Verdict {}

  record Missed() implements Verdict {}

  /// A list that a step was given.
  record Gathered(String step, List<?> values) {}

  ModelAccount withOutputs(List<Object> others) {
    return new ModelAccount(verdict, others, context, gathered, answers);
  }

  static Verdict verdict(RunResult<?> result) {
    return switch (result) {
      case RunResult.Completed<?>(Object output) -> new Completed(output);
      case RunResult.CompletedWithoutOutput<?> _ -> new WithoutOutput();
      case RunResult.Stalled<?>(var holds) -> new Stalled(holds);
      case RunResult.Failed<?>(var failure, _) -> new Failed(failure.step(), failure.attempt());
      case RunResult.DeadlinePassed<?> _ -> new Missed();
      case RunResult.Cancelled<?> _ -> new Cancelled();
      case RunResult.Quarantined<?> _ ->
          throw new IllegalStateException("nobody dies of these runs");
    };
  }
}
