package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreFencedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of runs when their store fails: never a failure of a step.
@Timeout(20)
final class StoreFaultsTest {
  private static final RunId OTHER = RunId.of("the-other");

  private final AtomicInteger first = new AtomicInteger();
  private final AtomicInteger second = new AtomicInteger();
  private final AtomicInteger rescues = new AtomicInteger();

  /// Two steps that count their executions, and a fallback that must never be used.
  private final Workflow<Object, Integer, Integer> workflow = counted();

  private Workflow<Object, Integer, Integer> counted() {
    var retry = RetryPolicy.fixed(Duration.ZERO).retryIf(_ -> true);
    var a =
        Step.map("a", Integer.class, Integer.class, n -> n + first.incrementAndGet()).retry(retry);
    var b =
        Step.map("b", Integer.class, Integer.class, n -> n + second.incrementAndGet()).retry(retry);
    var rescue = Step.map("rescue", Integer.class, Integer.class, _ -> -rescues.incrementAndGet());
    return Workflow.builder("counted")
        .start(a)
        .then(b)
        .onFailure(a, rescue)
        .onFailure(b, rescue)
        .end(b)
        .end(rescue)
        .build();
  }

  /// A run that waits for an hour.
  private static Workflow<Object, Integer, Integer> sleeper() {
    var sleep =
        Step.<Object, Integer, Integer>of(
            "sleep",
            Integer.class,
            Integer.class,
            (_, n) -> Transition.after(Duration.ofHours(1), n));
    return Workflow.builder("sleeper").start(sleep).end(sleep).build();
  }

  @Test
  void fullDisk_suspendsTheRun_andItGoesOnByItselfWithoutRunningTheStepAgain() throws Exception {
    var store = FaultyStore.create().refuseFrom(2);
    try (var executor = WorkflowExecutor.create(store)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      store.awaitAppends(4);
      assertThat(handle.status()).isEqualTo(RunStatus.SUSPENDED);
      var header = executor.find(Flows.ID).orElseThrow();
      assertThat(header.status()).isEqualTo(RunStatus.SUSPENDED);
      assertThat(header.reason()).contains("no space left on device");
      assertThat(second).as("the next step waits").hasValue(0);
      store.allow();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(3));
      assertThat(handle.status()).isEqualTo(RunStatus.COMPLETED);
    }
    assertThat(first).hasValue(1);
    assertThat(second).hasValue(1);
    assertThat(rescues).hasValue(0);
  }

  @Test
  void fullDiskAtTheStart_delaysTheStart_andRunsNothingBefore() throws Exception {
    var store = FaultyStore.create().refuseFrom(1);
    try (var executor = WorkflowExecutor.create(store)) {
      var running = new CountDownLatch(1);
      var starter =
          Thread.ofVirtual()
              .start(() -> {
                assertThat(executor.start(workflow, 1, Flows.ID).id()).isEqualTo(Flows.ID);
                running.countDown();
              });
      store.awaitAppends(3);
      assertThat(first).hasValue(0);
      assertThat(running.getCount()).isEqualTo(1);
      store.allow();
      starter.join();
      assertThat(executor.run(workflow, 1, Flows.ID)).isEqualTo(3);
    }
  }

  @Test
  void closeWhileWritesAreRefused_leavesTheRunAsItWasStored() throws Exception {
    var store = FaultyStore.create().refuseFrom(2);
    var executor = WorkflowExecutor.create(store);
    var handle = executor.start(workflow, 1, Flows.ID);
    store.awaitAppends(3);
    assertThat(executor.close(Duration.ZERO)).containsExactly(Flows.ID);
    assertThatExceptionOfType(dev.treadle.TreadleException.class).isThrownBy(handle::await);
    try (var next = WorkflowExecutor.create(store.reopen())) {
      assertThat(Flows.end(next.resume(workflow, Flows.ID)))
          .as("a once more, since its commit was never acknowledged")
          .isEqualTo(new RunResult.Completed<>(4));
    }
  }

  @Test
  void unknownCommitThatWasWritten_failsTheHandle_andTheStepIsNotRunAgain() throws Exception {
    var store = FaultyStore.create().unknownAfter(2);
    assertFailsUnknown(store);
    try (var next = WorkflowExecutor.create(store.reopen())) {
      assertThat(Flows.end(next.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(3));
    }
    assertThat(first).hasValue(1);
    assertThat(rescues).hasValue(0);
  }

  @Test
  void unknownCommitThatWasNotWritten_failsTheHandle_andTheStepIsRunAgain() throws Exception {
    var store = FaultyStore.create().unknownBefore(2);
    assertFailsUnknown(store);
    try (var next = WorkflowExecutor.create(store.reopen())) {
      assertThat(Flows.end(next.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(4));
    }
    assertThat(first).hasValue(2);
    assertThat(rescues).hasValue(0);
  }

  private void assertFailsUnknown(FaultyStore store) {
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(CommitUnknownException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withMessage("memory: the disk answered nothing");
      assertThatExceptionOfType(CommitUnknownException.class)
          .as("nothing goes on with a store that is closed")
          .isThrownBy(() -> executor.start(workflow, 1));
    }
    assertThat(second).hasValue(0);
  }

  @Test
  void unknownCommitAtTheStart_failsTheStart_andTheNextOpeningDecides() throws Exception {
    var store = FaultyStore.create().unknownAfter(1);
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(CommitUnknownException.class)
          .isThrownBy(() -> executor.start(workflow, 1, Flows.ID));
    }
    try (var next = WorkflowExecutor.create(store.reopen())) {
      assertThat(next.run(workflow, 1, Flows.ID)).isEqualTo(3);
    }
  }

  @Test
  void unknownCommit_failsEveryOtherRunToo_alsoThoseThatWaitOrAreInAStep() throws Exception {
    var store = FaultyStore.create().unknownBefore(5);
    var inStep = new CountDownLatch(1);
    var blocks =
        Step.map(
            "blocks",
            Integer.class,
            Integer.class,
            n -> {
              inStep.countDown();
              Flows.blockForever();
              return n;
            });
    var time = new ManualTime();
    try (var executor = Flows.durable(store, time)) {
      var waiting = executor.start(sleeper(), 1, RunId.of("waiting")); // appends 1 and 2
      time.awaitTimer(Duration.ofHours(1));
      var busy = executor.start(Flows.only(blocks), 1, OTHER); // append 3
      Flows.await(inStep);
      var failing = executor.start(workflow, 1, Flows.ID); // append 4, and 5 for its first step
      assertThatExceptionOfType(CommitUnknownException.class).isThrownBy(() -> Flows.end(failing));
      assertThatExceptionOfType(CommitUnknownException.class).isThrownBy(() -> Flows.end(waiting));
      assertThatExceptionOfType(CommitUnknownException.class).isThrownBy(() -> Flows.end(busy));
    }
  }

  @Test
  void fencedStore_stopsTheRun_andTheNewOwnerGoesOn() throws Exception {
    var store = MemoryCheckpointStore.create();
    var inStep = new CountDownLatch(1);
    var go = new CountDownLatch(1);
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
    var gate = Flows.only(gated);
    try (var executor = WorkflowExecutor.create(store)) {
      var handle = executor.start(gate, 1, Flows.ID);
      Flows.await(inStep);
      try (var next = WorkflowExecutor.create(store.reopen())) {
        go.countDown();
        assertThatExceptionOfType(StoreFencedException.class)
            .isThrownBy(() -> Flows.end(handle))
            .withMessageContaining("a later opening owns the store");
        assertThat(next.run(gate, 1, Flows.ID)).isEqualTo(1);
      }
    }
  }

  @Test
  void commitRefusedForItsSequence_stopsTheRun_andTheStoreServesOthers() throws Exception {
    var store = FaultyStore.create().conflictAt(2);
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withMessageContaining("run the-run")
          .withMessageContaining("somebody else has changed the stored run");
      assertThat(executor.run(workflow, 1, OTHER)).isEqualTo(4);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .as("a has run three times, b twice")
          .isEqualTo(new RunResult.Completed<>(6));
    }
  }

  @Test
  void errorOfTheStoresOwn_isAnUnknownOutcome() {
    var store =
        FaultyStore.create()
            .at(
                2,
                (_, _) -> {
                  throw new IllegalStateException("a driver's own fault");
                });
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(CommitUnknownException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withStackTraceContaining("a driver's own fault");
      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> executor.find(Flows.ID));
    }
  }

  @Test
  void timerDueBeforeItsCommitIsDurable_waitsForTheStore_withoutSpinning() throws Exception {
    var written = new CountDownLatch(1);
    var mayFail = new CountDownLatch(1);
    var store = FaultyStore.create().blockAt(4, written); // after start, fork and the first item
    var time = new ManualTime();
    var each =
        Step.<Object, Integer, Integer>of(
            "each",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              if (n == 0) {
                return Transition.after(Duration.ofSeconds(1), n);
              }
              Flows.await(mayFail);
              if (ctx.attempt() == 1) {
                throw new IOException("once");
              }
              return Transition.next(n);
            });
    var retried = each.retry(RetryPolicy.fixed(Duration.ofSeconds(2)));
    try (var executor = Flows.durable(store, time)) {
      var handle = executor.start(Flows.fork(retried), 2, Flows.ID);
      time.awaitTimer(Duration.ofSeconds(1));
      mayFail.countDown();
      store.awaitAppends(4);
      time.advance(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(9));
      assertThat(time.late()).as("callbacks for what is not durable").isZero();
      written.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0, 1]"));
    }
  }
}
