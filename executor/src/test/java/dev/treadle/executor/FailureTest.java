package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How a run fails, and how it goes on from there. In most tests a fork has two items: item 0 fails
/// while item 1 is in flight.
@Timeout(20)
final class FailureTest {
  private final AtomicBoolean broken = new AtomicBoolean(true);
  private final CountDownLatch inFlight = new CountDownLatch(1);
  private final Map<Integer, AtomicInteger> executions = new ConcurrentHashMap<>();
  private final FaultyStore store = FaultyStore.create();
  private final ManualTime time = new ManualTime();

  /// What item 1 does while item 0 fails.
  private interface Sibling {
    int process(int number) throws Exception;
  }

  private int execute(int number, Sibling sibling) throws Exception {
    executions.computeIfAbsent(number, _ -> new AtomicInteger()).incrementAndGet();
    if (number == 1) {
      inFlight.countDown();
      return broken.get() ? sibling.process(number) : number;
    }
    Flows.await(inFlight);
    if (broken.get()) {
      throw new IOException("item 0");
    }
    return number;
  }

  private Workflow<Object, Integer, String> pair(Sibling sibling) {
    return Flows.fork(
        Step.map("each", Integer.class, Integer.class, number -> execute(number, sibling)));
  }

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  private List<RunStatus> statuses() {
    return store.commits(Flows.ID).stream().map(commit -> commit.header().status()).toList();
  }

  @Test
  void failing_isTwoCommits() throws Exception {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            _ -> {
              throw new IOException("no");
            });
    try (var executor = executor(true)) {
      var handle = executor.start(Flows.only(work), 1, Flows.ID);
      assertThat(Flows.failed(handle).failure().step()).isEqualTo("work");
      assertThat(statuses())
          .containsExactly(RunStatus.RUNNING, RunStatus.FAILING, RunStatus.FAILED);
      assertThat(handle.status()).isEqualTo(RunStatus.FAILED);
      assertThat(executor.find(Flows.ID).orElseThrow().reason())
          .isEqualTo("step \"work\" failed at attempt 1: java.io.IOException");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attemptsInFlight_areInterrupted_andAnInterruptIsNoFailureOfTheItem(boolean durable)
      throws Exception {
    var workflow =
        pair(number -> {
          Flows.blockForever();
          return number;
        });
    try (var executor = executor(durable)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(workflow, 2, Flows.ID))
          .withMessageContaining("item 0");
      if (durable) {
        broken.set(false);
        assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>("[0, 1]"));
        assertThat(executions.get(1)).hasValue(2);
      }
    }
  }

  @Test
  void commitsThatStillCome_areRecorded_andTheirStepsAreNotRunAgain() throws Exception {
    var workflow =
        pair(number -> {
          try {
            Flows.blockForever();
          } catch (InterruptedException e) { // done all the same
            return number;
          }
          return number;
        });
    try (var executor = executor(true)) {
      assertThat(Flows.failed(executor.start(workflow, 2, Flows.ID)).failure().message())
          .isEqualTo("item 0");
      assertThat(statuses())
          .containsExactly(
              RunStatus.RUNNING,
              RunStatus.RUNNING,
              RunStatus.FAILING,
              RunStatus.FAILING,
              RunStatus.FAILED);
      broken.set(false);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>("[0, 1]"));
    }
    assertThat(executions.get(1)).hasValue(1);
    assertThat(executions.get(0)).hasValue(2);
  }

  @Test
  void runEndsOnlyWhenTheLastAttemptHasReturned() throws Exception {
    var interrupted = new CountDownLatch(1);
    var mayReturn = new CountDownLatch(1);
    var workflow =
        pair(number -> {
          try {
            Flows.blockForever();
          } catch (InterruptedException e) {
            interrupted.countDown();
            Flows.await(mayReturn);
          }
          return number;
        });
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 2, Flows.ID);
      Flows.await(interrupted);
      time.awaitTimer(LiveRun.GRACE);
      time.advance(LiveRun.GRACE.minusMillis(1));
      assertThat(handle.await(Duration.ZERO)).isEmpty();
      store.awaitAppends(3);
      mayReturn.countDown();
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("item 0");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterTheGrace_theRunFailsWithoutTheLateAttempt_whoseResultIsDropped(boolean durable)
      throws Exception {
    var mayReturn = new CountDownLatch(1);
    var returned = new CountDownLatch(1);
    var workflow =
        pair(number -> {
          while (mayReturn.getCount() > 0) {
            try {
              Flows.blockForever();
            } catch (InterruptedException e) {
              Flows.await(mayReturn);
            }
          }
          returned.countDown();
          return number;
        });
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 2, Flows.ID);
      time.awaitTimer(LiveRun.GRACE);
      time.advance(LiveRun.GRACE);
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("item 0");
      mayReturn.countDown();
      Flows.await(returned);
      assertThat(handle.status()).isEqualTo(RunStatus.FAILED);
      if (durable) {
        broken.set(false);
        assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>("[0, 1]"));
        assertThat(executions.get(1)).as("run again, since its result was dropped").hasValue(2);
      }
    }
  }

  @Test
  void resume_startsWithFreshAttempts_butCountsOn() throws Exception {
    var attempts = new ConcurrentHashMap<Integer, String>();
    var work =
        Step.<Object, Integer, Integer>of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  attempts.put(ctx.attempt(), ctx.idempotencyKey());
                  if (ctx.attempt() < 6) {
                    throw new IOException("attempt " + ctx.attempt());
                  }
                  return Transition.next(number);
                })
            .retry(RetryPolicy.fixed(Duration.ZERO).maxAttempts(3));
    var workflow = Flows.only(work);
    try (var executor = executor(true)) {
      assertThat(Flows.failed(executor.start(workflow, 1, Flows.ID)).failure().attempt())
          .isEqualTo(3);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(1));
    }
    assertThat(attempts).containsOnlyKeys(1, 2, 3, 4, 5, 6);
    assertThat(attempts.values().stream().distinct()).hasSize(1);
  }

  @Test
  void resume_showsTheRunAsRunning() throws Exception {
    var again = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            number -> {
              if (broken.get()) {
                throw new IOException("no");
              }
              again.countDown();
              Flows.await(go);
              return number;
            });
    var workflow = Flows.only(work);
    try (var executor = executor(true)) {
      assertThat(Flows.failed(executor.start(workflow, 1, Flows.ID)).failure().step())
          .isEqualTo("work");
      broken.set(false);
      var handle = executor.resume(workflow, Flows.ID);
      Flows.await(again);
      assertThat(handle.status()).isEqualTo(RunStatus.RUNNING);
      go.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
    }
  }

  @Test
  void resume_goesOnFromEveryFailedItem_alsoAfterDeath() throws Exception {
    var bothIn = new CountDownLatch(2);
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            number -> {
              bothIn.countDown();
              if (broken.get()) {
                try {
                  Flows.await(bothIn);
                } catch (AssertionError e) {
                  throw new IOException("interrupted", e);
                }
                throw new IOException("item " + number);
              }
              return number;
            });
    var workflow = Flows.fork(each);
    try (var executor = executor(true)) {
      assertThat(Flows.failed(executor.start(workflow, 2, Flows.ID)).failure().message())
          .startsWith("i");
    }
    broken.set(false);
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.start(workflow, 2, Flows.ID).status()).isEqualTo(RunStatus.FAILED);
      assertThat(executor.recover(workflow)).as("only resume goes on").isEmpty();
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>("[0, 1]"));
    }
  }

  @Test
  void deathWhileFailing_endsInFailed() throws Exception {
    var dying = FaultyStore.over(store.reopen()).unknownBefore(3);
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            number -> {
              if (broken.get()) {
                throw new IOException("no");
              }
              return number;
            });
    var workflow = Flows.only(work);
    try (var executor = Flows.durable(dying, time)) { // start, FAILING, and then no FAILED
      assertThatExceptionOfType(dev.treadle.executor.spi.CommitUnknownException.class)
          .isThrownBy(() -> Flows.end(executor.start(workflow, 1, Flows.ID)));
    }
    broken.set(false);
    try (var executor = Flows.durable(dying.reopen(), time)) {
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILING);
      assertThatExceptionOfType(StepFailedException.class)
          .as("run reports the failure and runs nothing")
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withMessageContaining("java.io.IOException: no");
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(1));
    }
  }
}
