package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Starting, finding, listing and deleting runs, and ids that exist.
@Timeout(20)
final class StartTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicInteger executions = new AtomicInteger();
  private final CountDownLatch inStep = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  private final Workflow<Object, Integer, Integer> counted =
      Flows.only(
          Step.map("work", Integer.class, Integer.class, n -> n + executions.incrementAndGet()));

  private Workflow<Object, Integer, Integer> gated() {
    return Flows.only(
        Step.map(
            "gated",
            Integer.class,
            Integer.class,
            n -> {
              executions.incrementAndGet();
              inStep.countDown();
              Flows.await(go);
              return n;
            }));
  }

  private WorkflowExecutor executor(boolean durable) {
    return durable ? WorkflowExecutor.create(store) : WorkflowExecutor.create();
  }

  // --- start and await

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void handle_awaitsWithAndWithoutLimit_andTellsTheStatus(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(gated(), 7, Flows.ID);
      Flows.await(inStep);
      assertThat(handle.id()).isEqualTo(Flows.ID);
      assertThat(handle.status()).isEqualTo(RunStatus.RUNNING);
      assertThat(handle.outputs()).isEmpty();
      assertThat(handle.await(Duration.ofMillis(1))).isEmpty();
      assertThat(handle.await(Duration.ofMillis(-1))).isEmpty();
      go.countDown();
      assertThat(handle.await()).isEqualTo(new RunResult.Completed<>(7));
      assertThat(handle.await(Duration.ZERO)).hasValue(new RunResult.Completed<>(7));
      assertThat(handle.status()).isEqualTo(RunStatus.COMPLETED);
      assertThat(handle.outputs()).containsExactly(7);
    }
  }

  @Test
  void awaitInterrupted_leavesTheRunGoingOn() throws Exception {
    try (var executor = executor(true)) {
      var handle = executor.start(gated(), 7, Flows.ID);
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class).isThrownBy(handle::await);
      go.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(7));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void generatedIds_areUniqueAcrossExecutors(boolean durable) throws Exception {
    try (var one = executor(durable);
        var other = WorkflowExecutor.create()) {
      var ids =
          List.of(
              one.start(counted, 1).id(), one.start(counted, 1).id(), other.start(counted, 1).id());
      assertThat(ids).doesNotHaveDuplicates();
    }
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"}) // what users do with raw types
  void inputOfAnotherClass_isRefused() {
    try (var executor = executor(true)) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> executor.run((Workflow) counted, "text", Flows.ID))
          .withMessage(
              "workflow \"only\" takes a java.lang.Integer, but the input is a java.lang.String");
      assertThat(executor.find(Flows.ID)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoWorkflowsOfOneName_areRefused(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      assertThat(executor.run(counted, 1)).isEqualTo(2);
      assertThatExceptionOfType(WorkflowConflictException.class)
          .isThrownBy(() -> executor.run(gated(), 1))
          .withMessage(
              "this executor knows another workflow named \"only\"; build each workflow once and"
                  + " share it, or name them apart");
      assertThat(executor.run(counted, 1)).isEqualTo(3);
    }
  }

  // --- an id that exists

  @Test
  void idOfAnotherInput_isAConflict_andTheRunIsUntouched() throws Exception {
    try (var executor = executor(true)) {
      assertThat(executor.run(counted, 1, Flows.ID)).isEqualTo(2);
      var before = executor.find(Flows.ID);
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.run(counted, 2, Flows.ID))
          .withMessage(
              "run the-run: exists with another input; choose another id, or resume it by"
                  + " resume(workflow, id)")
          .satisfies(e -> assertThat(e.runId()).isEqualTo(Flows.ID));
      assertThat(executor.find(Flows.ID)).isEqualTo(before);
    }
  }

  @Test
  void idOfALiveRunWithAnotherInput_isAConflict_andTheRunGoesOn() throws Exception {
    var gated = gated();
    try (var executor = executor(true)) {
      var handle = executor.start(gated, 1, Flows.ID);
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.start(gated, 2, Flows.ID))
          .withMessageContaining("exists with another input");
      go.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void idOfAnotherWorkflow_isAConflict(boolean durable) throws Exception {
    var a = Flows.plus("a", 1);
    var other = Workflow.builder("other").start(a).end(a).build();
    var gated = gated();
    try (var executor = executor(durable)) {
      var handle = executor.start(gated, 1, Flows.ID);
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.run(other, 1, Flows.ID))
          .withMessageStartingWith("run the-run: ")
          .withMessageContaining("\"only\"");
      go.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
      if (durable) {
        assertThatExceptionOfType(RunConflictException.class)
            .isThrownBy(() -> executor.resume(other, Flows.ID))
            .withMessage("run the-run: is of workflow \"only\", not of \"other\"");
      }
    }
  }

  @Test
  void idOfALiveTransientRun_isAConflict() throws Exception {
    var gated = gated();
    try (var executor = executor(false)) {
      var handle = executor.start(gated, 1, Flows.ID);
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.start(gated, 1, Flows.ID))
          .withMessageContaining("a transient run has its id to itself");
      go.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
      assertThat(executor.run(gated, 1, Flows.ID)).as("forgotten at its end").isEqualTo(1);
    }
  }

  @Test
  void finishedId_answersTheStoredOutcome_alsoAfterReopen() throws Exception {
    try (var executor = executor(true)) {
      assertThat(executor.run(counted, 1, Flows.ID)).isEqualTo(2);
      assertThat(executor.run(counted, 1, Flows.ID)).isEqualTo(2);
      assertThat(Flows.end(executor.start(counted, 1, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(2));
    }
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.run(counted, 1, Flows.ID)).isEqualTo(2);
      var handle = executor.resume(counted, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
      assertThat(handle.outputs()).containsExactly(2);
      assertThat(handle.status()).isEqualTo(RunStatus.COMPLETED);
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void liveId_answersTheSameRun() throws Exception {
    var gated = gated();
    try (var executor = executor(true)) {
      var first = executor.start(gated, 1, Flows.ID);
      var second = executor.start(gated, 1, Flows.ID);
      go.countDown();
      assertThat(Flows.end(first)).isEqualTo(Flows.end(second));
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void unfinishedId_isResumed_fromItsQueue() throws Exception {
    var patient = new AtomicBoolean();
    var second =
        Step.map(
            "second",
            Integer.class,
            Integer.class,
            n -> {
              if (!patient.get()) {
                Flows.blockForever();
              }
              return n;
            });
    var first =
        Step.map("first", Integer.class, Integer.class, n -> n + executions.incrementAndGet());
    var workflow = Flows.chain("two", first, second);
    try (var dead = executor(true)) {
      var handle = dead.start(workflow, 1, Flows.ID);
      assertThat(handle.status()).isEqualTo(RunStatus.RUNNING);
      assertThat(dead.close(Duration.ZERO)).containsExactly(Flows.ID);
    }
    patient.set(true);
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.run(workflow, 1, Flows.ID)).isEqualTo(2);
    }
    assertThat(executions.get()).isBetween(1, 2);
  }

  @Test
  void failedId_isReportedAndNotRunAgain() throws Exception {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            n -> {
              executions.incrementAndGet();
              throw new IOException("no");
            });
    var workflow = Flows.only(work);
    try (var executor = executor(true)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withCauseInstanceOf(IOException.class);
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withMessage("run the-run: step \"work\" failed at attempt 1: java.io.IOException: no");
      assertThat(Flows.failed(executor.start(workflow, 1, Flows.ID)).failure().step())
          .isEqualTo("work");
    }
    assertThat(executions).hasValue(1);
  }

  @Test
  void resumeOfAnUnknownId_isAnError() {
    try (var durable = executor(true);
        var plain = executor(false)) {
      assertThatExceptionOfType(UnknownRunException.class)
          .isThrownBy(() -> durable.resume(counted, Flows.ID))
          .withMessage("run the-run: is not in the store memory");
      assertThatExceptionOfType(UnknownRunException.class)
          .isThrownBy(() -> plain.resume(counted, Flows.ID))
          .withMessageContaining("a transient run is forgotten at its end");
    }
  }

  // --- delete, find, list

  @Test
  void delete_removesAFinishedRun_andItsIdMayBeUsedAgain() throws Exception {
    try (var executor = executor(true)) {
      assertThat(executor.run(counted, 1, Flows.ID)).isEqualTo(2);
      assertThat(executor.delete(Flows.ID)).isTrue();
      assertThat(executor.find(Flows.ID)).isEmpty();
      assertThat(executor.delete(Flows.ID)).isFalse();
      assertThat(executor.run(counted, 5, Flows.ID)).isEqualTo(7);
    }
  }

  @Test
  void delete_ofAnUnfinishedRun_isRefused() throws Exception {
    try (var executor = executor(true)) {
      var handle = executor.start(gated(), 1, Flows.ID);
      Flows.await(inStep);
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.delete(Flows.ID))
          .withMessage("run the-run: goes on here; cancel it first");
      assertThat(executor.close(Duration.ZERO)).containsExactly(handle.id());
    }
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.delete(Flows.ID))
          .withMessageContaining("is RUNNING; only a run that is over can be deleted");
    }
  }

  @Test
  void labelWithHalfACharacter_isRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> RunOptions.none().withLabel("name", "cut \ud83d"))
        .withMessage(
            "the label \"name\" holds half of a surrogate pair (bad UTF-16) in its key or value;"
                + " cut texts between characters");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> RunOptions.none().withLabel("\udc00", "v"))
        .withMessageStartingWith("the label \"?\" holds half");
    assertThat(RunOptions.none().withLabel("whole", "\ud83d\ude00").labels())
        .containsEntry("whole", "\ud83d\ude00");
  }

  @Test
  void runs_areListedByStatusLabelAndWorkflow_aPageAtATime() throws Exception {
    var hold =
        Step.<Object, Integer, Integer>of(
            "hold", Integer.class, Integer.class, (_, _) -> Transition.hold());
    var stalling = Workflow.builder("stalling").start(hold).end(hold).build();
    try (var executor = executor(true)) {
      for (int i = 0; i < 5; i++) {
        var id = RunId.of("done-" + i);
        var tenant = i % 2 == 0 ? "even" : "odd";
        assertThat(executor.run(counted, 1, o -> o.withId(id).withLabel("tenant", tenant)))
            .isPositive();
      }
      assertThat(Flows.end(executor.start(stalling, 1, Flows.ID)))
          .isInstanceOf(RunResult.Stalled.class);
      var all = RunQuery.all(100);
      assertThat(ids(executor.runs(all)))
          .containsExactly("done-0", "done-1", "done-2", "done-3", "done-4", "the-run");
      assertThat(ids(executor.runs(all.withStatuses(Set.of(RunStatus.STALLED)))))
          .containsExactly("the-run");
      assertThat(ids(executor.runs(all.withWorkflow("stalling")))).containsExactly("the-run");
      assertThat(ids(executor.runs(all.withLabels(Map.of("tenant", "odd")))))
          .containsExactly("done-1", "done-3");
      var page = RunQuery.all(2).withLabels(Map.of("tenant", "even"));
      assertThat(ids(executor.runs(page))).containsExactly("done-0", "done-2");
      assertThat(ids(executor.runs(page.withAfter(RunId.of("done-2"))))).containsExactly("done-4");
      assertThat(executor.find(RunId.of("done-1")).orElseThrow().labels())
          .containsEntry("tenant", "odd");
    }
  }

  @Test
  void transientRuns_areListedWhileTheyGoOn() throws Exception {
    try (var executor = executor(false)) {
      var handle = executor.start(gated(), 1, o -> o.withId(Flows.ID).withLabel("a", "b"));
      Flows.await(inStep);
      assertThat(ids(executor.runs(RunQuery.all(9).withLabels(Map.of("a", "b")))))
          .containsExactly("the-run");
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
      go.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
      assertThat(executor.find(Flows.ID)).isEmpty();
      assertThat(executor.runs(RunQuery.all(9))).isEmpty();
      assertThat(executor.recover()).isEmpty();
      assertThat(executor.delete(Flows.ID)).isFalse();
    }
  }

  private static List<String> ids(List<RunHeader> headers) {
    return headers.stream().map(header -> header.id().value()).toList();
  }
}
