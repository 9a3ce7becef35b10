package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that have to be done by a time.
@Timeout(30)
final class RunDeadlineTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LIMIT = Duration.ofHours(2);
  private static final Instant DEADLINE = ManualTime.BEGIN.plus(LIMIT);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicInteger executions = new AtomicInteger();
  private final CountDownLatch inStep = new CountDownLatch(1);
  private final CountDownLatch mayReturn = new CountDownLatch(1);

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  /// A step that only an interrupt ends, until it may return.
  private Step<Object, Integer, Integer> slow() {
    return Step.map(
        "slow",
        Integer.class,
        Integer.class,
        n -> {
          executions.incrementAndGet();
          inStep.countDown();
          mayReturn.await();
          return n + 1;
        });
  }

  private static RunHandle<Integer> start(
      WorkflowExecutor executor, Workflow<Object, Integer, Integer> workflow) {
    return executor.start(workflow, 1, options -> options.withId(Flows.ID).withTimeLimit(LIMIT));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDeadline_failsTheRun_andInterruptsWhatIsInFlight(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = start(executor, Flows.chain("slow", slow(), Flows.plus("plus", 1)));
      Flows.await(inStep);
      assertThat(executor.find(Flows.ID).orElseThrow().dueAt()).hasValue(DEADLINE);
      time.advance(LIMIT.minusNanos(1));
      assertThat(handle.await(Duration.ZERO)).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
      assertThat(handle.status()).isEqualTo(RunStatus.FAILED);
      if (durable) {
        var header = executor.find(Flows.ID).orElseThrow();
        assertThat(header.reason())
            .isEqualTo("the run was not done by its deadline, 2030-01-01T02:00:00Z");
        assertThat(header.dueAt()).isEmpty();
      }
    }
    assertThat(time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDeadline_failsARunThatOnlyWaits(boolean durable) throws Exception {
    var sleep = Step.sleep("sleep", Integer.class, Duration.ofDays(1));
    try (var executor = executor(durable)) {
      var handle = start(executor, Flows.chain("sleepy", sleep, Flows.plus("plus", 1)));
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.find(Flows.ID).orElseThrow().dueAt()).hasValue(DEADLINE);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
    }
    assertThat(time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runThrows_thatSaysTheDeadline_andItsStepsRunOnOtherThreads(boolean durable)
      throws Exception {
    var caller = Thread.currentThread();
    var watch =
        Step.map(
            "watch",
            Integer.class,
            Integer.class,
            n -> {
              assertThat(Thread.currentThread()).isNotEqualTo(caller);
              assertThat(Thread.currentThread().isVirtual()).isTrue();
              time.advance(LIMIT);
              return n;
            });
    try (var executor = executor(durable)) {
      assertThatExceptionOfType(RunDeadlineException.class)
          .isThrownBy(() ->
              executor.run(
                  Flows.chain("slow", watch, slow()),
                  1,
                  options -> options.withId(Flows.ID).withTimeLimit(LIMIT)))
          .withMessage(
              "run the-run: was not done by its deadline, 2030-01-01T02:00:00Z; resume goes on from"
                  + " where it was, without a deadline")
          .satisfies(e -> assertThat(e.deadline()).isEqualTo(DEADLINE));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatIsDone_leavesNoTimer(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      assertThat(
              executor.run(
                  Flows.only(Flows.plus("plus", 1)), 1, options -> options.withTimeLimit(LIMIT)))
          .isEqualTo(2);
    }
    assertThat(time.pending()).isZero();
    assertThat(time.most()).isEqualTo(1);
  }

  @Test
  void aStepSeesTheDeadline_orThatThereIsNone() throws Exception {
    var see =
        Step.<Object, Integer, String>of(
            "see",
            Integer.class,
            String.class,
            (ctx, _) -> Transition.next(ctx.deadline().map(Instant::toString).orElse("none")));
    var workflow = Flows.only(see);
    try (var executor = executor(true)) {
      assertThat(executor.run(workflow, 1)).isEqualTo("none");
      assertThat(executor.run(workflow, 1, options -> options.withTimeLimit(LIMIT)))
          .isEqualTo("2030-01-01T02:00:00Z");
      var noon = Instant.parse("2030-01-01T12:00:00.123456789Z");
      assertThat(executor.run(workflow, 1, options -> options.withDeadline(noon)))
          .as("to the millisecond")
          .isEqualTo("2030-01-01T12:00:00.123Z");
      assertThat(
              executor.run(workflow, 1, options -> options.withDeadline(noon).withTimeLimit(LIMIT)))
          .as("the earlier one counts")
          .isEqualTo("2030-01-01T02:00:00Z");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeadlineThatHasPassedAtTheStart_failsTheRunBeforeItsFirstStep(boolean durable)
      throws Exception {
    try (var executor = executor(durable)) {
      var handle =
          executor.start(
              Flows.only(slow()),
              1,
              options -> options.withId(Flows.ID).withDeadline(ManualTime.BEGIN));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.DeadlinePassed<>(ManualTime.BEGIN));
    }
    assertThat(executions).hasValue(0);
  }

  @Test
  void aDeadlineThatPassedWhileTheProcessWasDown_firesAtRecovery_beforeAnyStep() throws Exception {
    var workflow = Flows.only(slow());
    try (var dead = executor(true)) {
      start(dead, workflow);
      Flows.await(inStep);
      var later = new ManualTime();
      later.advance(LIMIT);
      try (var executor = Flows.durable(store.reopen(), later)) {
        assertThat(Flows.end(Flows.resumed(executor.recover(workflow))))
            .isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
        mayReturn.countDown();
        assertThat(executor.run(Flows.chain("o", Flows.plus("a", 1), Flows.plus("b", 1)), 1))
            .isEqualTo(3);
      }
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void aDeadlineStillToCome_holdsInTheNextProcess() throws Exception {
    var workflow = Flows.only(slow());
    try (var dead = executor(true)) {
      start(dead, workflow);
      Flows.await(inStep);
      var next = new ManualTime();
      next.advance(HOUR);
      try (var executor = Flows.durable(store.reopen(), next)) {
        var handle = Flows.resumed(executor.recover(workflow));
        next.awaitTimer(LIMIT);
        next.advance(HOUR);
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
        mayReturn.countDown();
      }
    }
  }

  @Test
  void theResultOfAFailedRun_saysTheDeadline_inTheNextProcessToo() throws Exception {
    var workflow = Flows.only(slow());
    try (var executor = executor(true)) {
      var handle = start(executor, workflow);
      Flows.await(inStep);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.DeadlinePassed.class);
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.recover(workflow)).isEmpty();
      assertThatExceptionOfType(RunDeadlineException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID));
    }
  }

  @Test
  void resume_goesOnFromWhereTheRunWas_withoutTheDeadlineThatHasPassed() throws Exception {
    var workflow = Flows.chain("slow", slow(), Flows.plus("plus", 1));
    try (var executor = executor(true)) {
      var handle = start(executor, workflow);
      Flows.await(inStep);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.DeadlinePassed.class);
      mayReturn.countDown();
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(3));
    }
    assertThat(time.pending()).isZero();
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.run(workflow, 1, Flows.ID)).isEqualTo(3);
    }
    assertThat(executions).hasValue(2);
  }

  @Test
  void resume_ofARunThatFailedBefore_keepsADeadlineThatIsStillToCome() throws Exception {
    var fail =
        Step.map(
            "fail",
            Integer.class,
            Integer.class,
            n -> {
              if (executions.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
              }
              Flows.blockForever();
              return n;
            });
    var workflow = Flows.only(fail);
    try (var executor = executor(true)) {
      var handle = start(executor, workflow);
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("once");
      time.advance(HOUR);
      var again = executor.resume(workflow, Flows.ID);
      time.awaitTimer(LIMIT);
      time.advance(HOUR);
      assertThat(Flows.end(again)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
    }
  }

  @Test
  void resume_ofARunWhoseLastAttemptCameBackLate_isDoneAtOnce() throws Exception {
    var stubborn =
        Step.map(
            "stubborn",
            Integer.class,
            Integer.class,
            n -> {
              executions.incrementAndGet();
              inStep.countDown();
              boolean interrupted = false;
              while (!interrupted) {
                try {
                  Flows.blockForever();
                } catch (InterruptedException e) {
                  interrupted = true; // and the step does its work nevertheless
                }
              }
              return n + 1;
            });
    var workflow = Flows.only(stubborn);
    try (var executor = executor(true)) {
      var handle = start(executor, workflow);
      Flows.await(inStep);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
      assertThat(handle.outputs().toString()).as("recorded").isEqualTo("[2]");
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(2));
    }
    assertThat(executions).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterTheGrace_theRunFailsWithoutTheAttemptsInFlight(boolean durable) throws Exception {
    var deaf =
        Step.map(
            "deaf",
            Integer.class,
            Integer.class,
            n -> {
              inStep.countDown();
              while (mayReturn.getCount() > 0) {
                Thread.onSpinWait();
              }
              return n;
            });
    try (var executor = executor(durable)) {
      var handle = start(executor, Flows.only(deaf));
      Flows.await(inStep);
      time.advance(LIMIT);
      time.awaitTimer(LIMIT.plus(LiveRun.GRACE));
      Flows.awaitStatus(handle, RunStatus.FAILING);
      time.advance(LiveRun.GRACE);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
      mayReturn.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theClockSetForward_makesTheDeadlinePass_andSetBack_doesNotLoseIt(boolean durable)
      throws Exception {
    try (var executor = executor(durable)) {
      var handle = start(executor, Flows.only(slow()));
      Flows.await(inStep);
      time.setClock(ManualTime.BEGIN.minus(HOUR));
      time.advance(LIMIT);
      assertThat(handle.await(Duration.ZERO)).isEmpty();
      time.setClock(DEADLINE.plus(HOUR));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
    }
  }

  @Test
  void aRunThatIsThereAlready_keepsTheDeadlineItHas() throws Exception {
    var workflow = Flows.only(slow());
    try (var executor = executor(true)) {
      var handle = start(executor, workflow);
      var same =
          executor.start(
              workflow, 1, options -> options.withId(Flows.ID).withTimeLimit(Duration.ofDays(9)));
      Flows.await(inStep);
      time.advance(LIMIT);
      assertThat(Flows.end(same)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
      assertThat(Flows.end(handle)).isEqualTo(Flows.end(same));
    }
  }

  @Test
  void aCancelBeforeTheDeadline_wins_andAfterIt_answersWhatTheDeadlineHasDone() throws Exception {
    var workflow = Flows.only(slow());
    try (var executor = executor(true)) {
      var handle = start(executor, workflow);
      Flows.await(inStep);
      handle.cancel();
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Cancelled.class);
      var late = executor.start(workflow, 1, options -> options.withTimeLimit(LIMIT));
      time.awaitTimer(LIMIT.multipliedBy(2));
      time.advance(LIMIT);
      assertThat(Flows.end(late)).isInstanceOf(RunResult.DeadlinePassed.class);
      assertThat(late.cancel()).isEqualTo(RunStatus.FAILED);
    }
  }

  @Test
  void limitsOutOfBounds_areErrors() {
    var options = RunOptions.<Object>none();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withTimeLimit(Duration.ZERO))
        .withMessage(
            "the time limit of a run must be more than zero and at most 3650 days, was PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.withTimeLimit(Duration.ofDays(3651)));
    assertThat(options.withDeadline(Instant.MAX).deadline()).isEqualTo(Optional.of(Instant.MAX));
  }

  // --- death

  /// Three items, of which the last lets the deadline pass.
  private Workflow<Object, Integer, String> passing(ConcurrentHashMap<Integer, Integer> seen) {
    return Flows.fork(
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            n -> {
              seen.merge(n, 1, Integer::sum);
              if (n == 2) {
                time.advance(LIMIT);
                if (seen.getOrDefault(2, 0) == 1) {
                  Flows.blockForever();
                }
              }
              return n;
            }));
  }

  private WorkflowExecutor sequential(FaultyStore on) {
    return WorkflowExecutor.builder().store(on).time(time).parallelism(1).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deathAtEveryCommit_endsInTheDeadline_andResumeInTheOutput(boolean written) throws Exception {
    for (int k = 2; k <= 5; k++) { // fork, two items, FAILING and perhaps FAILED
      var seen = new ConcurrentHashMap<Integer, Integer>();
      var workflow = passing(seen);
      var faulty = FaultyStore.create().unknown(k, written);
      try (var executor = sequential(faulty)) {
        assertThatExceptionOfType(CommitUnknownException.class)
            .as("death at append %d", k)
            .isThrownBy(() ->
                executor.run(
                    workflow, 3, options -> options.withId(Flows.ID).withTimeLimit(LIMIT)));
      }
      time.advance(LIMIT);
      try (var executor = sequential(FaultyStore.over(faulty.reopen()))) {
        assertThatExceptionOfType(RunDeadlineException.class)
            .as("death at append %d", k)
            .isThrownBy(() -> executor.run(workflow, 3, Flows.ID));
        var before = Map.copyOf(seen);
        seen.putIfAbsent(2, 1); // nobody is to block now
        assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>("[0, 1, 2]"));
        assertThat(seen.get(0)).as("executions of item 0").isEqualTo(k == 3 && !written ? 2 : 1);
        assertThat(before.getOrDefault(2, 0)).isEqualTo(k < 5 ? 0 : 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsThatAStepStarts_inheritTheDeadline(boolean durable) throws Exception {
    var child = Flows.chain("child", slow(), Flows.plus("plus", 1));
    var id = RunId.of("the-child");
    var begin =
        Step.<Object, Integer, Integer>of(
            "begin",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.start(child, id, n);
              return Transition.next(n);
            });
    try (var executor = executor(durable)) {
      assertThat(Flows.end(start(executor, Flows.only(begin))))
          .isEqualTo(new RunResult.Completed<>(1));
      Flows.await(inStep);
      assertThat(executor.find(id).orElseThrow().dueAt()).hasValue(DEADLINE);
      var handle = executor.resume(child, id);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.DeadlinePassed<>(DEADLINE));
    }
  }
}
