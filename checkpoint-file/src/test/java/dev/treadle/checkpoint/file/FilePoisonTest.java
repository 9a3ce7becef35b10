package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.Recovery;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.Entry;
import dev.treadle.proof.FolderInMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A step that kills its process, over a journal: the next process finds that it was not closed.
@Timeout(60)
final class FilePoisonTest {
  private static final RunId DEADLY = RunId.of("deadly");
  private static final RunId WAITING = RunId.of("waiting");

  @TempDir(factory = FolderInMemory.class)
  private Path folder;

  private final List<WorkflowExecutor> dead = new ArrayList<>();
  private final AtomicBoolean kills = new AtomicBoolean(true);
  private final CountDownLatch afterTest = new CountDownLatch(1);
  private volatile CountDownLatch death = new CountDownLatch(1);

  private final Workflow<Object, Integer, Integer> killing =
      one(
          Step.map(
              "work",
              Integer.class,
              Integer.class,
              n -> {
                if (kills.get()) {
                  death.countDown();
                  assertThat(afterTest.await(1, TimeUnit.MINUTES)).isTrue();
                }
                return n;
              }));
  private final Workflow<Object, Integer, Integer> sleeping =
      one(Step.sleep("sleep", Integer.class, Duration.ofDays(1)));

  private static Workflow<Object, Integer, Integer> one(Step<Object, Integer, Integer> step) {
    return Workflow.builder(step.name()).start(step).end(step).build();
  }

  @AfterEach
  void end() {
    afterTest.countDown();
    dead.forEach(executor -> assertThat(executor.close(Duration.ZERO)).isNotNull());
  }

  /// The next life of the process.
  private WorkflowExecutor live() {
    death = new CountDownLatch(1);
    var executor = WorkflowExecutor.create(Journals.openOver(folder, Journals.SMALL));
    dead.add(executor);
    return executor;
  }

  private void awaitDeath() throws InterruptedException {
    assertThat(death.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aStepThatKillsItsProcess_isQuarantinedAfterThreeStrikes_andWhatWaitsGetsNone()
      throws Exception {
    var first = live();
    assertThat(first.start(sleeping, 1, WAITING).id()).isEqualTo(WAITING);
    assertThat(first.start(killing, 7, DEADLY).id()).isEqualTo(DEADLY);
    awaitDeath();
    for (int strike = 1; strike <= 3; strike++) {
      assertThat(live().recover(killing, sleeping))
          .as("strike %d", strike)
          .hasSize(2)
          .hasOnlyElementsOfType(Recovery.Resumed.class);
      awaitDeath();
    }
    var executor = live();
    assertThat(executor.recover(killing, sleeping))
        .anyMatch(answer -> answer instanceof Recovery.Quarantined(var id) && id.equals(DEADLY))
        .anyMatch(answer -> answer instanceof Recovery.Resumed(var id, _) && id.equals(WAITING));
    assertThat(executor.find(DEADLY).orElseThrow().status()).isEqualTo(RunStatus.QUARANTINED);
    assertThat(marks()).isEqualTo(1);

    kills.set(false);
    assertThat(executor.resume(killing, DEADLY).await()).isEqualTo(new RunResult.Completed<>(7));
    assertThat(marks()).isZero();
  }

  /// How many start marks are stored of both runs.
  private long marks() {
    try (var reader = FileCheckpointStore.openReadOnly(folder)) {
      return List.of(DEADLY, WAITING).stream()
          .flatMap(run -> reader.entries(run, -1, 100).stream())
          .filter(entry -> entry.kind() == Entry.Kind.MARK)
          .count();
    }
  }
}
