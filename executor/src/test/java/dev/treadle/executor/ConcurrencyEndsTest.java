package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long the permit of a limited step is held, and what becomes of those that wait when runs
/// end.
@Timeout(60)
final class ConcurrencyEndsTest extends LimitedStep {
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAttemptThatTimedOut_keepsItsPermitUntilItReturns(boolean durable) throws Exception {
    var stubborn = new CountDownLatch(1);
    var inStep = new CountDownLatch(1);
    var work =
        Step.<Object, Integer, Integer>of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  order.add(ctx.attempt());
                  if (n == STUCK && ctx.attempt() == 1) {
                    inStep.countDown();
                    while (stubborn.getCount() > 0) {
                      Thread.onSpinWait(); // no interrupt ends it
                    }
                  }
                  return Transition.next(n);
                })
            .timeout(Duration.ofHours(1))
            .retry(RetryPolicy.fixed(Duration.ZERO))
            .concurrency(1);
    var workflow = Flows.only(work);
    try (var executor = executor(durable, 256)) {
      var run = executor.start(workflow, STUCK, RunId.of("late"));
      Flows.await(inStep);
      time.advance(Duration.ofHours(1));
      awaitWaiting(limit(executor, workflow, "work"), 1, run);
      assertThat(order).as("the second attempt waits for the thread of the first").hasSize(1);
      stubborn.countDown();
      assertThat(Flows.end(run)).isEqualTo(new RunResult.Completed<>(STUCK));
      assertThat(limit(executor, workflow, "work").free()).isEqualTo(1);
    }
    assertThat(order).containsExactly(1, 2);
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

  @Test
  void whatIsDroppedWhileItWaits_passesItsPermitOn() throws Exception {
    var fork = Flows.upTo("fork");
    var parked = new CountDownLatch(1);
    var quick =
        Step.map(
            "quick",
            Integer.class,
            Integer.class,
            n -> {
              Flows.await(parked);
              return n;
            });
    var join = Flows.text("join");
    var joined = new CountDownLatch(1);
    var more = new CountDownLatch(1);
    var last =
        Step.map(
            "last",
            String.class,
            String.class,
            text -> {
              joined.countDown();
              Flows.await(more);
              return text;
            });
    var workflow =
        Workflow.builder("racing")
            .start(fork)
            .branch(fork)
            .when(Integer.class)
            .and(n -> n == 0)
            .to(quick)
            .otherwise(limited)
            .join(fork, quick, join)
            .join(fork, limited, join)
            .policy(join, JoinPolicy.first())
            .edge(join, last)
            .end(last)
            .build();
    try (var executor = executor(false, 256)) {
      var holder = hold(executor);
      var run = executor.start(workflow, 3);
      awaitWaiting(limit(executor), 2, run);
      parked.countDown();
      Flows.await(joined); // by the quick one; nobody waits for the two any more
      goOn.countDown();
      assertThat(Flows.end(holder)).isEqualTo(new RunResult.Completed<>(STUCK));
      assertThat(Flows.end(executor.start(one, 5))).isEqualTo(new RunResult.Completed<>(5));
      more.countDown();
      assertThat(Flows.end(run)).isEqualTo(new RunResult.Completed<>("[0]"));
      assertThat(limit(executor).free()).isEqualTo(1);
    }
    assertThat(order).containsExactly(STUCK, 5);
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
            .policy(join, JoinPolicy.first())
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
