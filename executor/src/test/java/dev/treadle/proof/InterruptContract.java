package dev.treadle.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.TreadleException;
import dev.treadle.Workflow;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Threads of steps are interrupted while their commits are written.
public abstract class InterruptContract {
  private static final int RUNS = 300;
  private static final int STEPS = 40;

  @TempDir(factory = FolderInMemory.class)
  private Path folder;

  private final Queue<Thread> committing = new ConcurrentLinkedQueue<>();
  private final AtomicInteger interrupts = new AtomicInteger();

  /// For subclasses.
  protected InterruptContract() {}

  /// Opens the store.
  protected abstract CheckpointStore open(Path place);

  @Test
  final void tenThousandInterruptsOfStepThreads_duringCommits_damageNothing() throws Exception {
    drive(Integer.MAX_VALUE);
    System.out.printf(
        "%s: %d interrupts during %d commits%n",
        getClass().getSimpleName(), interrupts.get(), RUNS * STEPS);
    assertThat(interrupts.get()).isGreaterThanOrEqualTo(10_000);
  }

  @Test
  final void plantedBug_aWriteGivenUpForAnInterrupt_isCaught() {
    assertThatThrownBy(() -> drive(5))
        .isInstanceOfAny(AssertionError.class, TreadleException.class);
  }

  /// @param patience how many batches are written before one is given up
  private void drive(int patience) throws Exception {
    var file = folder.resolve("runs");
    var workflow = workflow();
    var handles = new ArrayList<RunHandle<Integer>>();
    try (var executor = WorkflowExecutor.create(new Interrupting(open(file), patience))) {
      for (int i = 0; i < RUNS; i++) {
        handles.add(executor.start(workflow, i, RunId.of("run-" + i)));
      }
      for (int i = 0; i < RUNS; i++) {
        assertThat(handles.get(i).await()).isEqualTo(new RunResult.Completed<>(i + STEPS));
      }
    }
    try (var store = open(file)) {
      assertThat(store.closedCleanly()).isTrue();
      for (int i = 0; i < RUNS; i++) {
        var header = store.find(RunId.of("run-" + i)).orElseThrow();
        assertThat(header.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(header.sequence()).as("each step committed once").isEqualTo(STEPS + 1);
      }
    }
  }

  private Workflow<Object, Integer, Integer> workflow() {
    var steps = new ArrayList<Step<Object, Integer, Integer>>();
    for (int i = 0; i < STEPS; i++) {
      steps.add(Step.map("step" + i, Integer.class, Integer.class, this::add));
    }
    var builder = Workflow.builder("interrupted").start(steps.getFirst());
    for (var step : List.copyOf(steps.subList(1, STEPS))) {
      builder = builder.then(step);
    }
    return builder.end(steps.getLast()).build();
  }

  private int add(int n) {
    committing.add(Thread.currentThread());
    return n + 1;
  }

  /// Interrupts those whose commits it is given, and those that are about to bring one.
  private final class Interrupting implements ForwardingStore {
    private final CheckpointStore store;
    private int patience;

    Interrupting(CheckpointStore store, int patience) {
      this.store = store;
      this.patience = patience;
    }

    @Override
    public CheckpointStore store() {
      return store;
    }

    @Override
    public List<Integer> append(List<StepCommit> batch) {
      for (var thread = committing.poll(); thread != null; thread = committing.poll()) {
        thread.interrupt();
        interrupts.incrementAndGet();
      }
      return patience-- == 0 ? List.of() : store.append(batch);
    }
  }
}
