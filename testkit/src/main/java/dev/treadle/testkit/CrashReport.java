package dev.treadle.testkit;

import java.util.Map;

/// What [CrashEverywhere] has tried.
///
/// @param reference how the run ended when nothing died
/// @param commits how many commits the run has
/// @param runs how often the workflow was run, the reference included
/// @param deaths how many deaths there were
/// @param mostExecutions how often each step that notes its executions in the [Journal] was
///   executed in one run at most, by name
/// @param <O> the type of the outputs
public record CrashReport<O>(
    FinishedRun<O> reference,
    int commits,
    int runs,
    int deaths,
    Map<String, Integer> mostExecutions) {
  /// Copies the map.
  public CrashReport {
    mostExecutions = Map.copyOf(mostExecutions);
  }
}
