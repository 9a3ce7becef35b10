package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import dev.treadle.executor.RunProgress.StepProgress;
import dev.treadle.executor.RunView.PendingItem;
import dev.treadle.executor.RunView.State;
import dev.treadle.executor.RunView.StepView;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.TimeRange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Looking into runs: views, progress, queries by time, drawings.
@Timeout(20)
final class InspectTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final StepView NOTHING = new StepView(0, 0, 0, 0, 0, 0, 0, 0);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /// Of four items, the first arrives at the join, the second is held, the third is tried again in
  /// an hour, the fourth runs until it is released.
  private Workflow<Count, Integer, String> mixed() {
    var fork = Flows.upTo("fork");
    var each =
        Step.<Object, Integer, Integer>of(
                "each",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  switch (n) {
                    case 1 -> {
                      return Transition.hold();
                    }
                    case 2 -> {
                      if (ctx.attempt() == 1) {
                        throw new IOException("not yet");
                      }
                    }
                    case 3 -> {
                      running.countDown();
                      Flows.await(release);
                    }
                    default -> {}
                  }
                  return Transition.next(n);
                })
            .retry(RetryPolicy.fixed(HOUR));
    var join = Flows.text("join");
    return Workflow.builder("mixed", Count.class, () -> new Count(0))
        .start(fork)
        .edge(fork, each)
        .join(fork, each, join)
        .end(join)
        .build();
  }

  private static RunView awaitView(WorkflowExecutor executor, StepView each) {
    for (int i = 0; i < 100_000; i++) {
      var view = executor.inspect(Flows.ID, 10).orElseThrow();
      if (each.equals(view.steps().get("each"))) {
        return view;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError(executor.inspect(Flows.ID, 10));
  }

  @Test
  void view_showsWhatIsPending_runs_waits_isHeld_andHasArrived_alsoAfterDeath() throws Exception {
    var workflow = mixed();
    try (var executor = Flows.durable(store, time)) {
      var handle = executor.start(workflow, 4, Flows.ID);
      Flows.await(running);
      var view = awaitView(executor, new StepView(0, 1, 1, 0, 1, 0, 2, 1));
      assertThat(view.live()).isTrue();
      assertThat(view.header().status()).isEqualTo(RunStatus.RUNNING);
      assertThat(view.header().createdAt()).isEqualTo(ManualTime.BEGIN);
      assertThat(view.header().dueAt()).contains(ManualTime.BEGIN.plus(HOUR));
      assertThat(view.pending()).isEqualTo(2);
      assertThat(view.groups()).isEqualTo(1);
      assertThat(view.outputs()).isZero();
      assertThat(view.contextBytes()).isEqualTo("{\"value\":0}".length());
      assertThat(view.items())
          .extracting(PendingItem::state)
          .containsExactly(State.RETRYING, State.RUNNING);
      var retrying = view.items().getFirst();
      assertThat(retrying.attempt()).isEqualTo(2);
      assertThat(retrying.dueAt()).contains(ManualTime.BEGIN.plus(HOUR));
      assertThat(retrying.lastFailure()).map(StepFailure::message).contains("not yet");
      assertThat(executor.inspect(Flows.ID, 1).orElseThrow().items()).hasSize(1);
      assertThat(executor.inspect(Flows.ID, 1).orElseThrow().pending()).isEqualTo(2);

      try (var other = WorkflowExecutor.create(store.reopen())) {
        var dead = other.inspect(Flows.ID, 10).orElseThrow();
        assertThat(dead.live()).isFalse();
        assertThat(dead.steps()).containsEntry("each", new StepView(1, 0, 1, 0, 1, 0, 0, 0));
        assertThat(dead.steps()).containsEntry("join", new StepView(0, 0, 0, 0, 0, 1, 0, 0));
        assertThatIllegalStateException()
            .isThrownBy(dead::toMermaid)
            .withMessageContaining("has not seen workflow \"mixed\" yet");
        assertThat(dead.toMermaid(workflow)).contains("each<br/>1 ready, 1 waiting, 1 held");
      }
      release.countDown();
      assertThat(handle.id()).isEqualTo(Flows.ID);
    }
  }

  @Test
  void view_ofAFailedRun_hasTheFailureAndTheItem() throws Exception {
    var workflow =
        Flows.only(
            Step.<Object, Integer, Integer>of(
                "work", Integer.class, Integer.class, (_, _) -> Transition.abort("no")));
    try (var executor = Flows.durable(store, time)) {
      assertThat(Flows.failed(executor.start(workflow, 1, Flows.ID))).isNotNull();
      var view = executor.inspect(Flows.ID, 10).orElseThrow();
      assertThat(view.failure()).map(StepFailure::message).contains("no");
      assertThat(view.items())
          .singleElement()
          .satisfies(item -> {
            assertThat(item.state()).isEqualTo(State.FAILED);
            assertThat(item.attempt()).isEqualTo(1);
            assertThat(item.lastFailure()).isEqualTo(view.failure());
          });
      assertThat(view.toMermaid())
          .contains("work<br/>1 failed")
          .contains("class s0 failed")
          .contains("classDef failed");
    }
  }

  @Test
  void view_ofAFinishedRun_countsItsOutputs_andOfAnUnknownOneIsEmpty() throws Exception {
    try (var executor = Flows.durable(store, time)) {
      assertThat(executor.run(Flows.only(Flows.plus("a", 1)), 1, Flows.ID)).isEqualTo(2);
      var view = executor.inspect(Flows.ID, 0).orElseThrow();
      assertThat(view.outputs()).isEqualTo(1);
      assertThat(view.pending()).isZero();
      assertThat(view.steps()).containsEntry("a", NOTHING);
      assertThat(executor.inspect(RunId.of("nobody"), 1)).isEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> executor.inspect(Flows.ID, -1))
          .withMessage("items must be 0 or more, was -1");
      var other = Flows.chain("other", Flows.plus("a", 1), Flows.plus("b", 1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> view.toMermaid(other))
          .withMessage("run the-run is of workflow \"only\", not of \"other\"");
    }
  }

  @Test
  void view_hasTheDeadline_alsoAfterDeath() throws Exception {
    var deadline = ManualTime.BEGIN.plus(HOUR.multipliedBy(2));
    var late =
        Flows.only(
            Step.<Object, Integer, Integer>of(
                "late", Integer.class, Integer.class, (_, n) -> Transition.after(HOUR, n)));
    try (var executor = Flows.durable(store, time)) {
      var handle =
          executor.start(late, 1, options -> options.withId(Flows.ID).withDeadline(deadline));
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.inspect(Flows.ID, 1).orElseThrow().deadline()).contains(deadline);
      try (var other = WorkflowExecutor.create(store.reopen())) {
        assertThat(other.inspect(Flows.ID, 1).orElseThrow().deadline()).contains(deadline);
      }
    }
  }

  @Test
  void view_ofALargeRun_isReadInPages() throws Exception {
    var fork = Flows.upTo("fork");
    var late =
        Step.<Object, Integer, Integer>of(
            "late", Integer.class, Integer.class, (_, n) -> Transition.after(HOUR, n));
    var workflow = Workflow.builder("large").start(fork).edge(fork, late).end(late).build();
    try (var executor = Flows.durable(store, time)) {
      var handle = executor.start(workflow, 4_500, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      var view = executor.inspect(Flows.ID, 7).orElseThrow();
      assertThat(view.pending()).isEqualTo(4_500);
      assertThat(view.items()).hasSize(7).allMatch(item -> item.state() == State.WAITING);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void progress_countsWhatEachStepHasDoneAndHasYetToDo(boolean durable) throws Exception {
    var builder = WorkflowExecutor.builder().time(time).countSteps(true);
    try (var executor = durable ? builder.store(store).build() : builder.build()) {
      var handle = executor.start(mixed(), 4, Flows.ID);
      Flows.await(running);
      awaitProgress(handle, new StepProgress(2, 1, 1, 2));
      assertThat(handle.progress().counted()).isTrue();
      assertThat(handle.progress().steps().keySet()).containsExactly("fork", "each", "join");
      assertThat(handle.progress().completed()).isEqualTo(3);
      assertThat(handle.progress().pending()).isEqualTo(2);
      release.countDown();
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0, 2, 3]"));
      assertThat(handle.progress().steps())
          .containsEntry("each", new StepProgress(4, 1, 0, 0))
          .containsEntry("join", new StepProgress(1, 0, 0, 0));
    }
  }

  private static void awaitProgress(RunHandle<?> handle, StepProgress each) throws Exception {
    for (int i = 0; i < Flows.LIMIT.toMillis(); i++) {
      if (each.equals(handle.progress().steps().get("each"))) {
        return;
      }
      assertThat(handle.await(Duration.ofMillis(1))).isEmpty();
    }
    throw new AssertionError(handle.progress());
  }

  @Test
  void progress_afterARestart_countsFromThere_butAllThatIsPending() throws Exception {
    var workflow = mixed();
    try (var dead = Flows.durable(store, time)) {
      var handle = dead.start(workflow, 4, Flows.ID);
      Flows.await(running);
      awaitProgress(handle, new StepProgress(2, 1, 1, 2));
      try (var executor = Flows.durable(store.reopen(), new ManualTime())) {
        var again = Flows.resumed(executor.recover(workflow));
        awaitProgress(again, new StepProgress(0, 0, 1, 2));
        release.countDown();
        awaitProgress(again, new StepProgress(1, 0, 0, 1));
      }
    }
  }

  @Test
  void progress_ofATransientRun_isNotCountedUnlessAskedFor() throws Exception {
    try (var executor = WorkflowExecutor.create()) {
      var handle = executor.start(Flows.only(Flows.plus("a", 1)), 1);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
      assertThat(handle.progress()).isEqualTo(new RunProgress(false, java.util.Map.of()));
    }
  }

  @Test
  void transientRun_isSeenWhileItGoesOn() throws Exception {
    try (var executor = WorkflowExecutor.builder().time(time).countSteps(true).build()) {
      var handle = executor.start(mixed(), 4, Flows.ID);
      Flows.await(running);
      awaitProgress(handle, new StepProgress(2, 1, 1, 2));
      var view = executor.inspect(Flows.ID, 10).orElseThrow();
      assertThat(view.live()).isTrue();
      assertThat(view.pending()).isEqualTo(2);
      assertThat(view.items()).isEmpty();
      assertThat(view.toMermaid()).contains("each<br/>1 running, 1 ready, 2 done, 1 failure");
      assertThat(executor.inspect(RunId.of("nobody"), 1)).isEqualTo(Optional.empty());
      release.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runs_areFoundByTheirTimes(boolean durable) throws Exception {
    var builder = WorkflowExecutor.builder().time(time);
    var late =
        Flows.only(
            Step.<Object, Integer, Integer>of(
                "late", Integer.class, Integer.class, (_, n) -> Transition.after(HOUR, n)));
    try (var executor = durable ? builder.store(store).build() : builder.build()) {
      for (var id : List.of("a", "b", "c")) {
        Flows.awaitStatus(executor.start(late, 1, RunId.of(id)), RunStatus.WAITING);
        time.advance(Duration.ofMinutes(1));
      }
      var second = ManualTime.BEGIN.plus(Duration.ofMinutes(1));
      var all = RunQuery.all(10);
      assertThat(executor.runs(all.withCreated(TimeRange.from(second))))
          .extracting(header -> header.id().value())
          .containsExactly("b", "c");
      assertThat(executor.runs(all.withCreated(TimeRange.before(second))))
          .extracting(header -> header.id().value())
          .containsExactly("a");
    }
  }
}
