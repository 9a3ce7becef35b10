package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Closing an executor while runs go on.
@Timeout(20)
final class CloseTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final CountDownLatch inStep = new CountDownLatch(1);
  private final AtomicBoolean patient = new AtomicBoolean();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? WorkflowExecutor.create(store) : WorkflowExecutor.create();
  }

  /// A step that only an interrupt ends, and one after it.
  private Workflow<Object, Integer, Integer> blocking() {
    var block =
        Step.map(
            "block",
            Integer.class,
            Integer.class,
            n -> {
              inStep.countDown();
              if (!patient.get()) {
                Flows.blockForever();
              }
              return n;
            });
    return Flows.chain("blocking", block, Flows.plus("follow", 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void close_answersWhatWasCut_andADurableRunIsResumable(boolean durable) throws Exception {
    var workflow = blocking();
    var executor = executor(durable);
    var handle = executor.start(workflow, 1, Flows.ID);
    assertThat(Flows.end(executor.start(Flows.only(Flows.plus("done", 1)), 1, RunId.of("done"))))
        .isEqualTo(new RunResult.Completed<>(2));
    Flows.await(inStep);
    assertThat(executor.close(Duration.ZERO)).containsExactly(Flows.ID);
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> Flows.end(handle))
        .withMessage("run the-run was cut short by the executor's close; resume it");
    assertThat(executor.close(Duration.ZERO)).as("twice").containsExactly(Flows.ID);
    if (durable) {
      patient.set(true);
      try (var next = WorkflowExecutor.create(store.reopen())) {
        assertThat(Flows.end(next.resume(workflow, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>(2));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void close_waitsForTheStepInFlight_andStartsNoOther(boolean durable) throws Exception {
    var go = new CountDownLatch(1);
    var followed = new AtomicBoolean();
    var gated =
        Step.map(
            "gated",
            Integer.class,
            Integer.class,
            n -> {
              inStep.countDown();
              Flows.await(go);
              return n;
            });
    var follow =
        Step.map(
            "follow",
            Integer.class,
            Integer.class,
            n -> {
              followed.set(true);
              return n;
            });
    var other = Flows.only(Flows.plus("other", 1));
    var executor = executor(durable);
    var handle = executor.start(Flows.chain("gated", gated, follow), 1, Flows.ID);
    Flows.await(inStep);
    var opener = Thread.ofVirtual().unstarted(go::countDown);
    var closed = new CountDownLatch(1);
    var closer =
        Thread.ofVirtual()
            .start(() -> {
              executor.close(Flows.LIMIT);
              closed.countDown();
            });
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> {
          while (true) { // until the closer has begun
            executor.start(other, 1);
            Thread.onSpinWait();
          }
        })
        .withMessage("this executor is closed; create a new one");
    assertThat(closed.getCount()).isEqualTo(1);
    opener.start();
    Flows.await(closed);
    closer.join();
    assertThatExceptionOfType(ExecutorClosedException.class).isThrownBy(() -> Flows.end(handle));
    assertThat(followed).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @SuppressWarnings("try") // what the test is about
  void closeInsideAStep_isAnError_andTheExecutorStaysOpen(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var same = executor;
      var work =
          Step.map(
              "work",
              Integer.class,
              Integer.class,
              n -> {
                same.close();
                return n;
              });
      var failure = Flows.failed(executor.start(Flows.only(work), 1, Flows.ID)).failure();
      assertThat(failure.type()).isEqualTo("java.lang.IllegalStateException");
      assertThat(failure.message())
          .isEqualTo("a step of run the-run closes its own executor; close it from outside");
      assertThat(executor.run(Flows.chain("c", Flows.plus("a", 1), Flows.plus("b", 1)), 1))
          .isEqualTo(3);
    }
  }

  @Test
  void closedExecutor_refusesEverythingThatBegins() {
    var executor = executor(true);
    executor.close();
    var workflow = blocking();
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> executor.run(workflow, 1));
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> executor.resume(workflow, Flows.ID));
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> executor.recover(workflow));
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> executor.delete(Flows.ID));
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> executor.find(Flows.ID));
  }

  @Test
  void close_whileTheCallerDrives_endsItsRun() throws Exception {
    var executor = executor(true);
    var closer =
        Thread.ofVirtual()
            .start(() -> {
              Flows.await(inStep);
              assertThat(executor.close(Duration.ZERO)).containsExactly(Flows.ID);
            });
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() -> executor.run(blocking(), 1, Flows.ID));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    closer.join();
  }

  /// Runs that end at the very time at which closing looks at what it has cut short: once a
  /// deadlock of two locks taken in both orders, which nothing could interrupt.
  @Test
  void close_ofRunsThatAreInterruptedAtOnce_ends() {
    Assertions.assertTimeoutPreemptively(
        Flows.LIMIT,
        () -> {
          for (int round = 0; round < 2_000; round++) {
            closeThreeBlockedRuns();
          }
        });
  }

  private static void closeThreeBlockedRuns() {
    var all = new CountDownLatch(3);
    var block =
        Step.map(
            "block",
            Integer.class,
            Integer.class,
            n -> {
              all.countDown();
              Flows.blockForever();
              return n;
            });
    var workflow = Flows.only(block);
    try (var executor = WorkflowExecutor.create()) {
      for (int i = 0; i < 3; i++) {
        assertThat(executor.start(workflow, i).id()).isNotNull();
      }
      Flows.await(all);
      assertThat(executor.close(Duration.ZERO)).hasSize(3);
    }
  }
}
