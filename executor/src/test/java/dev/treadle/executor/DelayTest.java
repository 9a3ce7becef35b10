package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Outputs that are delivered later.
@Timeout(20)
final class DelayTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicInteger executions = new AtomicInteger();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  private Step<Object, Integer, Integer> later(String name, Duration delay) {
    return Step.of(
        name,
        Integer.class,
        Integer.class,
        (_, n) -> {
          executions.incrementAndGet();
          return Transition.after(delay, n + 1);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void output_isDeliveredAtItsTime_andTheStepIsNotRunAgain(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle =
          executor.start(
              Flows.chain("late", later("later", HOUR), Flows.plus("plus", 1)), 1, Flows.ID);
      time.awaitTimer(HOUR);
      assertThat(handle.status()).isEqualTo(RunStatus.WAITING);
      time.advance(HOUR.minusNanos(1));
      assertThat(handle.await(Duration.ZERO)).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(3));
    }
    assertThat(executions).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void outputOfAnEnd_isAnOutputOnlyAtItsTime(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(later("later", HOUR)), 1, Flows.ID);
      time.awaitTimer(HOUR);
      assertThat(handle.outputs()).isEmpty();
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
    }
  }

  @Test
  void delay_outlivesTheProcess() throws Exception {
    var workflow = Flows.chain("late", later("later", HOUR), Flows.plus("plus", 1));
    try (var dead = executor(true)) {
      assertThat(dead.start(workflow, 1, Flows.ID).id()).isEqualTo(Flows.ID);
      time.awaitTimer(HOUR);
      var next = new ManualTime();
      try (var executor = Flows.durable(store.reopen(), next)) {
        var handle = Flows.resumed(executor.recover(workflow));
        next.awaitTimer(HOUR);
        assertThat(handle.status()).isEqualTo(RunStatus.WAITING);
        next.advance(HOUR);
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(3));
      }
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void contextChangedWithADelay_isChangedAtOnce() throws Exception {
    var seen = new AtomicInteger(-1);
    var fork = Flows.upTo("fork");
    var each =
        Step.in(Count.class)
            .of(
                "each",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  if (n == 0) {
                    ctx.update(count -> count.plus(5));
                    return Transition.after(HOUR, n);
                  }
                  seen.set(ctx.state().value());
                  return Transition.next(n);
                });
    var workflow =
        Workflow.builder("counted", Count.class, () -> new Count(0))
            .start(fork)
            .edge(fork, each)
            .end(each)
            .build();
    try (var executor = WorkflowExecutor.builder().store(store).time(time).parallelism(1).build()) {
      var handle = executor.start(workflow, 2, Flows.ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
    }
    assertThat(seen).hasValue(5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void delayedJoin_letsTheEnclosingJoinFire_alsoAfterDeath(boolean dies) throws Exception {
    var outer = Flows.upTo("outer");
    var inner = Flows.upTo("inner");
    var each = Flows.plus("each", 0);
    var innerJoin =
        Step.types(dev.treadle.TypeRef.listOf(Integer.class), dev.treadle.TypeRef.of(Integer.class))
            .<Object>of("inner-join", (_, values) -> Transition.after(HOUR, values.size()));
    var outerJoin = Flows.text("outer-join");
    var workflow =
        Workflow.builder("nested")
            .start(outer)
            .edge(outer, inner)
            .edge(inner, each)
            .join(inner, each, innerJoin)
            .join(outer, innerJoin, outerJoin)
            .end(outerJoin)
            .build();
    try (var first = executor(true)) {
      var handle = first.start(workflow, 3, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      if (!dies) {
        time.advance(HOUR);
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0, 1, 2]"));
        return;
      }
      var next = new ManualTime();
      next.advance(HOUR);
      try (var executor = Flows.durable(store.reopen(), next)) {
        assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo("[0, 1, 2]");
      }
    }
  }

  @Test
  void deliveryThatFails_failsTheRun_andResumeDeliversAgainWithoutRunningTheStep()
      throws Exception {
    var broken = new AtomicBoolean(true);
    var later = later("later", HOUR);
    var to = Flows.plus("to", 0);
    var workflow =
        Workflow.builder("late")
            .start(later)
            .branch(later)
            .when(Integer.class)
            .and(_ -> {
              if (broken.get()) {
                throw new IllegalStateException("guard");
              }
              return true;
            })
            .to(to)
            .otherwise(to)
            .end(to)
            .build();
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("guard");
      broken.set(false);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(2));
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void items_becomeDueInTheOrderOfTheirTimes() throws Exception {
    var order = java.util.Collections.synchronizedList(new java.util.ArrayList<Integer>());
    var fork = Flows.upTo("fork");
    var wait =
        Step.<Object, Integer, Integer>of(
            "wait",
            Integer.class,
            Integer.class,
            (_, n) -> Transition.after(HOUR.multipliedBy(3 - n), n));
    var see =
        Step.map(
            "see",
            Integer.class,
            Integer.class,
            n -> {
              order.add(n);
              return n;
            });
    var join = Flows.text("join");
    var workflow =
        Workflow.builder("ordered")
            .start(fork)
            .edge(fork, wait)
            .edge(wait, see)
            .join(fork, see, join)
            .end(join)
            .build();
    try (var executor = WorkflowExecutor.builder().store(store).time(time).parallelism(1).build()) {
      var handle = executor.start(workflow, 3, Flows.ID);
      for (int hour = 1; hour <= 3; hour++) {
        time.awaitTimer(HOUR.multipliedBy(hour));
        time.advance(HOUR);
      }
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0, 1, 2]"));
    }
    assertThat(order).isEqualTo(List.of(2, 1, 0));
  }

  @Test
  void failureOfTheDelayedStepItself_isRetriedAsAnyOther() throws Exception {
    var work =
        Step.<Object, Integer, Integer>of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  if (ctx.attempt() == 1) {
                    throw new IOException("once");
                  }
                  return Transition.after(HOUR, n);
                })
            .retry(dev.treadle.RetryPolicy.fixed(HOUR));
    try (var executor = executor(true)) {
      var handle = executor.start(Flows.only(work), 1, Flows.ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      time.awaitTimer(HOUR.multipliedBy(2));
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
    }
  }
}
