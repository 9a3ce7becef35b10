package dev.treadle.testkit;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What runs mean, shown by scenarios that have to come to the same end on every store, one item at
/// a time and many, whenever the process dies: before and after each commit, and a second time
/// while the next process goes on. To check a store, extend this class and say where its data are;
/// that is all.
///
/// The cases run side by side where JUnit is told so, by
/// `junit.jupiter.execution.parallel.enabled`.
///
/// [CrashEverywhere] is the same for a workflow of one's own.
public abstract class ScenarioContract {

  /// For subclasses.
  protected ScenarioContract() {}

  /// An empty place for the data of the store under test, for one test.
  ///
  /// @return the place, which is opened by one process after another
  protected abstract StorePlace emptyPlace();

  static List<Scenario<?, ?, ?>> scenarios() {
    return Stream.of(
            FlowScenarios.all(),
            FailureScenarios.all(),
            ContextScenarios.all(),
            LimitScenarios.all(),
            ScopeScenarios.all(),
            TimeScenarios.all(),
            CompensationScenarios.all(),
            RepairScenarios.all(),
            WaitScenarios.all(),
            ChildScenarios.all(),
            PoisonScenarios.all(),
            CrossScenarios.all(),
            ChangeScenarios.all())
        .flatMap(List::stream)
        .toList();
  }

  static Stream<Arguments> cases() {
    return scenarios().stream()
        .flatMap(scenario -> Stream.of(1, 16).map(width -> Arguments.of(scenario, width)));
  }

  @ParameterizedTest(name = "{0}, {1} at a time")
  @MethodSource("dev.treadle.testkit.ScenarioContract#cases")
  @Execution(ExecutionMode.CONCURRENT)
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  final void deathBeforeAndAfterEachCommit_comesToTheSameEnd(Scenario<?, ?, ?> scenario, int width)
      throws Exception {
    check(scenario, width);
  }

  private <I> void check(Scenario<?, I, ?> scenario, int width) throws Exception {
    var report = scenario.trials(width, emptyPlace()).twice().run(scenario.input());
    if (report.deaths() < 2 * report.commits()) {
      throw new AssertionError("there should be more deaths: " + report);
    }
  }
}
