package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.StepContext;
import dev.treadle.TreadleException;
import dev.treadle.Workflow;
import dev.treadle.executor.SimulatedStore.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// One random run under one random order of everything: through deaths, closes, refused writes and
/// cancels, to an end that must be what the reference interpreter says.
///
/// Used by one simulation.
final class SimulatedRun {
  private static final RunId ID = RunId.of("the-run");
  private static final int LIVES = 3;

  private final RandomGraphs.Case graph;
  private final Simulation simulation;
  private final SplittableRandom random;
  private final SimulatedHistory history = new SimulatedHistory();
  private final MemoryCheckpointStore data = MemoryCheckpointStore.create();
  private final boolean durable;
  private final int parallelism;
  private boolean cancelled;
  private boolean disturbed;
  private @Nullable ModelAccount account;

  /// @param seed decides everything but the graph
  SimulatedRun(RandomGraphs.Case graph, long seed, Simulation simulation) {
    this.graph = graph;
    this.simulation = simulation;
    this.random = new SplittableRandom(seed);
    this.durable = random.nextInt(4) != 0;
    this.parallelism = new int[] {1, 2, 3, 8}[random.nextInt(4)];
  }

  /// How the run differs from what is expected.
  ///
  /// @throws Simulation.HangException if it hangs
  Optional<String> difference() throws Throwable {
    graph.trace().clear();
    graph.trace().onEntering(this::entered);
    simulation.run(this::live);
    var wrong = history.violation();
    if (wrong.isPresent()) {
      return wrong;
    }
    var end = account;
    if (end == null) {
      return cancelled || (!durable && disturbed)
          ? Optional.empty()
          : Optional.of("the run has no end");
    }
    return graph.expectation().difference(end);
  }

  // --- the lives of the process

  private void live() {
    int lives = durable ? LIVES : 1;
    for (int life = 1; life <= lives && account == null; life++) {
      boolean last = life == lives && durable;
      var executor = executor(last ? Faults.NONE : faults());
      try {
        account = end(executor, life, last);
        if (account == null) {
          break; // cancelled
        }
      } catch (TreadleException e) {
        if (last) {
          throw e;
        }
        disturbed = true;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        executor.close(Duration.ZERO);
      }
    }
  }

  private Faults faults() {
    return switch (random.nextInt(4)) {
      case 0 -> new Faults(random.nextInt(1, 4), 0, 0);
      case 1 -> new Faults(0, random.nextInt(1, 20), random.nextInt(3));
      default -> Faults.NONE;
    };
  }

  private WorkflowExecutor executor(Faults faults) {
    var builder =
        WorkflowExecutor.builder()
            .parallelism(parallelism)
            .time(simulation)
            .threads(simulation.factory("step-"))
            .simulated(simulation.factory("store-"), simulation::newLock);
    return durable
        ? builder.store(new SimulatedStore(data.reopen(), simulation, history, faults)).build()
        : builder.build();
  }

  /// Drives the run in one life of the process.
  ///
  /// @return its end, or null if it was cancelled
  private @Nullable ModelAccount end(WorkflowExecutor executor, int life, boolean last)
      throws InterruptedException {
    if (life == 1 && random.nextInt(4) == 0) {
      disturb(executor, last, null);
      return run(executor, graph.workflow());
    }
    if (life > 1 && random.nextBoolean()) {
      var _ = executor.recover(graph.workflow());
    }
    var handle = start(executor, graph.workflow());
    disturb(executor, last, handle);
    if (random.nextInt(8) == 0) {
      handle = start(executor, graph.workflow());
    }
    return told(handle, handle.await());
  }

  private <O> RunHandle<O> start(
      WorkflowExecutor executor, Workflow<RandomTally, RandomToken, O> workflow) {
    return executor.start(workflow, graph.input(), ID);
  }

  /// Drives the run on the caller's thread.
  private <O> @Nullable ModelAccount run(
      WorkflowExecutor executor, Workflow<RandomTally, RandomToken, O> workflow)
      throws InterruptedException {
    ModelAccount.Verdict verdict;
    try {
      Object output = executor.run(workflow, graph.input(), ID);
      verdict = new ModelAccount.Completed(output);
    } catch (NoOutputException e) {
      verdict = new ModelAccount.WithoutOutput();
    } catch (StepFailedException e) {
      verdict = new ModelAccount.Failed(e.failure().step(), e.failure().attempt());
    } catch (RunStalledException e) {
      verdict = new ModelAccount.Stalled(Map.of());
    } catch (RunCancelledException e) {
      return null;
    }
    if (durable) {
      var handle = start(executor, workflow);
      return told(handle, handle.await());
    }
    var expected = graph.expectation().all();
    return verdict instanceof ModelAccount.Stalled
        ? expected
        : new ModelAccount(
            verdict, outputs(verdict), expected.context(), expected.gathered(), List.of());
  }

  /// What `run` does not tell is made good from what is expected.
  private List<Object> outputs(ModelAccount.Verdict verdict) {
    if (graph.expectation().racy()) {
      return verdict instanceof ModelAccount.Completed(var output) ? List.of(output) : List.of();
    }
    var outputs = new ArrayList<>(graph.expectation().all().outputs());
    if (verdict instanceof ModelAccount.Completed(var output) && outputs.remove(output)) {
      outputs.addFirst(output);
    }
    return outputs;
  }

  private @Nullable ModelAccount told(RunHandle<?> handle, RunResult<?> result) {
    if (result instanceof RunResult.Cancelled<?>) {
      if (!cancelled) {
        throw new AssertionError("cancelled by nobody");
      }
      return null;
    }
    return new ModelAccount(
        ModelAccount.verdict(result),
        List.copyOf(handle.outputs()),
        handle.context(RandomTally.class).orElseThrow(),
        graph.expectation().all().gathered(),
        List.of());
  }

  // --- what comes from outside

  private void disturb(WorkflowExecutor executor, boolean last, @Nullable RunHandle<?> handle) {
    int what = random.nextInt(8);
    int wait = random.nextInt(40);
    if (what == 0 || what == 1) {
      aside("canceller", wait, () -> cancel(executor, handle));
    }
    if (what == 1) {
      aside("canceller-too", random.nextInt(40), () -> cancel(executor, handle));
    }
    if (what == 2 && !last) {
      disturbed = true;
      aside("closer", wait, () -> executor.close(Duration.ZERO));
    }
    if (what == 3) {
      aside("watcher", wait, () -> watch(executor, handle));
    }
  }

  private void aside(String name, int wait, Runnable work) {
    simulation
        .thread(
            name,
            () -> {
              for (int i = 0; i < wait; i++) {
                simulation.giveWay();
              }
              try {
                work.run();
              } catch (TreadleException e) {
                disturbed = true; // the executor was closed, or its store has died
              }
            })
        .start();
  }

  private void cancel(WorkflowExecutor executor, @Nullable RunHandle<?> known) {
    var handle = known;
    if (handle == null) {
      try {
        handle = executor.resume(graph.workflow(), ID);
      } catch (UnknownRunException e) {
        return; // not there yet, or gone already
      }
    }
    cancelled = true;
    var status = handle.cancel();
    if (status == RunStatus.RUNNING || status == RunStatus.WAITING) {
      throw new AssertionError("a cancel answers " + status);
    }
  }

  private void watch(WorkflowExecutor executor, @Nullable RunHandle<?> handle) {
    for (int i = 0; i < 5; i++) {
      var _ = executor.find(ID);
      if (handle != null) {
        var _ = handle.status();
        var _ = handle.outputs();
      }
      simulation.giveWay();
    }
  }

  // --- in the steps

  private void entered(StepContext<?> ctx) throws InterruptedException {
    history.executed(ctx.idempotencyKey(), ctx.attempt());
    int what = simulation.random().nextInt(10);
    if (what == 0) {
      var over = new CountDownLatch(1);
      simulation.schedule(simulation.now().plusSeconds(1), over::countDown);
      over.await(); // an interrupt of the run's ends it
    } else if (what < 6) {
      simulation.pause();
    }
  }
}
