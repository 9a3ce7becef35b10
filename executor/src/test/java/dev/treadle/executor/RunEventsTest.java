package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What listeners are told of signals, of other runs, of undos and of quarantine.
@Timeout(30)
final class RunEventsTest {
  private static final Signal<Integer> GO = Signal.of("go", Integer.class);
  private static final RunId CHILD = RunId.of("the-child");

  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final ManualTime time = new ManualTime();
  private final Told told = new Told();

  private WorkflowExecutor executor(boolean durable) {
    var builder = WorkflowExecutor.builder().time(time).listener(told);
    return durable ? builder.store(store).build() : builder.build();
  }

  private List<String> signals() {
    return told.all(RunEvent.Signalled.class).stream()
        .map(event -> event.signal() + " " + event.key() + " " + event.answer())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void signals_areTold_withTheirAnswers(boolean durable) throws Exception {
    var first = Step.await("first", Integer.class, GO, n -> "k" + n);
    var second = Step.await("second", Integer.class, GO, n -> "k" + n);
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.chain("two", first, second), 1, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, GO, "k5", 6)).isEqualTo(SignalAnswer.KEPT);
      assertThat(executor.signal(Flows.ID, GO, "k5", 7)).isEqualTo(SignalAnswer.LATE);
      assertThat(executor.signal(Flows.ID, GO, "k1", 5)).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(6));
      told.await(RunEvent.Completed.class);
    }
    assertThat(signals()).containsExactly("go k5 KEPT", "go k5 LATE", "go k1 DELIVERED");
    assertThat(told.story()).contains("second NEXT");
  }

  @Test
  void signalsToARunThatNobodyDrives_areToldToo() throws Exception {
    var workflow = Flows.only(Step.await("wait", Integer.class, GO, n -> "k" + n));
    try (var dead = WorkflowExecutor.create(store)) {
      Flows.awaitStatus(dead.start(workflow, 1, Flows.ID), RunStatus.WAITING);
    }
    try (var executor = WorkflowExecutor.builder().store(store.reopen()).listener(told).build()) {
      assertThat(executor.signal(Flows.ID, GO, "k1", 5)).isEqualTo(SignalAnswer.DELIVERED);
      told.await(RunEvent.Signalled.class);
    }
    assertThat(signals()).containsExactly("go k1 DELIVERED");
    assertThat(told.all(RunEvent.Signalled.class).getFirst().workflow()).isEqualTo("only");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsThatAStepStarts_areToldAfterTheStep(boolean durable) throws Exception {
    var child = Flows.chain("child", Flows.plus("c", 1), Flows.plus("d", 1));
    var begin =
        Step.<Object, Integer, Integer>of(
            "begin",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.start(child, CHILD, n);
              return Transition.next(n);
            });
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.only(begin), 1, Flows.ID)).isEqualTo(1);
      var event = told.await(RunEvent.ChildStarted.class);
      assertThat(event)
          .isEqualTo(new RunEvent.ChildStarted(Flows.ID, "only", ManualTime.BEGIN, CHILD, "child"));
      told.await(RunEvent.Completed.class, done -> done.run().equals(CHILD));
    }
    assertThat(told.story())
        .containsSubsequence("begin started", "begin NEXT", "ChildStarted", "Completed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void undos_areToldAsStepsOfTheRun_beforeItHasFailed(boolean durable) throws Exception {
    var trips = new Trips();
    trips.brokenUndos.add("hotel");
    try (var executor = executor(durable)) {
      assertThat(Flows.failed(executor.start(trips.workflow(), 7, Trips.ID)).undos().failed())
          .isEqualTo(1);
      told.await(RunEvent.Failed.class);
    }
    assertThat(told.story())
        .containsSubsequence(
            "Failing",
            "undo-car started",
            "undo-car NEXT_ALL",
            "undo-hotel FAILED",
            "undo-flight NEXT_ALL",
            "Failed");
  }

  @Test
  void quarantine_isTold_whenTheRunIsPutThere() throws Exception {
    var death = new ArrayList<CountDownLatch>();
    var afterTest = new CountDownLatch(1);
    var dead = new ArrayList<WorkflowExecutor>();
    var workflow =
        Flows.only(
            Step.map(
                "deadly",
                Integer.class,
                Integer.class,
                n -> {
                  death.getLast().countDown();
                  Flows.await(afterTest);
                  return n;
                }));
    for (int life = 0; life < 4; life++) {
      death.add(new CountDownLatch(1));
      dead.add(Flows.durable(store.reopen(), time));
      if (life == 0) {
        assertThat(dead.getFirst().start(workflow, 1, Flows.ID).id()).isEqualTo(Flows.ID);
      } else {
        assertThat(dead.getLast().recover(workflow)).hasSize(1);
      }
      Flows.await(death.getLast());
    }
    for (int again = 0; again < 2; again++) {
      try (var executor =
          WorkflowExecutor.builder().store(store.reopen()).time(time).listener(told).build()) {
        assertThat(executor.recover(workflow)).containsExactly(new Recovery.Quarantined(Flows.ID));
      }
    }
    assertThat(told.all(RunEvent.Quarantined.class))
        .as("once")
        .containsExactly(new RunEvent.Quarantined(Flows.ID, "only", ManualTime.BEGIN, "deadly", 3));
    afterTest.countDown();
    dead.forEach(executor -> assertThat(executor.close(Duration.ZERO)).isNotNull());
  }
}
