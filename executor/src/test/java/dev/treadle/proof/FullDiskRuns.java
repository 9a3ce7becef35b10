package dev.treadle.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.WriteRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// Runs with large payloads on a disk that has no room for them, until it has.
final class FullDiskRuns {
  private static final int RUNS = 60;
  private static final int LARGE = 200_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final StoreOpener opener;
  private final UnaryOperator<CheckpointStore> clumsiness;
  private final CountDownLatch allStarted = new CountDownLatch(1);
  private final CountDownLatch refused = new CountDownLatch(1);
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger executions = new AtomicInteger();

  /// @param clumsiness puts a store with a bug before the opened one, or not
  FullDiskRuns(StoreOpener opener, UnaryOperator<CheckpointStore> clumsiness) {
    this.opener = opener;
    this.clumsiness = clumsiness;
  }

  /// Drives the runs to their ends.
  ///
  /// @param ballast deleted once the disk is full
  void drive(Path place, Path ballast) throws Exception {
    var workflow = workflow();
    var handles = new ArrayList<RunHandle<Integer>>();
    var store = clumsiness.apply(new Watched(opener.open(place)));
    try (var executor = WorkflowExecutor.create(store)) {
      for (int i = 0; i < RUNS; i++) {
        handles.add(executor.start(workflow, i, RunId.of("run-" + i)));
      }
      allStarted.countDown();
      assertThat(refused.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("the disk becomes full")
          .isTrue();
      awaitSuspended(handles);
      Files.delete(ballast);
      for (int i = 0; i < RUNS; i++) {
        assertThat(handles.get(i).await(PATIENCE)).contains(new RunResult.Completed<>(LARGE + i));
      }
    }
    assertThat(executions).as("no step is run again").hasValue(2 * RUNS);
    audit(place);
    System.out.printf(
        "%d runs on a full disk: %d batches refused, %d steps executed%n",
        RUNS, refusals.get(), executions.get());
  }

  private static void awaitSuspended(List<RunHandle<Integer>> handles) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (handles.stream().noneMatch(handle -> handle.status() == RunStatus.SUSPENDED)) {
      assertThat(System.nanoTime()).as("a run is suspended").isLessThan(end);
      for (var handle : handles) {
        handle.await(Duration.ofMillis(1));
      }
    }
  }

  private void audit(Path place) {
    try (var store = opener.open(place)) {
      assertThat(store.closedCleanly()).isTrue();
      for (int i = 0; i < RUNS; i++) {
        var header = store.find(RunId.of("run-" + i)).orElseThrow();
        assertThat(header.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(header.sequence()).as("each step committed once").isEqualTo(3);
      }
    }
  }

  private Workflow<Object, Integer, Integer> workflow() {
    var grow =
        Step.map(
            "grow",
            Integer.class,
            String.class,
            n -> {
              allStarted.await();
              executions.incrementAndGet();
              return "x".repeat(LARGE + n);
            });
    var measure =
        Step.map(
            "measure",
            String.class,
            Integer.class,
            text -> {
              executions.incrementAndGet();
              return text.length();
            });
    return Workflow.builder("full").start(grow).then(measure).end(measure).build();
  }

  private final class Watched implements ForwardingStore {
    private final CheckpointStore store;

    Watched(CheckpointStore store) {
      this.store = store;
    }

    @Override
    public CheckpointStore store() {
      return store;
    }

    @Override
    public List<Integer> append(List<StepCommit> batch) {
      try {
        return store.append(batch);
      } catch (WriteRefusedException e) {
        refusals.incrementAndGet();
        refused.countDown();
        throw e;
      }
    }
  }
}
