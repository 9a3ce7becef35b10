package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who interrupts the thread that drives a run by `run`, when, and what is left of it (design,
/// 3.8).
@Timeout(30)
final class CallerInterruptTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Thread caller = Thread.currentThread();
  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicBoolean interrupted = new AtomicBoolean();

  @AfterEach
  void clearInterrupt() {
    var _ = Thread.interrupted();
  }

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  // --- the run's failure and cancel

  /// Two items side by side: the caller's blocks, and the other fails meanwhile.
  private Workflow<Object, Integer, Integer> failsBesideTheCaller() {
    var fork = Flows.upTo("fork");
    var callerIsIn = new CountDownLatch(1);
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            n -> {
              if (!Thread.currentThread().equals(caller)) {
                Flows.await(callerIsIn);
                throw new IllegalStateException("broken");
              }
              callerIsIn.countDown();
              try {
                Flows.blockForever();
              } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
              }
              return n;
            });
    return Workflow.builder("two").start(fork).then(each).end(each).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theRunsFailure_interruptsTheCallerWithinAStep_andTheFlagIsCleared(boolean durable) {
    try (var executor = executor(durable)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(failsBesideTheCaller(), 2, Flows.ID))
          .withMessageContaining("each");
      assertThat(interrupted).isTrue();
      assertThat(caller.isInterrupted()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCancel_doesNotInterruptACallerThatExecutesNothing(boolean durable) throws Exception {
    var sleep = Step.sleep("sleep", Integer.class, HOUR);
    var workflow = Flows.only(sleep);
    var answer = new AtomicReference<RunStatus>();
    try (var executor = executor(durable)) {
      var canceller =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  time.awaitTimer(HOUR); // the caller only waits by now
                  answer.set(executor.<Integer>resume(workflow, Flows.ID).cancel());
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      assertThatExceptionOfType(RunCancelledException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID));
      assertThat(caller.isInterrupted()).isFalse();
      canceller.join();
    }
    assertThat(answer).hasValue(RunStatus.CANCELLED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptOfTheCallersOwn_isNoneOfTheRuns(boolean durable) throws Exception {
    var seen = new AtomicBoolean();
    var step =
        Step.map(
            "step",
            Integer.class,
            Integer.class,
            n -> {
              caller.interrupt(); // by whoever has the thread
              return n;
            });
    var next =
        Step.map(
            "next",
            Integer.class,
            Integer.class,
            n -> {
              seen.set(caller.isInterrupted());
              return n;
            });
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.chain("two", step, next), 1)).isEqualTo(1);
      assertThat(seen).isTrue();
      assertThat(Thread.interrupted()).as("it is kept").isTrue();
    }
  }

  // --- what a step makes of it

  /// What a step throws that was interrupted.
  enum Thrown {
    PLAIN {
      @Override
      Exception of(InterruptedException e) {
        return e;
      }
    },
    WRAPPED {
      @Override
      Exception of(InterruptedException e) {
        return new IllegalStateException("wrapped", new IllegalStateException("twice", e));
      }
    },
    WRAPPED_WITH_THE_FLAG_SET {
      @Override
      Exception of(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("wrapped", e);
      }
    },
    CLOSED_CHANNEL {
      @Override
      Exception of(InterruptedException e) {
        return new UncheckedIOException(new ClosedByInterruptException());
      }
    };

    abstract Exception of(InterruptedException e);
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptOfTheCaller_isNoFailureOfTheItem_alsoIfTheStepWrapsIt(Thrown thrown)
      throws Exception {
    var step =
        Step.map(
            "step",
            Integer.class,
            Integer.class,
            n -> {
              if (interrupted.compareAndSet(false, true)) {
                caller.interrupt();
                try {
                  Flows.blockForever();
                } catch (InterruptedException e) {
                  throw thrown.of(e);
                }
              }
              return n;
            });
    var workflow = Flows.only(step);
    try (var executor = executor(true)) {
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID));
      assertThat(caller.isInterrupted()).isFalse();
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptOfAnotherThread_isTheItemsFailure(boolean future) {
    var cause = new InterruptedException("of a thread of the step's own");
    var step =
        Step.<Object, Integer, Integer>of(
            "step",
            Integer.class,
            Integer.class,
            (_, _) -> {
              throw future ? new ExecutionException(cause) : new CompletionException(cause);
            });
    try (var executor = executor(true)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(Flows.only(step), 1, Flows.ID));
    }
  }

  @Test
  void causesInACircle_areNoInterrupt() {
    var one = new IOException("one");
    var other = new IOException("other", one);
    one.initCause(other);
    var step =
        Step.<Object, Integer, Integer>of(
            "step",
            Integer.class,
            Integer.class,
            (_, _) -> {
              throw one;
            });
    try (var executor = executor(true)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(Flows.only(step), 1, Flows.ID));
    }
  }
}
