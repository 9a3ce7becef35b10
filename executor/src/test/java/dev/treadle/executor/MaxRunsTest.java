package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CheckpointStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A bound on live runs: `start` waits, or refuses if asked to (design, 3.16).
@Timeout(60)
final class MaxRunsTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final List<Integer> order = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger begun = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final Workflow<Object, Integer, Integer> waiting =
      Flows.chain(
          "waiting",
          Step.map(
              "wait",
              Integer.class,
              Integer.class,
              n -> {
                order.add(n);
                begun.incrementAndGet();
                if (n < 0) {
                  Flows.await(goOn);
                }
                return n;
              }),
          Flows.plus("last", 0));

  @AfterEach
  void letGo() {
    goOn.countDown();
    var _ = Thread.interrupted();
  }

  private static WorkflowExecutor executor(CheckpointStore where, int runs) {
    return WorkflowExecutor.builder().store(where).maxRuns(runs).build();
  }

  private WorkflowExecutor executor(boolean durable, int runs) {
    return durable ? executor(store, runs) : WorkflowExecutor.builder().maxRuns(runs).build();
  }

  /// A caller that starts a run, and is seen to wait.
  private Thread starts(WorkflowExecutor executor, int input, List<RunHandle<Integer>> handles) {
    var caller = Thread.ofVirtual().start(() -> handles.add(executor.start(waiting, input)));
    awaitWaiting(caller);
    return caller;
  }

  private static void awaitWaiting(Thread caller) {
    for (int i = 0; i < Flows.LIMIT.toMillis() && caller.getState() != Thread.State.WAITING; i++) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(caller.getState()).isEqualTo(Thread.State.WAITING);
  }

  private void awaitBegun(int runs) {
    for (int i = 0; i < Flows.LIMIT.toMillis() && begun.get() < runs; i++) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(begun).hasValue(runs);
  }

  // --- waiting

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void start_waitsForRoom(boolean durable) throws Exception {
    try (var executor = executor(durable, 2)) {
      var first = executor.start(waiting, -1);
      var second = executor.start(waiting, -2);
      awaitBegun(2);
      var handles = Collections.synchronizedList(new ArrayList<RunHandle<Integer>>());
      var caller = starts(executor, 3, handles);
      assertThat(handles).isEmpty();
      goOn.countDown();
      caller.join();
      assertThat(Flows.end(handles.getFirst())).isEqualTo(new RunResult.Completed<>(3));
      assertThat(Flows.end(first)).isEqualTo(new RunResult.Completed<>(-1));
      assertThat(Flows.end(second)).isEqualTo(new RunResult.Completed<>(-2));
    }
    assertThat(order.getLast()).isEqualTo(3);
  }

  @Test
  void thoseWhoWait_startInTheOrderOfTheirComing() throws Exception {
    try (var executor = executor(false, 1)) {
      executor.start(waiting, -1);
      awaitBegun(1);
      var handles = Collections.synchronizedList(new ArrayList<RunHandle<Integer>>());
      var callers = new ArrayList<Thread>();
      for (int i = 0; i < 10; i++) {
        callers.add(starts(executor, i, handles));
      }
      goOn.countDown();
      for (var caller : callers) {
        caller.join();
      }
      for (var handle : handles) {
        assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
      }
    }
    assertThat(order).containsExactly(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void neverMoreRunsThanAllowed_andNoRoomIsLost(boolean durable) throws Exception {
    var live = new AtomicInteger();
    var most = new AtomicInteger();
    var step =
        Step.map(
            "step",
            Integer.class,
            Integer.class,
            n -> {
              most.accumulateAndGet(live.incrementAndGet(), Math::max);
              LockSupport.parkNanos(1_000);
              live.decrementAndGet();
              if (n % 7 == 0) {
                throw new IllegalStateException("no");
              }
              return n;
            });
    var workflow = Flows.only(step);
    try (var executor = executor(durable, 3)) {
      var callers = new ArrayList<Thread>();
      for (int caller = 0; caller < 8; caller++) {
        int first = caller / 2 * 50;
        callers.add(
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = first; i < first + 50; i++) {
                    startOrMeet(executor, workflow, i);
                  }
                }));
      }
      for (var caller : callers) {
        caller.join();
      }
      for (int i = 0; i < 3; i++) { // all the room is there
        executor.start(waiting, -1);
      }
      awaitBegun(3);
      assertThatExceptionOfType(ExecutorFullException.class)
          .isThrownBy(() -> executor.start(waiting, 1, options -> options.withoutWaiting()));
      goOn.countDown();
    }
    assertThat(most.get()).isBetween(1, 3);
  }

  /// Two callers start the run at about the same time; a transient run has its id to itself.
  private static void startOrMeet(
      WorkflowExecutor executor, Workflow<Object, Integer, Integer> workflow, int input) {
    try {
      var handle = executor.start(workflow, input, RunId.of("run-" + input));
      if (input % 5 == 0) {
        handle.cancel();
      }
    } catch (RunConflictException e) {
      assertThat(e).hasMessageContaining("goes on already");
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (var executor = executor(false, 1)) {
      executor.start(waiting, -1);
      awaitBegun(1);
      var thrown = new AtomicReference<Throwable>();
      var kept = new CountDownLatch(1);
      var starter =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  executor.start(waiting, 2);
                } catch (ExecutorFullException e) {
                  thrown.set(e);
                  if (Thread.currentThread().isInterrupted()) {
                    kept.countDown();
                  }
                }
              });
      awaitWaiting(starter);
      starter.interrupt();
      Flows.await(kept);
      assertThat(thrown.get())
          .hasMessage(
              "a run of workflow \"waiting\" was not started: its caller was interrupted while it"
                  + " waited for room among the live runs");
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> executor.run(waiting, 3));
      goOn.countDown();
      assertThat(executor.run(waiting, 4)).isEqualTo(4);
    }
    assertThat(order).containsExactly(-1, 4);
  }

  @Test
  void closeWakesThoseWhoWait() throws Exception {
    var executor = executor(false, 1);
    executor.start(waiting, -1);
    awaitBegun(1);
    var refused = new CountDownLatch(1);
    var caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                executor.start(waiting, 2);
              } catch (ExecutorClosedException e) {
                refused.countDown();
              }
            });
    awaitWaiting(caller);
    assertThat(executor.close(Duration.ZERO)).hasSize(1);
    Flows.await(refused);
  }

  // --- refusing

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void start_refusesIfAskedTo(boolean durable) throws Exception {
    try (var executor = executor(durable, 1)) {
      var first = executor.start(waiting, -1);
      awaitBegun(1);
      assertThatExceptionOfType(ExecutorFullException.class)
          .isThrownBy(() ->
              executor.start(waiting, 2, options -> options.withId(Flows.ID).withoutWaiting()))
          .withMessage(
              "run the-run was not started: this executor drives as many runs as maxRuns allows, 1;"
                  + " start it when one has ended, or let it wait");
      assertThat(executor.find(Flows.ID)).isEmpty();
      goOn.countDown();
      assertThat(Flows.end(first)).isEqualTo(new RunResult.Completed<>(-1));
      assertThat(executor.run(waiting, 2, options -> options.withoutWaiting())).isEqualTo(2);
    }
  }

  @Test
  void aStepThatStartsARun_isRefusedWhenThereIsNoRoom_sinceItCouldWaitForItself() throws Exception {
    try (var executor = executor(false, 1)) {
      Step<Object, Integer, Integer> nested =
          Step.of(
              "nested",
              Integer.class,
              Integer.class,
              (_, n) -> Transition.next(executor.run(waiting, n)));
      var plain = Workflow.builder("plain").start(nested).end(nested).build();
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(plain, 1))
          .withCauseInstanceOf(ExecutorFullException.class)
          .withMessageContaining("a step starts it while this executor drives as many runs as")
          .withMessageContaining("raise maxRuns, or give the runs that steps start an executor of");
      var batch = Step.batch(nested, 2);
      var batched = Workflow.builder("batched").start(batch).end(batch).build();
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(batched, List.of(1, 2)))
          .withCauseInstanceOf(ExecutorFullException.class);
      assertThat(executor.run(waiting, 5)).isEqualTo(5);
    }
    try (var executor = executor(false, 2)) {
      Step<Object, Integer, Integer> nested =
          Step.of(
              "nested",
              Integer.class,
              Integer.class,
              (_, n) -> Transition.next(executor.run(waiting, n)));
      assertThat(executor.run(Flows.only(nested), 1)).isEqualTo(1);
    }
  }

  @Test
  void aStepThatDrivesASource_isRefusedWhenThereIsNoRoom() throws Exception {
    try (var executor = executor(false, 1)) {
      Step<Object, Integer, Integer> driving =
          Step.map(
              "driving",
              Integer.class,
              Integer.class,
              n -> (int) executor.source(waiting).from(List.of(n).iterator()).completed());
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(Flows.only(driving), 1))
          .withCauseInstanceOf(ExecutorFullException.class);
    }
  }

  @Test
  void maxRunsBelowOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkflowExecutor.builder().maxRuns(0))
        .withMessage("maxRuns must be 1 or more, was 0");
  }

  // --- ids that exist

  @Test
  void anIdThatNeedsNoDriving_needsNoRoom() throws Exception {
    try (var executor = executor(true, 1)) {
      assertThat(executor.run(waiting, 7, RunId.of("done"))).isEqualTo(7);
      var first = executor.start(waiting, -1, RunId.of("first"));
      awaitBegun(2);
      assertThat(executor.run(waiting, 7, RunId.of("done"))).isEqualTo(7);
      assertThat(executor.start(waiting, -1, RunId.of("first")).status())
          .isEqualTo(RunStatus.RUNNING);
      assertThat(executor.resume(waiting, RunId.of("first")).id()).isEqualTo(first.id());
      goOn.countDown();
      assertThat(Flows.end(first)).isEqualTo(new RunResult.Completed<>(-1));
    }
  }

  @Test
  void resumeOfAFailedRun_waitsForRoom_beforeItChangesTheRun() throws Exception {
    var failing = new AtomicInteger(1);
    var broken =
        Step.map(
            "broken",
            Integer.class,
            Integer.class,
            n -> {
              if (failing.getAndDecrement() > 0) {
                throw new IllegalStateException("once");
              }
              return n;
            });
    var workflow = Workflow.builder("failing").start(broken).end(broken).build();
    try (var executor = executor(true, 1)) {
      assertThat(Flows.failed(executor.start(workflow, 1, Flows.ID)).failure().message())
          .isEqualTo("once");
      executor.start(waiting, -1);
      awaitBegun(1);
      var resumed = new AtomicReference<RunHandle<Integer>>();
      var caller = Thread.ofVirtual().start(() -> resumed.set(executor.resume(workflow, Flows.ID)));
      awaitWaiting(caller);
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
      goOn.countDown();
      caller.join();
      assertThat(Flows.end(resumed.get())).isEqualTo(new RunResult.Completed<>(1));
    }
  }

  // --- recovery

  /// So many runs that are unfinished when their executor closes.
  private void leaveUnfinished(int runs) {
    var executor = executor(true, runs);
    for (int i = 0; i < runs; i++) {
      executor.start(waiting, -1 - i, RunId.of("run-" + i));
    }
    awaitBegun(runs);
    assertThat(executor.close(Duration.ZERO)).hasSize(runs);
    begun.set(0);
  }

  @Test
  void recover_goesOnWithWhatFits_andWithTheRestAsRunsEnd() throws Exception {
    leaveUnfinished(8);
    try (var next = executor(store.reopen(), 3)) {
      var answers = next.recover(waiting);
      assertThat(answers).hasSize(8);
      assertThat(answers.subList(0, 3)).allMatch(Recovery.Resumed.class::isInstance);
      assertThat(answers.subList(3, 8)).allMatch(Recovery.Queued.class::isInstance);
      awaitBegun(3);
      assertThat(next.recover(waiting))
          .as("asked again")
          .allMatch(Recovery.Queued.class::isInstance);
      assertThatExceptionOfType(ExecutorFullException.class)
          .isThrownBy(() -> next.start(waiting, 1, options -> options.withoutWaiting()));
      var last = new AtomicReference<RunHandle<Integer>>();
      var caller =
          Thread.ofVirtual().start(() -> last.set(next.resume(waiting, RunId.of("run-7"))));
      awaitWaiting(caller);
      goOn.countDown();
      for (int i = 0; i < 8; i++) {
        assertThat(next.run(waiting, -1 - i, RunId.of("run-" + i))).isEqualTo(-1 - i);
      }
      caller.join();
      assertThat(Flows.end(last.get())).isEqualTo(new RunResult.Completed<>(-8));
      awaitBegun(8);
    }
  }

  @Test
  void aQueuedRunThatDoesNotFit_isLeftAsItWas_andKeepsNoRoom() throws Exception {
    leaveUnfinished(2);
    var step = Step.map("renamed", Integer.class, Integer.class, n -> n);
    var changed = Workflow.builder("waiting").start(step).end(step).build();
    var block =
        Step.map(
            "block",
            Integer.class,
            Integer.class,
            n -> {
              Flows.await(goOn);
              return n;
            });
    var blocking = Workflow.builder("blocking").start(block).end(block).build();
    try (var next = executor(store.reopen(), 1)) {
      var blocker = next.start(blocking, 1);
      assertThat(next.recover(changed, blocking))
          .containsExactly(
              new Recovery.Queued(RunId.of("run-0")), new Recovery.Queued(RunId.of("run-1")));
      goOn.countDown();
      assertThat(Flows.end(blocker)).isEqualTo(new RunResult.Completed<>(1));
      assertThat(next.run(changed, 5)).as("there is room again").isEqualTo(5);
      assertThat(next.recover(changed)).allMatch(Recovery.DoesNotFit.class::isInstance).hasSize(2);
    }
  }
}
