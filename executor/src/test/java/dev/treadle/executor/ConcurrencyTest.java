package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `Step.concurrency(n)`: at most n attempts of a step at once, over all runs of an executor; and
/// who waits.
@Timeout(60)
final class ConcurrencyTest extends LimitedStep {
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
}
