package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Done;
import dev.treadle.Step;
import dev.treadle.StepTimeoutException;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is undone of attempts that were given up because they took too long.
@Timeout(30)
final class CompensationTimeoutTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final List<Done<Integer, Integer>> undone =
      Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicBoolean hangs = new AtomicBoolean(true);
  private final CountDownLatch inStep = new CountDownLatch(1);

  private final Step<Object, Integer, Integer> slow =
      Step.map(
              "slow",
              Integer.class,
              Integer.class,
              n -> {
                attempts.incrementAndGet();
                if (hangs.get()) {
                  inStep.countDown();
                  Flows.blockForever();
                }
                return n + 1;
              })
          .timeout(LIMIT);
  private final Step<Object, Done<Integer, Integer>, Void> undo =
      Step.undo("undo", slow, undone::add);
  private final Step<Object, Integer, Integer> broken =
      Step.map(
          "broken",
          Integer.class,
          Integer.class,
          _ -> {
            throw new IllegalStateException("broken");
          });

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  private void letTheTimePass() {
    Flows.await(inStep);
    time.advance(LIMIT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anItemThatFailsByItsTimeout_isUndoneAsUnknown(boolean durable) throws Exception {
    var workflow = Workflow.builder("slow").start(slow).compensate(slow, undo).end(slow).build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 7, Flows.ID);
      letTheTimePass();
      var failed = Flows.failed(handle);
      assertThat(failed.failure().type()).isEqualTo(StepTimeoutException.class.getName());
      assertThat(failed.undos()).isEqualTo(new UndoReport(1, 0, List.of()));
    }
    assertThat(undone)
        .singleElement()
        .satisfies(done -> {
          assertThat(done.input()).isEqualTo(7);
          assertThat(done.outputs()).isEmpty();
          assertThat(done.known()).isFalse();
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anItemThatFellBackByItsTimeout_isUndoneAsUnknown_whenTheRunFailsLater(boolean durable)
      throws Exception {
    var fallback = Flows.plus("fallback", 100);
    var workflow =
        Workflow.builder("fallback")
            .start(slow)
            .then(broken)
            .onFailure(slow, fallback)
            .edge(fallback, broken)
            .compensate(slow, undo)
            .end(broken)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 7, Flows.ID);
      letTheTimePass();
      assertThat(Flows.failed(handle).failure().step()).isEqualTo("broken");
    }
    assertThat(undone).singleElement().extracting(Done::known).isEqualTo(false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatCompletesAfterATimeout_undoesNothing(boolean durable) throws Exception {
    var fallback = Flows.plus("fallback", 100);
    var workflow =
        Workflow.builder("fallback")
            .start(slow)
            .onFailure(slow, fallback)
            .compensate(slow, undo)
            .end(slow)
            .end(fallback)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 7, Flows.ID);
      letTheTimePass();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(107));
    }
    assertThat(undone).isEmpty();
  }

  @Test
  void anItemThatWasExecutedAgainByAResume_isUndoneOnce() throws Exception {
    var workflow =
        Workflow.builder("resumed")
            .start(slow)
            .then(broken)
            .compensate(slow, undo)
            .end(broken)
            .build();
    try (var executor = executor(true)) {
      var handle =
          executor.start(
              workflow,
              7,
              options -> options.withId(Flows.ID).withCompensation(Compensation.ON_REQUEST));
      letTheTimePass();
      Flows.failed(handle);
      hangs.set(false);
      assertThat(Flows.failed(executor.resume(workflow, Flows.ID)).failure().step())
          .isEqualTo("broken");
      Flows.failed(executor.compensate(workflow, Flows.ID));
    }
    assertThat(attempts).hasValue(2);
    assertThat(undone)
        .singleElement()
        .satisfies(done -> {
          assertThat(done.known()).isTrue();
          assertThat(done.outputs()).containsExactly(8);
        });
  }

  @Test
  void whatATimeoutLeftToUndo_survivesTheProcess() throws Exception {
    var workflow = Workflow.builder("slow").start(slow).compensate(slow, undo).end(slow).build();
    try (var executor = executor(true)) {
      var handle =
          executor.start(
              workflow,
              7,
              options -> options.withId(Flows.ID).withCompensation(Compensation.ON_REQUEST));
      letTheTimePass();
      Flows.failed(handle);
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      Flows.failed(executor.compensate(workflow, Flows.ID));
    }
    assertThat(undone).singleElement().extracting(Done::known).isEqualTo(false);
  }
}
