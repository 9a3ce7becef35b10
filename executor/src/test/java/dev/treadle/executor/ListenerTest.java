package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.StepEvent.Outcome;
import dev.treadle.executor.spi.CheckpointStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What listeners are told of runs and steps.
@Timeout(20)
final class ListenerTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final RunId ID = Flows.ID;

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final Told told = new Told();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? executor(store) : WorkflowExecutor.builder().time(time).listener(told).build();
  }

  private WorkflowExecutor executor(CheckpointStore where) {
    return WorkflowExecutor.builder().store(where).time(time).listener(told).build();
  }

  private static Step<Object, Integer, Integer> step(
      String name, dev.treadle.Node<Object, Integer, Integer> code) {
    return Step.of(name, Integer.class, Integer.class, code);
  }

  // --- steps

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachStep_isToldStartedAndProcessed_betweenStartAndEndOfTheRun(boolean durable)
      throws Exception {
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.chain("two", Flows.plus("a", 1), Flows.plus("b", 2)), 1, ID))
          .isEqualTo(4);
    }
    assertThat(told.story())
        .containsExactly("Started", "a started", "a NEXT", "b started", "b NEXT", "Completed");
    assertThat(told.all(StepEvent.Started.class))
        .first()
        .isEqualTo(new StepEvent.Started(ID, "two", "a", 3, 1, ManualTime.BEGIN));
    assertThat(told.all(RunEvent.Started.class))
        .containsExactly(new RunEvent.Started(ID, "two", ManualTime.BEGIN));
    assertThat(told.all(RunEvent.Completed.class))
        .containsExactly(new RunEvent.Completed(ID, "two", ManualTime.BEGIN, Duration.ZERO, 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void processed_saysHowLongTheCodeTook_andHowLongTheRunIsOld(boolean durable) throws Exception {
    var slow =
        step(
            "slow",
            (_, n) -> {
              time.advance(Duration.ofSeconds(3));
              return Transition.next(n);
            });
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.only(slow), 1, ID)).isEqualTo(1);
    }
    var end = ManualTime.BEGIN.plusSeconds(3);
    assertThat(told.all(StepEvent.Processed.class))
        .containsExactly(
            new StepEvent.Processed(
                ID,
                "only",
                "slow",
                3,
                1,
                end,
                Duration.ofSeconds(3),
                Outcome.NEXT,
                1,
                Optional.empty(),
                Optional.empty()));
    assertThat(told.all(RunEvent.Completed.class))
        .containsExactly(new RunEvent.Completed(ID, "only", end, Duration.ofSeconds(3), 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fork_isToldWithTheNumberOfItsOutputs(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.fork(Flows.plus("each", 0)), 3)).isEqualTo("[0, 1, 2]");
    }
    var fork = told.all(StepEvent.Processed.class).getFirst();
    assertThat(fork.outcome()).isEqualTo(Outcome.NEXT_ALL);
    assertThat(fork.outputs()).isEqualTo(3);
    assertThat(told.story()).containsOnlyOnce("join started", "join NEXT");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void delayedOutput_isToldTwice_withoutAnotherStart(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle =
          executor.start(Flows.only(step("late", (_, n) -> Transition.after(HOUR, n))), 1, ID);
      assertThat(told.await(RunEvent.Waiting.class).dueAt()).contains(ManualTime.BEGIN.plus(HOUR));
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
    }
    assertThat(told.story())
        .containsExactly(
            "Started", "late started", "late AFTER", "Waiting", "late DELIVERED", "Completed");
    assertThat(told.all(StepEvent.Processed.class).getFirst().dueAt())
        .contains(ManualTime.BEGIN.plus(HOUR));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failedAttempts_areToldWithTheirNumbers_andWhenTheNextIsDue(boolean durable)
      throws Exception {
    var work =
        step(
                "work",
                (ctx, n) -> {
                  if (ctx.attempt() == 1) {
                    throw new IOException("once");
                  }
                  return Transition.next(n);
                })
            .retry(RetryPolicy.fixed(HOUR));
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(work), 1, ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
    }
    assertThat(told.story())
        .containsExactly(
            "Started",
            "work started",
            "RetryScheduled",
            "work RETRYING",
            "Waiting",
            "work started",
            "work NEXT",
            "Completed");
    var retry = told.all(RunEvent.RetryScheduled.class).getFirst();
    assertThat(retry.nextAttempt()).isEqualTo(2);
    assertThat(retry.dueAt()).isEqualTo(ManualTime.BEGIN.plus(HOUR));
    assertThat(retry.failure().type()).isEqualTo(IOException.class.getName());
    assertThat(told.all(StepEvent.Processed.class))
        .extracting(StepEvent.Processed::attempt)
        .containsExactly(1, 2);
    assertThat(told.all(StepEvent.Processed.class).getFirst().failure())
        .map(StepFailure::message)
        .contains("once");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fallback_isToldAsTheOutcome(boolean durable) throws Exception {
    var work = step("work", (_, _) -> Transition.abort("no"));
    var rescue = Flows.plus("rescue", 5);
    var workflow =
        Workflow.builder("rescued")
            .start(work)
            .onFailure(work, rescue)
            .end(work)
            .end(rescue)
            .build();
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, 1, ID)).isEqualTo(6);
    }
    assertThat(told.story())
        .containsExactly(
            "Started",
            "work started",
            "work FELL_BACK",
            "rescue started",
            "rescue NEXT",
            "Completed");
  }

  // --- runs

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failure_isToldAsFailingAndThenFailed(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle =
          executor.start(Flows.only(step("work", (_, _) -> Transition.abort("no"))), 1, ID);
      assertThat(Flows.failed(handle).failure().step()).isEqualTo("work");
    }
    assertThat(told.story())
        .containsExactly("Started", "work started", "work FAILED", "Failing", "Failed");
    assertThat(told.all(RunEvent.Failed.class).getFirst().failure().message()).isEqualTo("no");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stall_isToldWithTheSteps(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(step("keep", (_, _) -> Transition.hold())), 1, ID);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Stalled.class);
    }
    assertThat(told.story()).containsExactly("Started", "keep started", "keep HOLD", "Stalled");
    assertThat(told.all(RunEvent.Stalled.class).getFirst().holds()).isEqualTo(Map.of("keep", 1L));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancel_isTold_andTheAttemptThatItInterruptsIsCut(boolean durable) throws Exception {
    var running = new CountDownLatch(1);
    var work =
        step(
            "work",
            (_, n) -> {
              running.countDown();
              Flows.blockForever();
              return Transition.next(n);
            });
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(work), 1, ID);
      Flows.await(running);
      // the attempt may have come back before the answer
      assertThat(handle.cancel()).isIn(RunStatus.CANCELLING, RunStatus.CANCELLED);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Cancelled.class);
    }
    assertThat(told.story())
        .containsExactly("Started", "work started", "Cancelling", "work cut", "Cancelled");
  }

  @Test
  void resume_isTold() throws Exception {
    var broken = new AtomicBoolean(true);
    var work = step("work", (_, n) -> broken.get() ? Transition.abort("no") : Transition.next(n));
    var workflow = Flows.only(work);
    try (var executor = executor(true)) {
      assertThat(Flows.failed(executor.start(workflow, 1, ID))).isNotNull();
      broken.set(false);
      assertThat(Flows.end(executor.resume(workflow, ID))).isEqualTo(new RunResult.Completed<>(1));
      assertThat(executor.run(workflow, 1, ID)).as("the stored outcome, no event").isEqualTo(1);
    }
    assertThat(told.story().subList(5, told.story().size()))
        .containsExactly("Resumed", "work started", "work NEXT", "Completed");
    assertThat(told.all(StepEvent.Started.class))
        .extracting(StepEvent.Started::attempt)
        .containsExactly(1, 2);
  }

  @Test
  void recoveredRun_isTold_andAnExecutorThatLetsGo() throws Exception {
    var workflow = Flows.only(step("late", (_, n) -> Transition.after(HOUR, n)));
    try (var executor = executor(true)) {
      assertThat(executor.start(workflow, 1, ID).id()).isEqualTo(ID);
      time.awaitTimer(HOUR);
      assertThat(executor.close(Duration.ZERO)).containsExactly(ID);
    }
    assertThat(told.story()).endsWith("Waiting", "LetGo");
    assertThat(told.all(RunEvent.LetGo.class).getFirst().reason()).contains("close");
    var second = new Told();
    try (var executor =
        WorkflowExecutor.builder().store(store.reopen()).time(time).listener(second).build()) {
      var handle = Flows.resumed(executor.recover(workflow));
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
    }
    assertThat(second.story())
        .containsExactly("Recovered", "Waiting", "late DELIVERED", "Completed");
  }

  @Test
  void startOfAnIdThatExists_isToldAsResumed() throws Exception {
    var workflow = Flows.only(step("late", (_, n) -> Transition.after(HOUR, n)));
    try (var dead = Flows.durable(store, time)) {
      assertThat(dead.start(workflow, 1, ID).id()).isEqualTo(ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR.minusNanos(1));
      try (var executor = executor(store.reopen())) {
        var handle = executor.start(workflow, 1, ID);
        time.advance(HOUR);
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
      }
    }
    assertThat(told.story()).containsExactly("Resumed", "Waiting", "late DELIVERED", "Completed");
  }

  @Test
  void storeThatRefuses_isToldAsSuspended_andThenAsGoingOn() throws Exception {
    var faulty = FaultyStore.create().refuseFrom(2);
    try (var executor = executor(faulty)) {
      var handle = executor.start(Flows.only(Flows.plus("a", 1)), 1, ID);
      assertThat(told.await(RunEvent.Suspended.class).reason()).contains("no space left");
      faulty.allow();
      // the next try is a timer, which may not be set yet
      for (int i = 0; i < 10_000 && handle.await(Duration.ofMillis(1)).isEmpty(); i++) {
        var _ = time.advanceToNext();
      }
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
    }
    assertThat(told.story())
        .containsExactly("Started", "a started", "Suspended", "Unsuspended", "a NEXT", "Completed");
  }

  @Test
  void storeThatFails_isToldAsLetGo_andNothingIsToldThatMayNotBeDurable() throws Exception {
    try (var executor = executor(FaultyStore.create().unknownAfter(2))) {
      var handle = executor.start(Flows.only(Flows.plus("a", 1)), 1, ID);
      assertThat(told.await(RunEvent.LetGo.class).reason()).contains("the disk answered nothing");
      assertThat(handle.status()).isEqualTo(RunStatus.RUNNING);
    }
    assertThat(told.story()).containsExactly("Started", "a started", "LetGo");
  }

  // --- the order

  @Test
  void commit_isDurable_beforeAListenerSeesIt() throws Exception {
    var disk = new CountDownLatch(1);
    var faulty = FaultyStore.create().blockAt(2, disk);
    try (var executor = executor(faulty)) {
      var handle = executor.start(Flows.only(Flows.plus("a", 1)), 1, ID);
      faulty.awaitAppends(2);
      // what is told now was told before: events keep their order
      assertThat(told.await(StepEvent.Started.class).step()).isEqualTo("a");
      assertThat(told.all(StepEvent.Processed.class)).isEmpty();
      disk.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
    }
    assertThat(told.all(StepEvent.Processed.class)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void events_comeInTheOrderOfCommits(boolean durable) throws Exception {
    var fork = Flows.upTo("fork");
    var each = Flows.plus("each", 0);
    var workflow = Workflow.builder("many").start(fork).edge(fork, each).end(each).build();
    List<Integer> outputs;
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 500, ID);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
      outputs = handle.outputs();
    }
    var processed =
        told.all(StepEvent.Processed.class).stream()
            .filter(event -> event.step().equals("each"))
            .map(StepEvent.Processed::sequence)
            .toList();
    long first = processed.stream().mapToLong(Long::longValue).min().orElseThrow();
    assertThat(processed.stream().map(number -> (int) (number - first)))
        .as("items are numbered in the order of the fork's outputs")
        .isEqualTo(outputs);
    assertThat(told.story()).last().isEqualTo("Completed");
    assertThat(told.all(StepEvent.Started.class)).hasSize(501);
  }

  @Test
  void batchOfCommits_isToldWithItsSizeAndTime() throws Exception {
    var faulty =
        FaultyStore.create()
            .at(
                2,
                (real, batch) -> {
                  time.advance(Duration.ofMillis(7));
                  return real.append(batch);
                });
    try (var executor = executor(faulty)) {
      assertThat(executor.run(Flows.only(Flows.plus("a", 1)), 1, ID)).isEqualTo(2);
    }
    assertThat(told.all(StoreEvent.BatchAppended.class))
        .containsExactly(
            new StoreEvent.BatchAppended("memory", ManualTime.BEGIN, 1, 0, Duration.ZERO),
            new StoreEvent.BatchAppended(
                "memory", ManualTime.BEGIN.plusMillis(7), 1, 0, Duration.ofMillis(7)));
  }
}
