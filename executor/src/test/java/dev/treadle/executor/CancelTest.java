package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cancelling: final, and decided by the order of commits.
@Timeout(20)
final class CancelTest {
  private final FaultyStore store = FaultyStore.create();
  private final ManualTime time = new ManualTime();
  private final CountDownLatch inStep = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch mayReturn = new CountDownLatch(1);
  private final AtomicInteger followed = new AtomicInteger();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  /// A step that only an interrupt ends and that then takes its time, and one after it.
  private Workflow<Object, Integer, Integer> blocking() {
    var block =
        Step.map(
            "block",
            Integer.class,
            Integer.class,
            number -> {
              inStep.countDown();
              try {
                Flows.blockForever();
              } catch (InterruptedException e) {
                interrupted.countDown();
                Flows.await(mayReturn);
              }
              return number;
            });
    var follow = Step.map("follow", Integer.class, Integer.class, _ -> followed.incrementAndGet());
    return Flows.chain("blocking", block, follow);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancel_whileAStepRuns_interruptsIt_andNothingFollows(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(blocking(), 1, Flows.ID);
      Flows.await(inStep);
      assertThat(handle.cancel()).isEqualTo(RunStatus.CANCELLING);
      assertThat(handle.status()).isEqualTo(RunStatus.CANCELLING);
      Flows.await(interrupted);
      assertThat(handle.cancel()).as("twice").isEqualTo(RunStatus.CANCELLING);
      mayReturn.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
      assertThat(handle.status()).isEqualTo(RunStatus.CANCELLED);
      assertThat(handle.cancel()).as("again").isEqualTo(RunStatus.CANCELLED);
    }
    assertThat(followed).hasValue(0);
  }

  @Test
  void cancel_whileTheCallerDrives_throwsThere_andLeavesNoInterrupt() throws Exception {
    try (var executor = executor(false)) {
      var workflow = blocking();
      mayReturn.countDown();
      var canceller =
          Thread.ofVirtual()
              .start(() -> {
                Flows.await(inStep);
                assertThat(executor.<Integer>resume(workflow, Flows.ID).cancel())
                    .isEqualTo(RunStatus.CANCELLING);
              });
      assertThatExceptionOfType(RunCancelledException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withMessage("run the-run: was cancelled");
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      canceller.join();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancel_afterTheGrace_doesNotWaitForTheStep(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(blocking(), 1, Flows.ID);
      Flows.await(inStep);
      assertThat(handle.cancel()).isEqualTo(RunStatus.CANCELLING);
      time.awaitTimer(LiveRun.GRACE);
      time.advance(LiveRun.GRACE);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
      mayReturn.countDown();
    }
    assertThat(followed).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancel_whileARetryIsAwaited_isDoneAtOnce(boolean durable) throws Exception {
    var attempts = new AtomicInteger();
    var work =
        Step.map(
                "work",
                Integer.class,
                Integer.class,
                _ -> {
                  attempts.incrementAndGet();
                  throw new IOException("no");
                })
            .retry(RetryPolicy.fixed(Duration.ofHours(1)));
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(work), 1, Flows.ID);
      time.awaitTimer(Duration.ofHours(1));
      assertThat(handle.cancel()).isEqualTo(RunStatus.CANCELLED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
      time.advance(Duration.ofHours(9));
      assertThat(attempts).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancel_afterTheEnd_answersHowItEnded(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(Flows.plus("work", 1)), 1, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
      assertThat(handle.cancel()).isEqualTo(RunStatus.COMPLETED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
    }
  }

  @Test
  void cancelledRun_staysCancelled_afterReopen_whoeverAsks() throws Exception {
    var workflow = blocking();
    mayReturn.countDown();
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      Flows.await(inStep);
      assertThat(handle.cancel()).isIn(RunStatus.CANCELLING, RunStatus.CANCELLED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.recover(workflow)).isEmpty();
      assertThat(Flows.end(executor.start(workflow, 1, Flows.ID)))
          .isEqualTo(new RunResult.Cancelled<>());
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Cancelled<>());
      assertThatExceptionOfType(RunCancelledException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID));
    }
    assertThat(followed).hasValue(0);
  }

  /// Each way to take over a run that died while it was being cancelled.
  enum Takeover {
    RUN,
    START,
    RESUME,
    RECOVER
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource(Takeover.class)
  void deathWhileCancelling_endsCancelled_andRunsNothing(Takeover how) throws Exception {
    var executions = new AtomicInteger();
    var first = new CountDownLatch(1);
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            number -> {
              if (executions.incrementAndGet() == 1) {
                first.countDown();
                try {
                  Flows.blockForever();
                } catch (InterruptedException e) {
                  store.awaitAppends(3); // so that the end is no part of that append
                  throw e;
                }
              }
              return number;
            });
    var workflow = Flows.fork(each);
    store.unknownBefore(4); // after start, fork and CANCELLING
    var dead = WorkflowExecutor.builder().store(store).time(time).parallelism(1).build();
    try (dead) {
      var handle = dead.start(workflow, 3, Flows.ID);
      Flows.await(first);
      assertThat(handle.cancel()).isIn(RunStatus.CANCELLING, RunStatus.CANCELLED);
      assertThatExceptionOfType(CommitUnknownException.class).isThrownBy(() -> Flows.end(handle));
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.CANCELLING);
      switch (how) {
        case RUN ->
            assertThatExceptionOfType(RunCancelledException.class)
                .isThrownBy(() -> executor.run(workflow, 3, Flows.ID));
        case START ->
            assertThat(Flows.end(executor.start(workflow, 3, Flows.ID)))
                .isEqualTo(new RunResult.Cancelled<>());
        case RESUME ->
            assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
                .isEqualTo(new RunResult.Cancelled<>());
        case RECOVER ->
            assertThat(Flows.end(Flows.resumed(executor.recover(workflow))))
                .isEqualTo(new RunResult.Cancelled<>());
      }
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.CANCELLED);
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void cancel_ofAFailedRun_answersFailed() throws Exception {
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
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("no");
      assertThat(handle.cancel()).isEqualTo(RunStatus.FAILED);
    }
  }

  @Test
  void cancel_ofALongLoopInTheCallersThread_stopsIt() throws Exception {
    var rounds = new AtomicInteger();
    var begun = new CountDownLatch(1);
    var loop =
        Step.map(
            "loop",
            Integer.class,
            Integer.class,
            number -> {
              rounds.incrementAndGet();
              begun.countDown();
              return number;
            });
    var end = Flows.plus("end", 0);
    var workflow =
        Workflow.builder("looping")
            .start(loop)
            .branch(loop)
            .when(Integer.class)
            .and(number -> number > 0)
            .to(loop)
            .otherwise(end)
            .end(end)
            .build();
    try (var executor = executor(false)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      Flows.await(begun);
      assertThat(handle.cancel()).isIn(RunStatus.CANCELLING, RunStatus.CANCELLED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
    }
  }
}
