package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.Workflow;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CheckpointStore;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// One workflow with an input and what a run of it must come to, on every store, whenever the
/// process dies.
///
/// Immutable.
///
/// @param name the name
/// @param workflow makes the workflow for one run, whose steps note their executions
/// @param input the input
/// @param expected what a run must come to
/// @param conditions what acts on the run
/// @param varies whether the end may differ from run to run within what is expected
record Scenario<C, I, O>(
    String name,
    Function<Journal, Workflow<C, I, O>> workflow,
    I input,
    Consumer<FinishedRun<O>> expected,
    Conditions<C, I, O> conditions,
    boolean varies) {

  static <C, I, O> Scenario<C, I, O> of(
      String name, I input, Function<Journal, Workflow<C, I, O>> workflow) {
    return new Scenario<>(name, workflow, input, _ -> {}, Conditions.usual(), false);
  }

  Scenario<C, I, O> expects(Consumer<FinishedRun<O>> check) {
    return new Scenario<>(name, workflow, input, expected.andThen(check), conditions, varies);
  }

  Scenario<C, I, O> completes(O output) {
    return ends(new RunResult.Completed<>(output));
  }

  Scenario<C, I, O> completes(List<O> outputs) {
    var all = outputs.stream().map(String::valueOf).sorted().toList();
    return expects(end -> {
      equal("outputs", end.outputs().stream().map(String::valueOf).sorted().toList(), all);
      equal("whether the output is one of them", outputs.contains(end.output()), true);
    });
  }

  Scenario<C, I, O> ends(RunResult<O> result) {
    return expects(end -> equal("result", end.result(), result));
  }

  Scenario<C, I, O> fails(String step, int attempt, String message) {
    return expects(end -> {
      equal("failed step", end.failure().step(), step);
      equal("failed attempt", end.failure().attempt(), attempt);
      equal("failure", end.failure().message(), message);
    });
  }

  Scenario<C, I, O> leaves(C context) {
    return expects(end -> equal("context", end.context().orElseThrow(), context));
  }

  /// Expects so many attempts of each step, however often deaths have repeated them.
  Scenario<C, I, O> attempts(Map<String, Integer> attempts) {
    return expects(end -> equal("attempts", end.journal().attempts(), attempts));
  }

  Scenario<C, I, O> under(UnaryOperator<Conditions<C, I, O>> change) {
    return new Scenario<>(name, workflow, input, expected, change.apply(conditions), varies);
  }

  Scenario<C, I, O> outside(Outside world) {
    return under(usual -> usual.outside(world));
  }

  /// A run that has failed is resumed once.
  Scenario<C, I, O> resuming() {
    return mending(WorkflowExecutor::resume);
  }

  Scenario<C, I, O> mending(Mend<O> mend) {
    return under(usual -> usual.mend(mend));
  }

  Scenario<C, I, O> varying() {
    return new Scenario<>(name, workflow, input, expected, conditions, true);
  }

  /// Runs it with all values read back, if it goes on by itself.
  void runCommitByCommit() throws Exception {
    if (conditions.mend().isPresent()) {
      return;
    }
    StorePlace place = MemoryCheckpointStore.create()::reopen;
    var trial =
        new Trial<>(new TrialPlan<>(workflow, place, 1, conditions), input, RunId.of("the-run"));
    expected.accept(trial.runCommitByCommit());
  }

  /// Runs it without a store, if it means something there.
  void runTransient(int parallelism) throws Exception {
    if (conditions.mend().isPresent()) {
      return; // a transient run is forgotten at its end
    }
    var plan = new TrialPlan<>(workflow, Scenario::noStore, parallelism, conditions);
    var trial = new Trial<>(plan, input, RunId.of("the-run"));
    expected.accept(trial.transientRun());
    trial.checkExecutions();
  }

  CrashEverywhere<C, I, O> trials(int parallelism, StorePlace place) {
    var trials =
        CrashEverywhere.of(workflow)
            .store(place)
            .parallelism(parallelism)
            .under(conditions)
            .expecting(expected);
    return varies ? trials.varying() : trials;
  }

  private static CheckpointStore noStore() {
    throw new IllegalStateException("a transient run has no store");
  }

  static void equal(String what, Object actual, Object expected) {
    if (!actual.equals(expected)) {
      throw new AssertionError(what + " is " + actual + ", must be " + expected);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
