package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.Workflow;
import dev.treadle.executor.MemoryCheckpointStore;

/// Runs a workflow as if without a store, but with every value written as JSON and read back on its
/// way from step to step: inputs, values at joins, the context and its deltas, what waits, outputs.
/// Finds what a run in memory hides and a durable one meets only after a restart: a type that does
/// not read back as it was, an object that two steps share and one changes.
///
/// ```java
/// @Test
/// void fulfilment_needsNothingThatIsNotStored() throws Exception {
///   assertThat(RoundTrip.run(fulfilment, order).output()).isEqualTo(receipt);
/// }
/// ```
///
/// The workflow runs twice, one item at a time: once in memory, and once with all values read back.
/// Both must come to the same end: result, outputs and context. Unlike in [CrashEverywhere] nothing
/// dies, and no step is executed again that has come to its commit; the runs that steps start go on
/// beside the run, and may be cut and go on.
public final class RoundTrip {
  private RoundTrip() {}

  /// Runs a workflow both ways; the clock moves on whenever the run waits.
  ///
  /// @param workflow the workflow
  /// @param input the input
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  /// @return how the run with all values read back has ended
  /// @throws AssertionError if it came to another end than the run in memory
  /// @throws dev.treadle.executor.PayloadException if a type of the workflow can't be stored
  /// @throws Exception if a run can't be driven
  public static <C, I, O> FinishedRun<O> run(Workflow<C, I, O> workflow, I input) throws Exception {
    return run(workflow, input, Outside.movingTime());
  }

  /// Runs a workflow both ways, in a world that sends it what it waits for.
  ///
  /// @param workflow the workflow
  /// @param input the input
  /// @param world what acts on each of the two runs
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  /// @return how the run with all values read back has ended
  /// @throws AssertionError if it came to another end than the run in memory
  /// @throws dev.treadle.executor.PayloadException if a type of the workflow can't be stored
  /// @throws Exception if a run can't be driven
  public static <C, I, O> FinishedRun<O> run(Workflow<C, I, O> workflow, I input, Outside world)
      throws Exception {
    var plan =
        new TrialPlan<C, I, O>(
            _ -> workflow,
            MemoryCheckpointStore.create()::reopen,
            1,
            Conditions.<C, I, O>usual().outside(world));
    var id = RunId.of("round-trip");
    var inMemory = new Trial<>(plan, input, id).transientRun();
    var readBack = new Trial<>(plan, input, id).runCommitByCommit();
    if (!readBack.meaning().equals(inMemory.meaning())) {
      throw new AssertionError(
          "with all values read back the run came to "
              + readBack.meaning()
              + ", and in memory to "
              + inMemory.meaning());
    }
    return readBack;
  }
}
