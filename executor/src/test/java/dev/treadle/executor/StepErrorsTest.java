package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.treadle.Merge;
import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What steps do wrong, and that the run can go on once they do it right.
@Timeout(20)
final class StepErrorsTest {
  private static final RetryPolicy AT_ONCE = RetryPolicy.fixed(Duration.ZERO);

  private final AtomicBoolean wrong = new AtomicBoolean(true);
  private final AtomicInteger executions = new AtomicInteger();

  private static WorkflowExecutor executor(boolean durable) {
    return durable
        ? WorkflowExecutor.create(MemoryCheckpointStore.create())
        : WorkflowExecutor.create();
  }

  private static Workflow<Count, Integer, Integer> counting(Step<Count, Integer, Integer> step) {
    return Workflow.builder("counting", Count.class, () -> new Count(0))
        .start(step)
        .end(step)
        .build();
  }

  /// Runs the step wrongly, expects the message, then resumes it and expects it to be right.
  private <C> void assertFailsOnceThenResumes(
      Workflow<C, Integer, Integer> workflow, String message) throws InterruptedException {
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      assertThat(Flows.failed(handle).failure().message()).contains(message);
      assertThat(executions).as("executions").hasValue(1);
      wrong.set(false);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(1));
    }
    wrong.set(true);
    try (var executor = executor(false)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(workflow, 1))
          .withMessageContaining(message);
    }
  }

  @Test
  @SuppressWarnings({"NullAway", "DataFlowIssue"}) // what users write without a null checker
  void nodeThatAnswersNull_fails() throws Exception {
    var work =
        Step.<Object, Integer, Integer>of(
                "work",
                Integer.class,
                Integer.class,
                (_, number) -> {
                  executions.incrementAndGet();
                  return wrong.get() ? null : Transition.next(number);
                })
            .retry(AT_ONCE);
    assertFailsOnceThenResumes(
        Flows.only(work),
        "step \"work\" answered null; answer a Transition, such as Transition.next(output)");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepThatThrows_isNamedWithAttemptAndCause(boolean durable) {
    var thrown = new IOException("no route");
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            _ -> {
              throw thrown;
            });
    try (var executor = executor(durable)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(Flows.only(work), 1, Flows.ID))
          .withMessage(
              "run the-run: step \"work\" failed at attempt 1: java.io.IOException: no route")
          .withCause(thrown)
          .satisfies(e -> {
            assertThat(e.runId()).isEqualTo(Flows.ID);
            assertThat(e.failure().step()).isEqualTo("work");
            assertThat(e.failure().attempt()).isEqualTo(1);
            assertThat(e.failure().stackTrace()).contains("StepErrorsTest");
          });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void errorThrownByAStep_isAFailureToo(boolean durable) {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            _ -> {
              throw new StackOverflowError();
            });
    try (var executor = executor(durable)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(Flows.only(work), 1))
          .withMessageContaining("java.lang.StackOverflowError");
    }
  }

  @Test
  void outputThatNoArmTakes_failsTheItem() throws Exception {
    var parse =
        Step.map(
            "parse",
            Integer.class,
            Object.class,
            number -> {
              executions.incrementAndGet();
              return wrong.get() ? (Object) "text" : number;
            });
    var number = Step.map("number", Integer.class, Integer.class, n -> n);
    var other = Step.map("other", Object.class, Integer.class, n -> 0);
    Workflow<Object, Integer, Integer> workflow =
        Workflow.builder("branching")
            .start(parse)
            .branch(parse)
            .when(Integer.class)
            .to(number)
            .when(Object.class)
            .and(value -> {
              throw new IllegalStateException("a guard that throws");
            })
            .to(other)
            .otherwise(other)
            .end(number)
            .end(other)
            .build();
    try (var executor = executor(false)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(workflow, 1))
          .withMessageContaining("step \"parse\" failed")
          .withMessageContaining("a guard that throws");
      wrong.set(false);
      assertThat(executor.run(workflow, 1)).isEqualTo(1);
    }
  }

  @Test
  void updateThatThrows_failsTheItemOnceWithoutRetry() throws Exception {
    var work =
        Step.in(Count.class)
            .of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  executions.incrementAndGet();
                  ctx.update(count -> {
                    if (wrong.get()) {
                      throw new IllegalArgumentException("cannot count");
                    }
                    return count.plus(1);
                  });
                  return Transition.next(number);
                });
    assertFailsOnceThenResumes(counting(work.retry(AT_ONCE)), "cannot count");
  }

  @Test
  @SuppressWarnings({"NullAway", "DataFlowIssue"}) // what users write without a null checker
  void updateToNull_failsTheItemOnce() throws Exception {
    var work =
        Step.in(Count.class)
            .of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  executions.incrementAndGet();
                  ctx.update(count -> wrong.get() ? null : count);
                  return Transition.next(number);
                });
    assertFailsOnceThenResumes(
        counting(work.retry(AT_ONCE)), "step \"work\" changed the context to null; it must be a");
  }

  @Test
  void updateToAnotherClass_failsTheItemOnce() throws Exception {
    var work =
        Step.in(Object.class)
            .of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  executions.incrementAndGet();
                  ctx.update(count -> wrong.get() ? "text" : count);
                  return Transition.next(number);
                })
            .retry(AT_ONCE);
    Workflow<Count, Integer, Integer> workflow =
        Workflow.builder("counting", Count.class, () -> new Count(0)).start(work).end(work).build();
    assertFailsOnceThenResumes(
        workflow, "step \"work\" changed the context to java.lang.String; it must be a");
  }

  @Test
  void contextUsedFromAnotherThread_throwsThere() throws Exception {
    var seen = new AtomicReference<@Nullable Throwable>();
    var work =
        Step.<Object, Integer, Integer>of(
            "work",
            Integer.class,
            Integer.class,
            (ctx, number) -> {
              var thread = Thread.ofVirtual().unstarted(() -> seen.set(thrownBy(ctx)));
              thread.start();
              thread.join();
              return Transition.next(number);
            });
    try (var executor = executor(false)) {
      assertThat(executor.run(Flows.only(work), 1)).isEqualTo(1);
    }
    assertThat(seen.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("a StepContext may be used only on the thread of its step");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void contextUsedAfterTheStep_throws(boolean durable) throws Exception {
    var kept = new AtomicReference<@Nullable StepContext<Object>>();
    var work =
        Step.<Object, Integer, Integer>of(
            "work",
            Integer.class,
            Integer.class,
            (ctx, number) -> {
              kept.set(ctx);
              return Transition.next(number);
            });
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.only(work), 1)).isEqualTo(1);
    }
    var context = kept.get();
    assertThat(context).isNotNull();
    assertThatIllegalStateException()
        .isThrownBy(context::runId)
        .withMessage("a StepContext may be used only while its step runs");
  }

  @Test
  void mergeWithoutMerge_saysWhatToDo() throws Exception {
    var work =
        Step.in(Count.class)
            .of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  executions.incrementAndGet();
                  if (wrong.get()) {
                    ctx.merge(new Count(1));
                  }
                  return Transition.next(number);
                });
    assertFailsOnceThenResumes(
        counting(work), "workflow \"counting\" has no Merge, so step \"work\" can't merge a delta");
  }

  @Test
  void stateWithoutContext_saysWhatToDo() throws Exception {
    var work =
        Step.in(Object.class)
            .of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  executions.incrementAndGet();
                  if (wrong.get()) {
                    ctx.update(state -> state);
                  }
                  return Transition.next(number);
                });
    assertFailsOnceThenResumes(
        Flows.only(work), "workflow \"only\" has no context, so update(…) means nothing");
  }

  @Test
  void mergeThatThrows_failsTheItemOnce() throws Exception {
    var work =
        Step.in(Count.class)
            .of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  executions.incrementAndGet();
                  ctx.merge(new Count(1));
                  return Transition.next(number);
                });
    var merge =
        new Merge<>(
            new Count(0),
            (Count one, Count two) -> {
              if (wrong.get()) {
                throw new ArithmeticException("too many");
              }
              return one.plus(two.value());
            });
    var step = work.retry(AT_ONCE);
    assertFailsOnceThenResumes(
        Workflow.builder("merging", Count.class, () -> new Count(0))
            .merge(merge)
            .start(step)
            .end(step)
            .build(),
        "too many");
  }

  @Test
  void failedRun_leavesTheContextAsItWas() throws Exception {
    var work =
        Step.in(Count.class)
            .of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, number) -> {
                  ctx.update(count -> count.plus(1));
                  if (wrong.get()) {
                    throw new IOException("after the update");
                  }
                  return Transition.next(number + ctx.state().value());
                });
    var workflow = counting(work);
    try (var executor = executor(true)) {
      var failed = Flows.failed(executor.start(workflow, 1, Flows.ID));
      assertThat(failed.failure().message()).isEqualTo("after the update");
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
      wrong.set(false);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(1));
    }
  }

  private static @Nullable Throwable thrownBy(StepContext<?> context) {
    try {
      return new AssertionError("answered " + context.runId());
    } catch (IllegalStateException e) {
      return e;
    }
  }
}
