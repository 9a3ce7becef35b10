package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunQuery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The edges that users hit: runs within steps, cancels and deletions by id.
@Timeout(20)
final class EdgesTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? WorkflowExecutor.create(store) : WorkflowExecutor.create();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runInsideAStep_isAllowed_andARunOfItsOwn(boolean durable) throws Exception {
    var inner = Flows.fork(Flows.plus("each", 1));
    try (var executor = executor(durable)) {
      var same = executor;
      var outer =
          Flows.only(
              Step.map(
                  "outer",
                  Integer.class,
                  String.class,
                  n -> same.run(inner, n, RunId.of("inner-" + n))));
      assertThat(executor.run(outer, 3, Flows.ID))
          .as("on the caller's thread")
          .isEqualTo("[1, 2, 3]");
      assertThat(Flows.end(executor.start(outer, 2)))
          .as("on a thread of the executor's")
          .isEqualTo(new RunResult.Completed<>("[1, 2]"));
      if (durable) {
        assertThat(executor.find(RunId.of("inner-3")).orElseThrow().status())
            .isEqualTo(RunStatus.COMPLETED);
      }
    }
  }

  @Test
  void failureOfARunInsideAStep_isAFailureOfTheStep_andTheInnerRunStaysFailed() throws Exception {
    var inner =
        Flows.only(
            Step.map(
                "inner",
                Integer.class,
                Integer.class,
                _ -> {
                  throw new IllegalStateException("no");
                }));
    try (var executor = executor(true)) {
      var same = executor;
      var runs =
          Step.map(
              "runs", Integer.class, Integer.class, n -> same.run(inner, n, RunId.of("within")));
      var workflow = Flows.chain("outer", Flows.plus("first", 0), runs);
      assertThat(Flows.failed(executor.start(workflow, 1, Flows.ID)).failure().type())
          .isEqualTo(StepFailedException.class.getName());
      assertThat(executor.runs(RunQuery.all(9)))
          .extracting(run -> run.status())
          .containsExactly(RunStatus.FAILED, RunStatus.FAILED);
    }
  }

  /// Leaves a run with a context, an output and an item that waits.
  private void leaveWaiting() throws InterruptedException {
    var split = Flows.upTo("split");
    var some =
        Step.in(Count.class)
            .of(
                "some",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.update(count -> count.plus(1));
                  return n == 0 ? Transition.next(n) : Transition.after(Duration.ofHours(1), n);
                });
    var workflow =
        Workflow.builder("waiting", Count.class, () -> new Count(0))
            .start(split)
            .edge(split, some)
            .end(some)
            .build();
    try (var executor = Flows.durable(store, new ManualTime())) {
      var handle =
          executor.start(
              workflow, 2, options -> options.withId(Flows.ID).withLabel("customer", "7"));
      Flows.awaitStatus(handle, RunStatus.WAITING);
    }
  }

  @Test
  void cancelById_ofAStoredRun_needsNoWorkflow_andKeepsOutputsAndContext() throws Exception {
    leaveWaiting();
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.cancel(Flows.ID)).isEqualTo(RunStatus.CANCELLED);
      assertThat(executor.cancel(Flows.ID)).as("again").isEqualTo(RunStatus.CANCELLED);
      var header = executor.find(Flows.ID).orElseThrow();
      assertThat(header.status()).isEqualTo(RunStatus.CANCELLED);
      assertThat(header.dueAt()).isEmpty();
      assertThat(header.labels()).isEqualTo(Map.of("customer", "7"));
      assertThat(executor.recover()).isEmpty();
    }
    try (var reader = store.reopen()) {
      assertThat(reader.entries(Flows.ID, -1, 99))
          .extracting(Entry::kind)
          .containsExactlyInAnyOrder(Entry.Kind.INPUT, Entry.Kind.CONTEXT, Entry.Kind.OUTPUT);
    }
  }

  @Test
  void cancelById_ofAStoredRun_cancelsTheRunsThatItWaitsFor() throws Exception {
    leaveWaiting();
    var step = Flows.plus("step", 0); // only the name of its workflow is looked at
    var child = Workflow.builder("waiting").start(step).end(step).build();
    var start = Flows.plus("start", 0);
    var await = Step.awaitRun("await", Integer.class, Integer.class, child, _ -> Flows.ID);
    var parent = Workflow.builder("parent").start(start).then(await).end(await).build();
    try (var executor = Flows.durable(store.reopen(), new ManualTime())) {
      Flows.awaitStatus(executor.start(parent, 1, RunId.of("parent")), RunStatus.WAITING);
    }
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.cancel(RunId.of("parent"))).isEqualTo(RunStatus.CANCELLED);
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.CANCELLED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancelById_ofARunThatIsDrivenHere_cancelsItThere(boolean durable) throws Exception {
    var in = new CountDownLatch(1);
    var step =
        Step.map(
            "step",
            Integer.class,
            Integer.class,
            n -> {
              in.countDown();
              Flows.blockForever();
              return n;
            });
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(step), 1, Flows.ID);
      Flows.await(in);
      assertThat(executor.cancel(Flows.ID)).isIn(RunStatus.CANCELLING, RunStatus.CANCELLED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancelById_ofAnUnknownRun_isAnError(boolean durable) {
    try (var executor = executor(durable)) {
      assertThatExceptionOfType(UnknownRunException.class)
          .isThrownBy(() -> executor.cancel(RunId.of("nobody")))
          .withMessageStartingWith("run nobody: is not");
    }
  }

  @Test
  void delete_ofOneFinishedRun_removesAllItsData_andNoOther() throws Exception {
    leaveWaiting();
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.run(Flows.only(Flows.plus("only", 1)), 1, RunId.of("other")))
          .isEqualTo(2);
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.delete(Flows.ID))
          .withMessage(
              "run the-run: is WAITING; only a run that is over can be deleted: cancel it first");
      assertThat(executor.cancel(Flows.ID)).isEqualTo(RunStatus.CANCELLED);
      assertThat(executor.delete(Flows.ID)).isTrue();
      assertThat(executor.delete(Flows.ID)).isFalse();
      assertThat(executor.runs(RunQuery.all(9).withLabels(Map.of("customer", "7")))).isEmpty();
      assertThat(executor.runs(RunQuery.all(9)))
          .extracting(run -> run.id().value())
          .containsExactly("other");
    }
    try (var reader = store.reopen()) {
      assertThat(reader.entries(Flows.ID, -1, 99)).isEqualTo(List.of());
    }
  }
}
