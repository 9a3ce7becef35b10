package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The process that [KillHarness] kills: many runs at once, started or gone on with, until all are
/// complete. The `main` method of a test only says how the store is opened:
///
/// ```java
/// final class KilledProcess {
///   public static void main(String[] arguments) throws Exception {
///     KilledRuns.main(() -> SqliteCheckpointStore.open(Path.of(arguments[0])), arguments);
///   }
/// }
/// ```
public final class KilledRuns {
  static final int STEPS = 12;

  private final KillLog log;

  private KilledRuns(KillLog log) {
    this.log = log;
  }

  /// Does the work of the process.
  ///
  /// @param place opens the store; called once
  /// @param arguments what the harness has given to `main`: the store's place, the log, how many
  ///   runs, the beginning of their ids, and whether it is to have a bug
  /// @throws IOException if the log can't be written
  /// @throws InterruptedException if the thread is interrupted
  public static void main(StorePlace place, String... arguments)
      throws IOException, InterruptedException {
    try (var log = new KillLog(Path.of(arguments[1]));
        var executor = WorkflowExecutor.create(store(place, log, arguments))) {
      var runs = new KilledRuns(log);
      var workflow = runs.workflow();
      log.write("L\n");
      var starts = new ArrayList<Thread>();
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        int at = i;
        var id = RunId.of(arguments[3] + i);
        starts.add(Thread.startVirtualThread(() -> runs.complete(executor, workflow, at, id)));
      }
      for (var start : starts) {
        start.join();
      }
      log.write("D\n");
    }
  }

  private static CheckpointStore store(StorePlace place, KillLog log, String... arguments) {
    var store = place.open();
    boolean hasty = arguments[4].equals(KillHarness.HASTY);
    return new AcknowledgingStore(hasty ? new HastyStore(store, new ArrayList<>()) : store, log);
  }

  /// A run whose step was being executed at one death after the other comes into quarantine, as
  /// promised; then somebody has to say that it shall go on.
  private void complete(
      WorkflowExecutor executor, Workflow<Integer, Integer, Integer> workflow, int at, RunId id) {
    try {
      var result = executor.start(workflow, at, id).await();
      while (result instanceof RunResult.Quarantined<?>) {
        log.write("Q " + id + "\n");
        result = executor.resume(workflow, id).await();
      }
      log.write("R " + id + " " + result + "\n");
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private Workflow<Integer, Integer, Integer> workflow() {
    var in = Step.in(Integer.class);
    var steps = new ArrayList<Step<Integer, Integer, Integer>>();
    for (int i = 0; i < STEPS; i++) {
      steps.add(in.of("step" + i, Integer.class, Integer.class, this::add));
    }
    var builder = Workflow.builder("killed", Integer.class, () -> 0).start(steps.getFirst());
    for (var step : List.copyOf(steps.subList(1, STEPS))) {
      builder = builder.then(step);
    }
    return builder.end(steps.getLast()).build();
  }

  private Transition<Integer> add(StepContext<Integer> ctx, Integer n) {
    log.write("E " + ctx.runId() + " " + ctx.idempotencyKey().split("[-.]", -1)[2] + "\n");
    ctx.update(count -> count + 1);
    return Transition.next(n + 1);
  }
}
