package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.ChildResult;
import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TreadleException;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps that wait for other runs (issue 3, point 6).
@Timeout(30)
final class AwaitRunTest {
  private static final RunId CHILD = RunId.of("the-child");
  private static final Signal<Integer> GO = Signal.of("go", Integer.class);
  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicBoolean broken = new AtomicBoolean();

  /// Waits for a number, and multiplies with it.
  private final Workflow<Object, Integer, Integer> child = child();

  private Workflow<Object, Integer, Integer> child() {
    var wait = Step.await("go", Integer.class, Integer.class, GO, n -> "k" + n, (n, by) -> n * by);
    var check =
        Step.map(
            "check",
            Integer.class,
            Integer.class,
            n -> {
              if (broken.get()) {
                throw new IllegalStateException("broken");
              }
              return n;
            });
    return Flows.chain("child", wait, check);
  }

  private final Step<Object, Integer, Integer> start =
      Step.<Object, Integer, Integer>of(
          "start",
          Integer.class,
          Integer.class,
          (ctx, n) -> {
            ctx.start(child, id(n), n);
            return Transition.next(n);
          });

  private static RunId id(int n) {
    return RunId.of(CHILD + "-" + n);
  }

  private Step<Object, Integer, Integer> awaiting() {
    return Step.awaitRun("await", Integer.class, Integer.class, child, AwaitRunTest::id);
  }

  private Step<Object, Integer, String> telling() {
    return Step.awaitRun(
        "await", Integer.class, String.class, child, AwaitRunTest::id, (n, end) -> n + " " + end);
  }

  private Workflow<Object, Integer, Integer> parent() {
    return Flows.chain("parent", start, awaiting());
  }

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  /// Lets a child go on.
  private static void go(WorkflowExecutor executor, int child, int by) {
    assertThat(executor.signal(id(child), GO, "k" + child, by)).isNotEqualTo(SignalAnswer.LATE);
  }

  // --- the result

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void parent_waitsForItsChild_withoutASlot_andGetsItsOutput(boolean durable) throws Exception {
    var builder = WorkflowExecutor.builder().time(time).parallelism(1);
    try (var executor = (durable ? builder.store(store) : builder).build()) {
      var handle = executor.start(parent(), 4, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      go(executor, 4, 10);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(40));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void childThatEndedBeforeItsAwait_givesItsResult(boolean durable) throws Exception {
    var quick = Flows.only(Flows.plus("quick", 1));
    var begin =
        Step.<Object, Integer, Integer>of(
            "begin",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.start(quick, CHILD, n);
              return Transition.after(HOUR, n);
            });
    var await = Step.awaitRun("await", Integer.class, Integer.class, quick, _ -> CHILD);
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.chain("late", begin, await), 4, Flows.ID);
      time.awaitTimer(HOUR);
      for (int i = 0; i < 1_000_000 && goesOn(executor); i++) {
        Thread.onSpinWait();
      }
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(5));
    }
  }

  private static boolean goesOn(WorkflowExecutor executor) {
    return executor.find(CHILD).map(header -> !header.status().isFinal()).orElse(false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyChildren_areAwaitedAtOnce(boolean durable) throws Exception {
    var join = Flows.text("join");
    var fork = Flows.upTo("fork");
    var await = awaiting();
    var workflow =
        Workflow.builder("many")
            .start(fork)
            .then(start)
            .then(await)
            .join(fork, await, join)
            .end(join)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 20, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      for (int i = 19; i >= 0; i--) {
        go(executor, i, 2);
      }
      assertThat(Flows.end(handle).toString()).contains("[0, 2, 4, 6, 8,").contains("36, 38]");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void childThatFails_failsTheItem(boolean durable) throws Exception {
    broken.set(true);
    try (var executor = executor(durable)) {
      var handle = executor.start(parent(), 4, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      go(executor, 4, 10);
      var failure = Flows.failed(handle).failure();
      assertThat(failure.step()).isEqualTo("await");
      assertThat(failure.message())
          .isEqualTo(
              "run the-child-4 failed at step \"check\": java.lang.IllegalStateException: broken");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void childThatFails_isAResultToTheStepThatTakesResults(boolean durable) throws Exception {
    broken.set(true);
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.chain("parent", start, telling()), 4, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      go(executor, 4, 10);
      assertThat(Flows.end(handle).toString()).contains("4 Failed[run=the-child-4");
    }
  }

  @Test
  void retryOfAFailedAwait_looksAnew() throws Exception {
    broken.set(true);
    var await = awaiting().retry(RetryPolicy.fixed(HOUR));
    try (var executor = executor(true)) {
      var handle = executor.start(Flows.chain("parent", start, await), 4, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      go(executor, 4, 10);
      time.awaitTimer(HOUR);
      broken.set(false);
      assertThat(Flows.end(executor.resume(child, id(4)))).isEqualTo(new RunResult.Completed<>(40));
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(40));
    }
  }

  @Test
  void everyEndOfAChild_isTold() {
    var failure = new dev.treadle.StepFailure("s", 1, "t", "m", "");
    assertThat(
            List.of(
                new ChildEnd(CHILD, new RunResult.Completed<>(1)).result(),
                new ChildEnd(CHILD, new RunResult.CompletedWithoutOutput<>()).result(),
                new ChildEnd(CHILD, new RunResult.Failed<>(failure)).result(),
                new ChildEnd(CHILD, new RunResult.Stalled<>(java.util.Map.of("h", 1L))).result(),
                new ChildEnd(CHILD, new RunResult.Cancelled<>()).result()))
        .containsExactly(
            new ChildResult.Completed<>(CHILD, 1),
            new ChildResult.CompletedWithoutOutput<>(CHILD),
            new ChildResult.Failed<>(CHILD, failure),
            new ChildResult.Stalled<>(CHILD, java.util.Map.of("h", 1L)),
            new ChildResult.Cancelled<>(CHILD));
    assertThatExceptionOfType(dev.treadle.ChildRunException.class)
        .isThrownBy(() -> new ChildResult.Stalled<>(CHILD, java.util.Map.of("h", 1L)).output())
        .withMessage("run the-child stalled: these steps hold items: {h=1}");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unknownRun_failsTheItem(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      assertThat(Flows.failed(executor.start(Flows.only(awaiting()), 4)).failure().type())
          .isEqualTo(UnknownRunException.class.getName());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runOfAnotherWorkflow_failsTheItem(boolean durable) throws Exception {
    var other = Flows.chain("other", Flows.plus("a", 0), Step.sleep("b", Integer.class, HOUR));
    try (var executor = executor(durable)) {
      var handle = executor.start(other, 1, id(4));
      var waiting = executor.start(Flows.only(awaiting()), 4, Flows.ID);
      Flows.awaitStatus(waiting, RunStatus.WAITING);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      Flows.end(handle);
      assertThat(Flows.failed(waiting).failure().message()).contains("other");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deadline_endsTheWaitForARun(boolean durable) throws Exception {
    var await = awaiting();
    var late = Step.map("late", Integer.class, Integer.class, n -> -n);
    var workflow =
        Workflow.builder("parent")
            .start(start)
            .then(await)
            .onDeadline(await, HOUR, late)
            .end(await)
            .end(late)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 4, Flows.ID);
      time.awaitTimer(HOUR);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(-4));
    }
  }

  // --- cancel

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void childThatIsAwaited_isCancelledWithItsParent(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(parent(), 4, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      var waiting = executor.resume(child, id(4));
      assertThat(handle.cancel()).isEqualTo(RunStatus.CANCELLED);
      assertThat(Flows.end(waiting)).isEqualTo(new RunResult.Cancelled<>());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void childThatNobodyAwaits_isNotCancelledWithItsParent(boolean durable) throws Exception {
    var pause = Step.sleep("pause", Integer.class, HOUR);
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.chain("parent", start, pause), 4, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      var child4 = executor.resume(child, id(4));
      assertThat(handle.cancel()).isEqualTo(RunStatus.CANCELLED);
      go(executor, 4, 3);
      assertThat(Flows.end(child4)).isEqualTo(new RunResult.Completed<>(12));
    }
  }

  @Test
  void deathWhileCancelling_cancelsTheChildAfterwards() throws Exception {
    for (int more = 1; more <= 3; more++) { // cancelling, the child's two, the end
      var dying = FaultyStore.create();
      try (var executor = Flows.durable(dying, time)) {
        var handle = executor.start(parent(), 4, Flows.ID);
        Flows.awaitStatus(handle, RunStatus.WAITING);
        Flows.awaitStatus(executor.resume(child, id(4)), RunStatus.WAITING);
        dying.unknownAfter(dying.batches().size() + more);
        assertThatExceptionOfType(TreadleException.class)
            .isThrownBy(() -> {
              handle.cancel();
              handle.await();
            });
      }
      try (var executor = Flows.durable(dying.reopen(), time)) {
        executor.recover(parent(), child);
        assertThat(Flows.end(executor.resume(child, id(4))))
            .as("after %d", more)
            .isEqualTo(new RunResult.Cancelled<>());
        assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.CANCELLED);
      }
    }
  }

  // --- death

  @Test
  void waitForARun_survivesDeath_andFindsChildrenThatEndedMeanwhile() throws Exception {
    try (var dead = executor(true)) {
      Flows.awaitStatus(dead.start(parent(), 4, Flows.ID), RunStatus.WAITING);
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      executor.recover(child); // not the parent
      go(executor, 4, 5);
      assertThat(Flows.end(executor.resume(child, id(4)))).isEqualTo(new RunResult.Completed<>(20));
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(Flows.end(executor.resume(parent(), Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(20));
    }
  }

  @Test
  void parentThatIsResumedAlone_goesOnWhenItsChildDoes() throws Exception {
    try (var dead = executor(true)) {
      Flows.awaitStatus(dead.start(parent(), 4, Flows.ID), RunStatus.WAITING);
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      var handle = executor.resume(parent(), Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(id(4), GO, "k4", 5)).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(handle.await(Duration.ofMillis(20))).isEmpty();
      assertThat(Flows.end(executor.resume(child, id(4)))).isEqualTo(new RunResult.Completed<>(20));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(20));
    }
  }

  @Test
  void deathAtEveryCommit_givesTheSame() throws Exception {
    var parent = parent();
    for (int append = 1; append <= 9; append++) {
      for (boolean written : List.of(true, false)) {
        var dying = FaultyStore.create();
        dying = dying.unknown(append, written);
        try (var executor = Flows.durable(dying, time)) {
          var handle = executor.start(parent, 4, Flows.ID);
          while (executor.find(id(4)).isEmpty()) {
            Thread.onSpinWait();
          }
          executor.signal(id(4), GO, "k4", 10);
          assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(40));
        } catch (TreadleException e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
        try (var executor = Flows.durable(dying.reopen(), time)) {
          executor.recover(parent, child);
          var handle = executor.start(parent, 4, Flows.ID);
          while (executor.find(id(4)).isEmpty()) {
            Thread.onSpinWait();
          }
          try {
            executor.signal(id(4), GO, "k4", 10);
          } catch (RunConflictException e) { // the child was done before the death, or is by now
            assertThat(e).hasMessageContaining("COMPLETED");
          }
          assertThat(Flows.end(handle))
              .as("at %d %s", append, written)
              .isEqualTo(new RunResult.Completed<>(40));
        }
      }
    }
  }

  @Test
  void storedWaitForARun_mustFitTheWorkflow() throws Exception {
    try (var dead = executor(true)) {
      Flows.awaitStatus(dead.start(parent(), 4, Flows.ID), RunStatus.WAITING);
    }
    var changed = Flows.chain("parent", start, Flows.plus("await", 1));
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.resume(changed, Flows.ID))
          .withMessageContaining(
              "step \"await\" awaits run the-child-4, but does not in the workflow now");
    }
  }
}
