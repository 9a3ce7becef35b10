package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.TreadleException;
import dev.treadle.WorkItem;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that steps start (issue 3, point 6).
@Timeout(30)
final class ChildStartTest {
  private static final RunId CHILD = RunId.of("the-child");

  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicInteger executions = new AtomicInteger();
  private final CountDownLatch worked = new CountDownLatch(1);

  private final Workflow<Object, Integer, Integer> child = child("child");

  private Workflow<Object, Integer, Integer> child(String name) {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            n -> {
              executions.incrementAndGet();
              worked.countDown();
              return n * 10;
            });
    return Workflow.builder(name).start(work).end(work).build();
  }

  private static WorkflowExecutor executor(boolean durable) {
    return durable
        ? WorkflowExecutor.create(MemoryCheckpointStore.create())
        : WorkflowExecutor.create();
  }

  private Step<Object, Integer, Integer> starting() {
    return Step.<Object, Integer, Integer>of(
        "start",
        Integer.class,
        Integer.class,
        (ctx, n) -> {
          ctx.start(child, CHILD, n);
          return Transition.next(n);
        });
  }

  // --- with the step's commit, and not otherwise

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void startedRun_beginsWhenItsStepCommits_andIsDrivenByTheSameExecutor(boolean durable)
      throws Exception {
    var returned = new CountDownLatch(1);
    var before = new AtomicInteger(-1);
    var step =
        Step.<Object, Integer, Integer>of(
            "start",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.start(child, CHILD, n);
              before.set(executions.get());
              returned.countDown();
              return Transition.next(n);
            });
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.only(step), 4, Flows.ID)).isEqualTo(4);
      Flows.await(worked);
      assertThat(before).hasValue(0);
      if (durable) {
        assertThat(Flows.end(executor.resume(child, CHILD)))
            .isEqualTo(new RunResult.Completed<>(40));
      }
    }
    assertThat(executions).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attemptThatFails_startsNothing_andARetryStartsOnce(boolean durable) throws Exception {
    var seen = new AtomicInteger();
    var step =
        Step.<Object, Integer, Integer>of(
                "start",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  seen.addAndGet(executions.get());
                  ctx.start(child, CHILD, n);
                  if (ctx.attempt() < 3) {
                    throw new IllegalStateException("not yet");
                  }
                  return Transition.next(n);
                })
            .retry(RetryPolicy.fixed(Duration.ofMillis(1)));
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.only(step), 4, Flows.ID)).isEqualTo(4);
      Flows.await(worked);
    }
    assertThat(seen).hasValue(0);
    assertThat(executions).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void commitThatBecomesAFailure_startsNothing(boolean durable) throws Exception {
    var step =
        Step.in(Count.class)
            .of(
                "start",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.start(child, CHILD, n);
                  ctx.update(_ -> {
                    throw new IllegalStateException("no such context");
                  });
                  return Transition.next(n);
                });
    var workflow =
        Workflow.builder("broken", Count.class, () -> new Count(0)).start(step).end(step).build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 4, Flows.ID);
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("no such context");
      assertThat(executor.find(CHILD)).isEmpty();
      // the id is free
      assertThat(executor.run(child, 5, CHILD)).isEqualTo(50);
    }
    assertThat(executions).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void startInABatchElement_happensOnce(boolean durable) throws Exception {
    var ended = new CountDownLatch(3);
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            n -> {
              executions.incrementAndGet();
              ended.countDown();
              return n;
            });
    var each = Workflow.builder("each").start(work).end(work).build();
    var batch =
        Step.batch(
            Step.<Object, Integer, Integer>of(
                "start",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.start(each, RunId.of("child-" + n), n);
                  return Transition.next(n);
                }),
            2);
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.only(batch), List.of(1, 2, 3), Flows.ID))
          .isEqualTo(List.of(1, 2, 3));
      Flows.await(ended);
    }
    assertThat(executions).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void startWithAHoldOrADelay_isCommittedWithThem(boolean durable) throws Exception {
    var time = new ManualTime();
    var step =
        Step.<Object, Integer, Integer>of(
            "start",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.start(child, CHILD, n);
              return Transition.after(Duration.ofHours(1), n);
            });
    var builder = WorkflowExecutor.builder().time(time);
    try (var executor = (durable ? builder.store(store) : builder).build()) {
      var handle = executor.start(Flows.only(step), 4, Flows.ID);
      Flows.await(worked);
      time.awaitTimer(Duration.ofHours(1));
      time.advance(Duration.ofHours(1));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(4));
    }
  }

  // --- ids that exist

  @Test
  void idThatExistsWithTheSameInput_isThatRun() throws Exception {
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(child, 4, CHILD)).isEqualTo(40);
      assertThat(executor.run(Flows.only(starting()), 4, Flows.ID)).isEqualTo(4);
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void idThatExistsWithAnotherInputOrWorkflow_failsTheItem_withoutRetry() throws Exception {
    var starting = starting().retry(RetryPolicy.fixed(Duration.ofHours(1)));
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(child, 5, CHILD)).isEqualTo(50);
      assertThat(Flows.failed(executor.start(Flows.only(starting), 4)).failure().message())
          .isEqualTo(
              "run the-child: exists with another input; choose another id, or resume it by"
                  + " resume(workflow, id)");
    }
    var other = MemoryCheckpointStore.create();
    try (var executor = WorkflowExecutor.create(other)) {
      assertThat(executor.run(child("other"), 4, CHILD)).isEqualTo(40);
      assertThat(Flows.failed(executor.start(Flows.only(starting), 4)).failure().message())
          .isEqualTo("run the-child: is of workflow \"other\", not of \"child\"");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneStepThatStartsAnIdTwice_isTheSameStart_orAFailure(boolean durable) throws Exception {
    var step =
        Step.<Object, Integer, Integer>of(
            "start",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.start(child, CHILD, 7);
              ctx.start(child, CHILD, n);
              return Transition.next(n);
            });
    try (var executor = executor(durable)) {
      var workflow = Flows.only(step);
      assertThat(Flows.failed(executor.start(workflow, 4)).failure().message())
          .isEqualTo(
              "run the-child: is started twice by one step, with different workflows or inputs");
      assertThat(executor.find(CHILD)).isEmpty();
      assertThat(executor.run(workflow, 7)).isEqualTo(7);
      Flows.await(worked);
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void inputThatCanNotBeStored_failsTheItem() throws Exception {
    var text = Step.map("text", String.class, Integer.class, String::length);
    var texts = Workflow.builder("texts").start(text).end(text).build();
    var step =
        Step.<Object, Integer, Integer>of(
            "start",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.start(texts, CHILD, "x".repeat(100));
              return Transition.next(n);
            });
    try (var executor =
        WorkflowExecutor.builder()
            .store(store)
            .payloadLimits(PayloadLimits.defaults().withMaxBytes(50))
            .build()) {
      assertThat(Flows.failed(executor.start(Flows.only(step), 4)).failure().message())
          .contains("can't store the input of step \"text\"");
      assertThat(executor.find(CHILD)).isEmpty();
    }
  }

  @Test
  void itemByItem_aStartIsRefused() {
    var workflow = Flows.only(starting());
    var run = RunContext.of(workflow, Flows.ID);
    var queue = new ArrayDeque<WorkItem>();
    try (var executor = WorkflowExecutor.create()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> executor.processWorkItem(run, workflow.startWorkItem(1), queue))
          .withMessage(
              "step \"start\" starts a run, which needs an executor to drive both; use its start");
    }
  }

  @Test
  void manySteps_thatStartEachOthersRuns_doNotBlockEachOther() throws Exception {
    var ended = new CountDownLatch(40);
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            n -> {
              ended.countDown();
              return n;
            });
    var each = Workflow.builder("each").start(work).end(work).build();
    var step =
        Step.<Object, Integer, Integer>of(
            "start",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              for (int i = 0; i < 40; i++) { // every step in another order
                int at = (i * 7 + n * 13) % 40;
                ctx.start(each, RunId.of("child-" + at), at);
              }
              return Transition.next(n);
            });
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(Flows.fork(step), 8, Flows.ID)).isEqualTo("[0, 1, 2, 3, 4, 5, 6, 7]");
      Flows.await(ended);
    }
  }

  // --- death

  @Test
  void parentAndChild_areDurableTogether_andRecoverDrivesBoth() throws Exception {
    var workflow = Flows.chain("parent", starting(), Flows.plus("then", 1));
    for (int append = 1; append <= 4; append++) {
      for (boolean written : List.of(true, false)) {
        executions.set(0);
        var dying = FaultyStore.create();
        dying = dying.unknown(append, written);
        try (var executor = WorkflowExecutor.create(dying)) {
          executor.run(workflow, 4, Flows.ID);
        } catch (TreadleException e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
        try (var executor = WorkflowExecutor.create(dying.reopen())) {
          boolean begun = executor.find(CHILD).isPresent();
          boolean consumed =
              executor.find(Flows.ID).map(header -> header.sequence() > 1).orElse(false);
          assertThat(begun).as("child at %d %s", append, written).isEqualTo(consumed);
          executor.recover(workflow, child);
          assertThat(executor.run(workflow, 4, Flows.ID)).isEqualTo(5);
          assertThat(executor.run(child, 4, CHILD)).isEqualTo(40);
        }
      }
    }
  }

  @Test
  void runThatExistsUnfinished_isGoneOnWith() throws Exception {
    var pause = Step.sleep("pause", Integer.class, Duration.ofHours(1));
    var slow = Workflow.builder("slow").start(pause).end(pause).build();
    var time = new ManualTime();
    try (var first = Flows.durable(store, time)) {
      Flows.awaitStatus(first.start(slow, 4, CHILD), RunStatus.WAITING);
    }
    time.advance(Duration.ofHours(2));
    var step =
        Step.<Object, Integer, Integer>of(
            "start", Integer.class, Integer.class, (ctx, n) -> begun(ctx, slow, n));
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.run(Flows.only(step), 4, Flows.ID)).isEqualTo(4);
      var never = new CountDownLatch(1);
      for (int i = 0; i < 20_000 && !isDone(executor); i++) {
        assertThat(never.await(1, TimeUnit.MILLISECONDS)).isFalse();
      }
      assertThat(Flows.end(executor.resume(slow, CHILD))).isEqualTo(new RunResult.Completed<>(4));
    }
  }

  private static Transition<Integer> begun(
      StepContext<Object> ctx, Workflow<Object, Integer, Integer> workflow, Integer n) {
    ctx.start(workflow, CHILD, n);
    return Transition.next(n);
  }

  private static boolean isDone(WorkflowExecutor executor) {
    return executor.find(CHILD).orElseThrow().status().isFinal();
  }
}
