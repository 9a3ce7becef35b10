package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Retries that have a time in all.
@Timeout(20)
final class RetryTimeTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final RetryPolicy HOURLY = RetryPolicy.fixed(HOUR).maxAttempts(100);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean broken = new AtomicBoolean(true);

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  /// A step that fails for as long as it is broken.
  ///
  /// @param duration how long an attempt takes
  private Step<Object, Integer, Integer> failing(RetryPolicy policy, Duration duration) {
    return Step.<Object, Integer, Integer>of(
            "failing",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              attempts.add(ctx.attempt());
              time.advance(duration);
              if (broken.get()) {
                throw new IOException("attempt " + ctx.attempt());
              }
              return Transition.next(n + 1);
            })
        .retry(policy);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noAttemptBegins_afterTheTimeInAll(boolean durable) throws Exception {
    var step = failing(HOURLY.maxElapsedTime(HOUR.multipliedBy(3)), Duration.ZERO);
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(step), 1, Flows.ID);
      for (int hour = 1; hour <= 3; hour++) {
        time.awaitTimer(HOUR.multipliedBy(hour));
        time.advance(HOUR);
      }
      var failure = Flows.failed(handle).failure();
      assertThat(failure.message()).isEqualTo("attempt 4");
      assertThat(failure.attempt()).isEqualTo(4);
    }
    assertThat(attempts).containsExactly(1, 2, 3, 4);
    assertThat(time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTime_isCountedFromTheBeginOfTheFirstAttempt(boolean durable) throws Exception {
    var step = failing(HOURLY.maxElapsedTime(HOUR.multipliedBy(3)), Duration.ofMinutes(59));
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(step), 1, Flows.ID);
      time.awaitTimer(Duration.ofMinutes(59 + 60));
      time.advance(HOUR);
      assertThat(Flows.failed(handle).failure().attempt())
          .as("the third would begin after 3:58")
          .isEqualTo(2);
    }
  }

  @Test
  void anAttemptThatIsOn_isNotCutShortByTheTimeInAll() throws Exception {
    broken.set(false);
    var step = failing(HOURLY.maxElapsedTime(HOUR), HOUR.multipliedBy(9));
    try (var executor = executor(true)) {
      assertThat(executor.run(Flows.only(step), 1)).isEqualTo(2);
    }
  }

  @Test
  void noTimeInAll_isNoRetry() throws Exception {
    try (var executor = executor(false)) {
      var failed =
          Flows.failed(
              executor.start(
                  Flows.only(failing(HOURLY.maxElapsedTime(Duration.ZERO), Duration.ZERO)), 1));
      assertThat(failed.failure().attempt()).isEqualTo(1);
    }
  }

  @Test
  void theTime_goesOnWhileTheProcessIsDown() throws Exception {
    var workflow = Flows.only(failing(HOURLY.maxElapsedTime(HOUR.multipliedBy(5)), Duration.ZERO));
    try (var dead = executor(true)) {
      dead.start(workflow, 1, Flows.ID);
      time.awaitTimer(HOUR);
      var later = new ManualTime();
      later.advance(HOUR.multipliedBy(5).minusMillis(1));
      try (var executor = Flows.durable(store.reopen(), later)) {
        assertThat(Flows.failed(Flows.resumed(executor.recover(workflow))).failure().attempt())
            .as("there was time for one, and none for a third")
            .isEqualTo(2);
      }
    }
    assertThat(attempts).containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeThatWasOverWhileTheProcessWasDown_failsTheItemAtRecovery_withItsLastFailure(
      boolean rescued) throws Exception {
    var step = failing(HOURLY.maxElapsedTime(HOUR.multipliedBy(5)), Duration.ZERO);
    var rescue = Flows.plus("rescue", 100);
    var builder = Workflow.builder("late").start(step).end(step);
    var workflow = rescued ? rescued(step, rescue) : builder.build();
    try (var dead = executor(true)) {
      dead.start(workflow, 1, Flows.ID);
      time.awaitTimer(HOUR);
      var later = new ManualTime();
      later.advance(HOUR.multipliedBy(5).plusMillis(1));
      try (var executor = Flows.durable(store.reopen(), later)) {
        var handle = Flows.resumed(executor.recover(workflow));
        if (rescued) {
          assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(101));
          return;
        }
        var failure = Flows.failed(handle).failure();
        assertThat(failure.message()).isEqualTo("attempt 1");
        assertThat(failure.attempt()).isEqualTo(1);
        assertThat(attempts).containsExactly(1);
        broken.set(false);
        assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>(2));
      }
    }
    assertThat(attempts).as("1 + the recorded failures").containsExactly(1, 2);
  }

  private static Workflow<Object, Integer, Integer> rescued(
      Step<Object, Integer, Integer> step, Step<Object, Integer, Integer> rescue) {
    return Workflow.builder("late")
        .start(step)
        .onFailure(step, rescue)
        .end(step)
        .end(rescue)
        .build();
  }

  @Test
  void resume_givesTheFullTimeAgain() throws Exception {
    var workflow = Flows.only(failing(HOURLY.maxElapsedTime(HOUR.plusMinutes(1)), Duration.ZERO));
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(Flows.failed(handle).failure().attempt()).isEqualTo(2);
      time.advance(Duration.ofDays(30));
      var again = executor.resume(workflow, Flows.ID);
      time.awaitTimer(Duration.ofDays(30).plus(HOUR.multipliedBy(2)));
      time.advance(HOUR);
      assertThat(Flows.failed(again).failure().attempt()).isEqualTo(4);
    }
    assertThat(attempts).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aTimedOutAttempt_countsFromItsBegin_too() throws Exception {
    var limit = Duration.ofMinutes(10);
    var step =
        Step.<Object, Integer, Integer>of(
                "slow",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  attempts.add(ctx.attempt());
                  Flows.blockForever();
                  return Transition.next(n);
                })
            .timeout(limit)
            .retry(HOURLY.maxElapsedTime(HOUR.plusMinutes(10)));
    try (var executor = executor(true)) {
      var handle = executor.start(Flows.only(step), 1, Flows.ID);
      time.awaitTimer(limit);
      time.advance(limit);
      time.awaitTimer(limit.plus(HOUR));
      time.advance(HOUR);
      time.awaitTimer(limit.plus(HOUR).plus(limit));
      time.advance(limit);
      assertThat(Flows.failed(handle).failure().attempt()).isEqualTo(2);
    }
  }

  @Test
  void theClockSetBack_losesNoRetry_andGivesNoneTwice() throws Exception {
    var workflow = Flows.only(failing(HOURLY.maxElapsedTime(HOUR.multipliedBy(2)), Duration.ZERO));
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      time.awaitTimer(HOUR);
      time.setClock(ManualTime.BEGIN.minus(HOUR));
      time.advance(HOUR);
      assertThat(attempts).as("due at a time of day").containsExactly(1);
      time.advance(HOUR);
      time.awaitTimer(HOUR.multipliedBy(2));
      assertThat(attempts).containsExactly(1, 2);
      time.setClock(ManualTime.BEGIN);
      time.setClock(ManualTime.BEGIN.plus(HOUR.multipliedBy(2)));
      assertThat(Flows.failed(handle).failure().attempt()).isEqualTo(3);
      time.setClock(ManualTime.BEGIN);
      time.advance(HOUR.multipliedBy(9));
    }
    assertThat(attempts).containsExactly(1, 2, 3);
    assertThat(time.pending()).isZero();
  }

  /// A time source that counts who reads the clock.
  private static final class CountingTime implements TimeSource {
    private final ManualTime time = new ManualTime();
    private final AtomicInteger reads = new AtomicInteger();

    @Override
    public Instant now() {
      reads.incrementAndGet();
      return time.now();
    }

    @Override
    public Timer schedule(Instant due, Runnable callback) {
      return time.schedule(due, callback);
    }

    @Override
    public Timer schedule(Duration delay, Runnable callback) {
      return time.schedule(delay, callback);
    }
  }

  @Test
  void stepsWithoutATimeInAll_doNotReadTheClock() throws Exception {
    var counting = new CountingTime();
    int plain = readsOfALoop(counting, RetryPolicy.fixed(Duration.ZERO));
    int timed = readsOfALoop(counting, RetryPolicy.fixed(Duration.ZERO).maxElapsedTime(HOUR));
    assertThat(plain).as("for the whole run").isLessThan(5);
    assertThat(timed).as("once a step").isBetween(100, 110);
  }

  private int readsOfALoop(CountingTime counting, RetryPolicy policy) throws Exception {
    int before = counting.reads.get();
    var count = Step.map("count", Integer.class, Integer.class, n -> n + 1).retry(policy);
    var done = Flows.plus("done", 0);
    var workflow =
        Workflow.builder("loop")
            .start(count)
            .branch(count)
            .when(Integer.class)
            .and(n -> n < 100)
            .to(count)
            .otherwise(done)
            .end(done)
            .build();
    try (var executor = WorkflowExecutor.builder().time(counting).build()) {
      assertThat(executor.run(workflow, 0)).isEqualTo(100);
    }
    return counting.reads.get() - before;
  }

  // --- death

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deathAtEveryCommit_keepsTheBeginOfTheFirstAttempt(boolean written) throws Exception {
    for (int k = 2; k <= 4; k++) { // attempts 1 to 3
      attempts.clear();
      var own = new ManualTime();
      var workflow = everyHour(own);
      var faulty = FaultyStore.create().unknown(k, written);
      try (var executor = Flows.durable(faulty, own)) {
        assertThatExceptionOfType(CommitUnknownException.class)
            .isThrownBy(() -> executor.run(workflow, 1, Flows.ID));
      }
      try (var executor = Flows.durable(faulty.reopen(), own)) {
        assertThatExceptionOfType(StepFailedException.class)
            .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
            .satisfies(e -> assertThat(e.failure().attempt()).isBetween(2, 3));
        assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
      }
      assertThat(own.now())
          .as("death at append %d", k)
          .isAfter(ManualTime.BEGIN.plus(HOUR.multipliedBy(3)))
          .isBefore(ManualTime.BEGIN.plus(HOUR.multipliedBy(6)));
    }
  }

  /// A step whose attempts take an hour and are tried again at once, for two and a half hours.
  private Workflow<Object, Integer, Integer> everyHour(ManualTime own) {
    return Flows.only(
        Step.<Object, Integer, Integer>of(
                "failing",
                Integer.class,
                Integer.class,
                (ctx, _) -> {
                  attempts.add(ctx.attempt());
                  own.advance(HOUR.plusMinutes(1));
                  throw new IOException("attempt " + ctx.attempt());
                })
            .retry(
                RetryPolicy.fixed(Duration.ZERO)
                    .maxAttempts(100)
                    .maxElapsedTime(HOUR.multipliedBy(5).dividedBy(2))));
  }
}
