package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `Step.concurrency(n)`: at most n attempts of a step at once, over all runs of an executor.
@Timeout(60)
final class ConcurrencyTest {
  /// The input for which the limited step waits until told.
  private static final int STUCK = -1;

  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final ManualTime time = new ManualTime();
  private final CountDownLatch stuck = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final List<Integer> order = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  private final Step<Object, Integer, Integer> limited =
      Step.map("limited", Integer.class, Integer.class, this::count).concurrency(1);
  private final Workflow<Object, Integer, Integer> one = Flows.only(limited);

  private Integer count(int input) {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    try {
      order.add(input);
      if (input == STUCK) {
        stuck.countDown();
        Flows.await(goOn);
      }
      return input;
    } finally {
      running.decrementAndGet();
    }
  }

  private WorkflowExecutor executor(boolean durable, int parallelism) {
    var builder = WorkflowExecutor.builder().parallelism(parallelism).time(time);
    return durable ? builder.store(store).build() : builder.build();
  }

  private static StepLimit limit(
      WorkflowExecutor executor, Workflow<?, ?, ?> workflow, String step) {
    var limit = ((ExecutorImpl) executor).plan(workflow).step(step).limit;
    assertThat(limit).isNotNull();
    return limit;
  }

  private StepLimit limit(WorkflowExecutor executor) {
    return limit(executor, one, "limited");
  }

  /// Waits until so many items are seen to wait for a permit.
  private static void awaitWaiting(StepLimit limit, int items, RunHandle<?> unfinished)
      throws InterruptedException {
    for (int i = 0; i < Flows.LIMIT.toMillis() && limit.waiting() != items; i++) {
      assertThat(unfinished.await(Duration.ofMillis(1))).isEmpty();
    }
    assertThat(limit.waiting()).isEqualTo(items);
  }

  /// A run that holds the permit until told.
  private RunHandle<Integer> hold(WorkflowExecutor executor) {
    var holder = executor.start(one, STUCK, RunId.of("holder"));
    Flows.await(stuck);
    return holder;
  }

  // --- the limit

  @ParameterizedTest
  @CsvSource({"false,1,3", "false,4,3", "false,256,5", "true,1,3", "true,4,2", "true,256,5"})
  void atMostSoManyAttemptsRunAtOnce_overAllRuns_andAllPermitsComeBack(
      boolean durable, int parallelism, int atOnce) throws Exception {
    var each =
        Step.map(
                "each",
                Integer.class,
                Integer.class,
                n -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  LockSupport.parkNanos(1_000);
                  running.decrementAndGet();
                  return n;
                })
            .concurrency(atOnce);
    var workflow = Flows.fork(each);
    try (var executor = executor(durable, parallelism)) {
      var handles = new ArrayList<RunHandle<String>>();
      for (int run = 0; run < 20; run++) {
        handles.add(executor.start(workflow, 50));
      }
      var expected = IntStream.range(0, 50).boxed().toList().toString();
      for (var handle : handles) {
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(expected));
      }
      assertThat(limit(executor, workflow, "each").free()).isEqualTo(atOnce);
    }
    assertThat(most.get()).isBetween(1, atOnce);
  }

  @Test
  void theLimitIsReached_whenThereIsEnoughToDo() throws Exception {
    var together = new CountDownLatch(3);
    var each =
        Step.map(
                "each",
                Integer.class,
                Integer.class,
                n -> {
                  together.countDown();
                  Flows.await(together); // ends only if three run at once
                  return n;
                })
            .concurrency(3);
    try (var executor = executor(false, 256)) {
      assertThat(executor.run(Flows.fork(each), 3)).isEqualTo("[0, 1, 2]");
    }
  }

  @Test
  void theLimitBelongsToTheStepObject_alsoInSeveralWorkflows() throws Exception {
    var other = Flows.chain("other", limited, Flows.plus("more", 1));
    try (var executor = executor(false, 256)) {
      var holder = hold(executor);
      var waits = executor.start(other, 5);
      awaitWaiting(limit(executor), 1, waits);
      assertThat(limit(executor, other, "limited")).isSameAs(limit(executor));
      goOn.countDown();
      assertThat(Flows.end(waits)).isEqualTo(new RunResult.Completed<>(6));
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
    }
    assertThat(most.get()).isEqualTo(1);
  }

  @Test
  void anotherStepOfTheSameCode_hasItsOwnLimit() throws Exception {
    var alike = limited.retry(RetryPolicy.fixed(Duration.ZERO));
    var other = Workflow.builder("other").start(alike).end(alike).build();
    try (var executor = executor(false, 256)) {
      var holder = hold(executor);
      assertThat(executor.run(other, 5)).isEqualTo(5);
      goOn.countDown();
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
    }
  }

  @Test
  void aBatchIsOneAttempt() throws Exception {
    var batch = Step.batch(Step.map("batch", Integer.class, Integer.class, this::count), 4);
    var workflow = Flows.only(batch.concurrency(1));
    try (var executor = executor(false, 256)) {
      var first = executor.start(workflow, List.of(STUCK, 1, 2));
      Flows.await(stuck);
      var second = executor.start(workflow, List.of(3, 4));
      awaitWaiting(limit(executor, workflow, "batch"), 1, second);
      assertThat(order).doesNotContain(3, 4);
      goOn.countDown();
      assertThat(Flows.end(first)).isEqualTo(new RunResult.Completed<>(List.of(STUCK, 1, 2)));
      assertThat(Flows.end(second)).isEqualTo(new RunResult.Completed<>(List.of(3, 4)));
      assertThat(limit(executor, workflow, "batch").free()).isEqualTo(1);
    }
  }

  // --- who waits

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWaitsHoldsNoSlotAndNoThread_andTheRunIsRunning(boolean durable) throws Exception {
    var begun = new AtomicInteger();
    var live = new AtomicInteger();
    var builder =
        WorkflowExecutor.builder()
            .parallelism(2)
            .threads(work ->
                Thread.ofVirtual()
                    .unstarted(() -> {
                      live.incrementAndGet();
                      work.run();
                      live.decrementAndGet();
                    }));
    var list = Flows.upTo("list");
    var other =
        Step.map("other", Integer.class, Integer.class, n -> begun.incrementAndGet() + n * 0);
    var workflow =
        Workflow.builder("two")
            .start(list)
            .edge(list, limited)
            .edge(list, other)
            .end(limited)
            .end(other)
            .build();
    try (var executor = durable ? builder.store(store).build() : builder.build()) {
      var holder = hold(executor);
      var run = executor.start(workflow, 100);
      awaitWaiting(limit(executor), 100, run);
      for (int i = 0; i < Flows.LIMIT.toMillis() && run.outputs().size() < 100; i++) {
        assertThat(run.await(Duration.ofMillis(1))).isEmpty();
      }
      assertThat(begun).as("what needs no permit goes on").hasValue(100);
      for (int i = 0; i < Flows.LIMIT.toMillis() && live.get() > 1; i++) {
        assertThat(run.await(Duration.ofMillis(1))).isEmpty();
      }
      assertThat(live).as("the holder's thread").hasValue(1);
      assertThat(run.status()).isEqualTo(RunStatus.RUNNING);
      goOn.countDown();
      assertThat(Flows.end(run)).isInstanceOf(RunResult.Completed.class);
      assertThat(run.outputs()).hasSize(200);
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thoseWhoWaitGetTheirTurnInTheOrderOfTheirComing_overAllRuns(boolean durable)
      throws Exception {
    try (var executor = executor(durable, 256)) {
      var holder = hold(executor);
      var handles = new ArrayList<RunHandle<Integer>>();
      for (int i = 0; i < 20; i++) {
        handles.add(executor.start(one, i));
        awaitWaiting(limit(executor), i + 1, holder);
      }
      goOn.countDown();
      for (int i = 0; i < 20; i++) {
        assertThat(Flows.end(handles.get(i))).isEqualTo(new RunResult.Completed<>(i));
      }
    }
    assertThat(order.subList(1, 21)).isEqualTo(IntStream.range(0, 20).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void parallelismOfOne_isStrictlyFifo_whatWaitsIsNotOvertaken(boolean durable) throws Exception {
    var list = Flows.upTo("list");
    var other =
        Step.map(
            "other",
            Integer.class,
            Integer.class,
            n -> {
              order.add(100 + n);
              return n;
            });
    var workflow =
        Workflow.builder("mixed")
            .start(list)
            .edge(list, limited)
            .edge(list, other)
            .end(limited)
            .end(other)
            .build();
    try (var executor = executor(durable, 1)) {
      var holder = hold(executor);
      var run = executor.start(workflow, 3);
      awaitWaiting(limit(executor), 1, run);
      assertThat(order).containsExactly(STUCK);
      goOn.countDown();
      assertThat(Flows.end(run)).isInstanceOf(RunResult.Completed.class);
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
    }
    assertThat(order).containsExactly(STUCK, 0, 100, 1, 101, 2, 102);
  }

  @Test
  void aRunWithoutAFreePlace_isPassedOver_andKeepsItsTurn() throws Exception {
    try (var executor = executor(false, 2)) {
      var child =
          Step.of(
              "child",
              Integer.class,
              Integer.class,
              (_, n) -> Transition.next(executor.run(one, n)));
      var list = Flows.upTo("list");
      var workflow =
          Workflow.builder("parent")
              .start(list)
              .branch(list)
              .when(Integer.class)
              .and(n -> n == 0)
              .to(limited)
              .otherwise(child)
              .end(limited)
              .end(child)
              .build();
      var holder = hold(executor);
      var run = executor.start(workflow, 3);
      awaitWaiting(limit(executor), 3, run); // the parent's own item, and those of two children
      goOn.countDown();
      assertThat(Flows.end(run)).isInstanceOf(RunResult.Completed.class);
      assertThat(run.outputs()).containsExactlyInAnyOrder(0, 1, 2);
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
      assertThat(limit(executor).free()).isEqualTo(1);
    }
    assertThat(order.getFirst()).isEqualTo(STUCK);
    assertThat(order.get(1)).as("a child, since the parent has no place free").isIn(1, 2);
  }

  // --- how long a permit is held

  @Test
  void thePermitIsNotHeldWhileTheCommitIsWritten() throws Exception {
    var writing = new CountDownLatch(1);
    var faulty = FaultyStore.create().blockAt(3, writing);
    try (var executor = Flows.durable(faulty, time)) {
      var holder = hold(executor);
      var waits = executor.start(one, 7, RunId.of("waits"));
      awaitWaiting(limit(executor), 1, waits);
      goOn.countDown();
      faulty.awaitAppends(3); // the holder's commit hangs in the store
      for (int i = 0; i < Flows.LIMIT.toMillis() && !order.contains(7); i++) {
        assertThat(waits.await(Duration.ofMillis(1))).isEmpty();
      }
      assertThat(order).containsExactly(STUCK, 7);
      writing.countDown();
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
      assertThat(Flows.end(waits)).isEqualTo(new RunResult.Completed<>(7));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingForARetryHoldsNoPermit(boolean durable) throws Exception {
    var attempts = new AtomicInteger();
    var work =
        Step.<Object, Integer, Integer>of(
                "work",
                Integer.class,
                Integer.class,
                (_, n) -> {
                  if (n == 1 && attempts.incrementAndGet() == 1) {
                    throw new IOException("once");
                  }
                  return Transition.next(n);
                })
            .retry(RetryPolicy.fixed(Duration.ofHours(1)))
            .concurrency(1);
    var workflow = Flows.only(work);
    try (var executor = executor(durable, 256)) {
      var retries = executor.start(workflow, 1, RunId.of("retries"));
      time.awaitTimer(Duration.ofHours(1));
      assertThat(executor.run(workflow, 2)).isEqualTo(2);
      time.advance(Duration.ofHours(1));
      assertThat(Flows.end(retries)).isEqualTo(new RunResult.Completed<>(1));
      assertThat(limit(executor, workflow, "work").free()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deliveringADelayedOutput_needsNoPermit(boolean durable) throws Exception {
    var work =
        Step.<Object, Integer, Integer>of(
                "work",
                Integer.class,
                Integer.class,
                (_, n) ->
                    n == STUCK
                        ? Transition.next(count(n))
                        : Transition.after(Duration.ofHours(1), n))
            .concurrency(1);
    var workflow = Flows.only(work);
    try (var executor = executor(durable, 256)) {
      var delayed = executor.start(workflow, 1, RunId.of("delayed"));
      time.awaitTimer(Duration.ofHours(1));
      var holder = executor.start(workflow, STUCK, RunId.of("holder"));
      Flows.await(stuck);
      time.advance(Duration.ofHours(1));
      assertThat(Flows.end(delayed)).isEqualTo(new RunResult.Completed<>(1));
      goOn.countDown();
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
      assertThat(limit(executor, workflow, "work").free()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAttemptThatWasGivenUp_keepsItsPermitUntilItReturns(boolean durable) throws Exception {
    var stubborn = new CountDownLatch(1);
    var inStep = new CountDownLatch(1);
    var work =
        Step.map(
                "work",
                Integer.class,
                Integer.class,
                n -> {
                  if (n == STUCK) {
                    inStep.countDown();
                    boolean done = false;
                    while (!done) {
                      try {
                        done = stubborn.await(1, TimeUnit.HOURS);
                      } catch (InterruptedException e) {
                        order.add(n); // goes on nevertheless
                      }
                    }
                  }
                  return n;
                })
            .concurrency(1);
    var workflow = Flows.only(work);
    try (var executor = executor(durable, 256)) {
      var old = executor.start(workflow, STUCK, RunId.of("old"));
      Flows.await(inStep);
      var waits = executor.start(workflow, 1, RunId.of("waits"));
      awaitWaiting(limit(executor, workflow, "work"), 1, waits);
      old.cancel();
      time.advance(LiveRun.GRACE);
      assertThat(Flows.end(old)).isEqualTo(new RunResult.Cancelled<>());
      assertThat(limit(executor, workflow, "work").waiting()).isEqualTo(1);
      assertThat(waits.status()).isEqualTo(RunStatus.RUNNING);
      stubborn.countDown();
      assertThat(Flows.end(waits)).isEqualTo(new RunResult.Completed<>(1));
    }
  }

  // --- runs that end

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCancelledRunLeavesTheLine(boolean durable) throws Exception {
    try (var executor = executor(durable, 256)) {
      var holder = hold(executor);
      var gone = executor.start(one, 1);
      awaitWaiting(limit(executor), 1, gone);
      var waits = executor.start(one, 2);
      awaitWaiting(limit(executor), 2, waits);
      assertThat(gone.cancel()).isEqualTo(RunStatus.CANCELLED);
      assertThat(limit(executor).waiting()).isEqualTo(1);
      goOn.countDown();
      assertThat(Flows.end(waits)).isEqualTo(new RunResult.Completed<>(2));
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
      assertThat(limit(executor).free()).isEqualTo(1);
    }
    assertThat(order).containsExactly(STUCK, 2);
  }

  @Test
  void aRunThatItsInterruptedCallerLeaves_leavesTheLine() throws Exception {
    try (var executor = executor(false, 256)) {
      var holder = hold(executor);
      var left = new CountDownLatch(1);
      var caller =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  order.add(executor.run(one, 1));
                } catch (InterruptedException e) {
                  left.countDown();
                }
              });
      awaitWaiting(limit(executor), 1, holder);
      caller.interrupt();
      Flows.await(left);
      assertThat(limit(executor).waiting()).isEqualTo(0);
      goOn.countDown();
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
      assertThat(executor.run(one, 2)).isEqualTo(2);
    }
    assertThat(order).containsExactly(STUCK, 2);
  }

  @Test
  void whatWaitsAtTheClose_goesOnAfterResume() throws Exception {
    var executor = executor(true, 256);
    var holder = hold(executor);
    var waits = executor.start(one, 1, RunId.of("waits"));
    awaitWaiting(limit(executor), 1, waits);
    assertThat(executor.close(Duration.ZERO)).contains(waits.id());
    assertThat(order).containsExactly(STUCK);
    assertThat(holder.status()).isEqualTo(RunStatus.RUNNING);
    goOn.countDown();
    try (var next = WorkflowExecutor.create(store.reopen())) {
      for (var answer : next.recover(one)) {
        assertThat(Flows.end(((Recovery.Resumed) answer).handle()))
            .isInstanceOf(RunResult.Completed.class);
      }
      assertThat(limit(next).free()).isEqualTo(1);
    }
    assertThat(order).contains(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDroppedItemThatWaitsForAPermit_isNotExecuted_andThePermitGoesOn(boolean durable)
      throws Exception {
    var fork = Flows.upTo("fork");
    var other = Flows.plus("other", 0);
    var join = Step.join("join", Integer.class, Integer.class, List::getFirst);
    var sleep = Step.sleep("sleep", Integer.class, Duration.ofHours(1));
    var race =
        Workflow.builder("race")
            .start(fork)
            .branch(fork)
            .when(Integer.class)
            .and(n -> n == 0)
            .to(limited)
            .otherwise(other)
            .join(fork, limited, join)
            .join(fork, other, join)
            .policy(join, dev.treadle.JoinPolicy.first())
            .edge(join, sleep)
            .end(sleep)
            .build();
    try (var executor = executor(durable, 4)) {
      var holder = executor.start(one, STUCK, RunId.of("holder"));
      Flows.await(stuck);
      var racing = executor.start(race, 2, RunId.of("racing"));
      time.awaitTimer(Duration.ofHours(1));
      goOn.countDown();
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
      assertThat(executor.run(one, 7, RunId.of("next"))).isEqualTo(7);
      time.advance(Duration.ofHours(1));
      assertThat(Flows.end(racing)).isEqualTo(new RunResult.Completed<>(1));
    }
    assertThat(order).containsExactly(STUCK, 7);
  }

  @Test
  void aStepInlinedTwice_hasOneLimit() {
    var workflow = Flows.chain("twice", Step.workflow("x", one), Step.workflow("y", one));
    try (var executor = executor(false, 4)) {
      assertThat(limit(executor, workflow, "x/limited"))
          .isSameAs(limit(executor, workflow, "y/limited"))
          .isSameAs(limit(executor));
    }
  }
}
