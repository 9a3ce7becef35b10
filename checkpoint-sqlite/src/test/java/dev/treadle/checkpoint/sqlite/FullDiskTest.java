package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs on a disk that becomes full. Needs root on Linux; elsewhere reported as skipped.
final class FullDiskTest {
  private static final int RUNS = 60;
  private static final int LARGE = 200_000;

  @TempDir private Path disk;
  private final CountDownLatch allStarted = new CountDownLatch(1);
  private final CountDownLatch refused = new CountDownLatch(3);
  private final AtomicInteger executions = new AtomicInteger();

  @Test
  void runs_onAFullDisk_areSuspended_andGoOnWhenThereIsRoom_withoutExecutingAgain()
      throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root mounts");
    assumeTrue(
        LoopDisk.run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()),
        "this root can't mount");
    try {
      drive();
    } finally {
      assertThat(LoopDisk.run("umount", disk.toString())).isTrue();
    }
  }

  private void drive() throws Exception {
    var store = new Watched(SqliteCheckpointStore.open(disk.resolve("runs.db")));
    var workflow = workflow();
    var handles = new ArrayList<RunHandle<Integer>>();
    try (var executor = WorkflowExecutor.create(store)) {
      for (int i = 0; i < RUNS; i++) {
        handles.add(executor.start(workflow, i, RunId.of("run-" + i)));
      }
      allStarted.countDown();
      assertThat(refused.await(1, TimeUnit.MINUTES)).as("the disk becomes full").isTrue();
      assertThat(handles).extracting(RunHandle::status).contains(RunStatus.SUSPENDED);
      assertThat(LoopDisk.run("mount", "-o", "remount,size=200m", disk.toString())).isTrue();
      for (int i = 0; i < RUNS; i++) {
        assertThat(handles.get(i).await()).isEqualTo(new RunResult.Completed<>(LARGE + i));
      }
    }
    assertThat(executions).as("no step is run again").hasValue(2 * RUNS);
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
        refused.countDown();
        throw e;
      }
    }
  }
}
