package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.treadle.JoinPolicy;
import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Signalled;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.WorkItem;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keyed signals (design, 3.11).
@Timeout(30)
final class SignalTest {
  private static final Signal<String> APPROVED = Signal.of("approved", String.class);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  private static Step<Object, Integer, String> approval(String name) {
    return Step.await(
        name, Integer.class, String.class, APPROVED, n -> "k" + n, (n, by) -> n + " by " + by);
  }

  /// Each item of a fork waits for a signal of its own.
  private static Workflow<Object, Integer, String> approvals() {
    var fork = Flows.upTo("fork");
    var wait = approval("wait");
    var join = Step.join("join", String.class, String.class, List::toString);
    return Workflow.builder("approvals")
        .start(fork)
        .edge(fork, wait)
        .join(fork, wait, join)
        .end(join)
        .build();
  }

  private static RunHandle<String> waiting(WorkflowExecutor executor, int input) throws Exception {
    var handle = executor.start(Flows.only(approval("wait")), input, Flows.ID);
    Flows.awaitStatus(handle, RunStatus.WAITING);
    return handle;
  }

  // --- delivery

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void signal_isDelivered_andItsValueMeetsTheInput(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = waiting(executor, 7);
      assertThat(executor.signal(Flows.ID, APPROVED, "k7", "me")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("7 by me"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void plainAwait_givesTheValue_andGenericOnesGivePairs(boolean durable) throws Exception {
    var plain = Step.await("plain", Integer.class, APPROVED, n -> "k" + n);
    var pair =
        Step.types(TypeRef.of(String.class), new TypeRef<Signalled<String, String>>() {})
            .await("pair", APPROVED, text -> text, Signalled::new);
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.chain("two", plain, pair), 1, Flows.ID);
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "one")).isNotEqualTo(SignalAnswer.LATE);
      assertThat(executor.signal(Flows.ID, APPROVED, "one", "two")).isNotEqualTo(SignalAnswer.LATE);
      assertThat(Flows.end(handle))
          .isEqualTo(new RunResult.Completed<>(new Signalled<>("one", "two")));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void signalBeforeItsAwait_isKept_andOnlyTheFirst(boolean durable) throws Exception {
    var go = new CountDownLatch(1);
    var before =
        Step.map(
            "before",
            Integer.class,
            Integer.class,
            n -> {
              Flows.await(go);
              return n;
            });
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.chain("early", before, approval("wait")), 7, Flows.ID);
      assertThat(executor.signal(Flows.ID, APPROVED, "k7", "first")).isEqualTo(SignalAnswer.KEPT);
      assertThat(executor.signal(Flows.ID, APPROVED, "k7", "second")).isEqualTo(SignalAnswer.LATE);
      go.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("7 by first"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void signalAfterItsAwaitWasConsumed_isLate_andDropped(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(approvals(), 2, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, APPROVED, "k0", "a")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(executor.signal(Flows.ID, APPROVED, "k0", "b")).isEqualTo(SignalAnswer.LATE);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, APPROVED, "k0", "c")).isEqualTo(SignalAnswer.LATE);
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "d")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0 by a, 1 by d]"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keyThatIsAwaitedAgain_takesTheNextSignal(boolean durable) throws Exception {
    var wait =
        Step.await("wait", Integer.class, Integer.class, APPROVED, _ -> "k", (n, _) -> n + 1);
    var last = Flows.plus("last", 0);
    var workflow =
        Workflow.builder("loop")
            .start(wait)
            .branch(wait)
            .when(Integer.class)
            .and(n -> n < 3)
            .to(wait)
            .otherwise(last)
            .end(last)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 0, Flows.ID);
      for (int i = 0; i < 3; i++) {
        Flows.awaitStatus(handle, RunStatus.WAITING);
        assertThat(executor.signal(Flows.ID, APPROVED, "k", "go"))
            .isEqualTo(SignalAnswer.DELIVERED);
      }
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(3));
    }
  }

  // --- one await for each key

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void secondAwaitOfASignalAndKey_failsItsItem_withoutRetry(boolean durable) throws Exception {
    var fork = Flows.upTo("fork");
    var wait =
        Step.await("wait", Integer.class, String.class, APPROVED, _ -> "same", (n, by) -> n + by)
            .retry(RetryPolicy.fixed(Duration.ofHours(1)));
    var rescue =
        Step.<Object, Integer, String>of(
            "rescue",
            Integer.class,
            String.class,
            (ctx, _) -> Transition.next(ctx.failure().orElseThrow().message()));
    var join = Step.join("join", String.class, String.class, List::toString);
    var workflow =
        Workflow.builder("twice")
            .start(fork)
            .edge(fork, wait)
            .onFailure(wait, rescue)
            .join(fork, wait, join)
            .join(fork, rescue, join)
            .end(join)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 2, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, APPROVED, "same", "!"))
          .isEqualTo(SignalAnswer.DELIVERED);
      assertThat(Flows.end(handle).toString())
          .contains(
              "step \"wait\" can't wait for signal \"approved\" under the key \"same\": another"
                  + " item of the run waits there; give each wait a key of its own")
          .containsAnyOf("0!", "1!");
    }
  }

  // --- waiting

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void awaitingItem_holdsNoSlot_andTheRestGoesOn(boolean durable) throws Exception {
    var fork = Flows.upTo("fork");
    var wait = approval("wait");
    var counted = new AtomicInteger();
    var count = Step.map("count", Integer.class, Integer.class, _ -> counted.incrementAndGet());
    var workflow =
        Workflow.builder("beside")
            .start(fork)
            .edge(fork, wait)
            .edge(fork, count)
            .sink(count)
            .end(wait)
            .build();
    var builder = WorkflowExecutor.builder().time(time).parallelism(1);
    try (var executor = (durable ? builder.store(store) : builder).build()) {
      var handle = executor.start(workflow, 50, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(counted).hasValue(50);
      for (int i = 0; i < 50; i++) {
        assertThat(executor.signal(Flows.ID, APPROVED, "k" + i, "x"))
            .isEqualTo(SignalAnswer.DELIVERED);
      }
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
      assertThat(handle.outputs()).hasSize(50);
    }
  }

  @Test
  void runOnTheCallersThread_goesOnWhenSignalled() throws Exception {
    try (var executor = executor(false)) {
      var signaller =
          Thread.ofVirtual()
              .start(() -> {
                while (executor.find(Flows.ID).isEmpty()) {
                  Thread.onSpinWait();
                }
                executor.signal(Flows.ID, APPROVED, "k1", "me");
              });
      assertThat(executor.run(Flows.only(approval("wait")), 1, Flows.ID)).isEqualTo("1 by me");
      signaller.join();
    }
  }

  @Test
  void cancelledWait_isOver() throws Exception {
    try (var executor = executor(true)) {
      var handle = waiting(executor, 1);
      assertThat(handle.cancel()).isEqualTo(RunStatus.CANCELLED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.signal(Flows.ID, APPROVED, "k1", "me"))
          .withMessage("run the-run: is CANCELLED and waits for no signal any more");
    }
  }

  // --- failures

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void combinationThatThrows_isAFailureOfTheStep_andIsTriedAgainWithTheSameValue(boolean durable)
      throws Exception {
    var tries = new AtomicInteger();
    var wait =
        Step.types(TypeRef.of(Integer.class), TypeRef.of(String.class))
            .await(
                "wait",
                APPROVED,
                n -> "k" + n,
                (n, by) -> {
                  if (tries.incrementAndGet() < 3) {
                    throw new IllegalStateException("not yet");
                  }
                  return n + by;
                })
            .retry(RetryPolicy.fixed(Duration.ofHours(1)));
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(wait), 1, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "!")).isEqualTo(SignalAnswer.DELIVERED);
      for (int hour = 1; hour < 3; hour++) {
        time.awaitTimer(Duration.ofHours(hour));
        time.advance(Duration.ofHours(1));
      }
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("1!"));
    }
  }

  @Test
  void runThatFailedAtTheCombination_hasTheValueWhenResumed_alsoAfterDeath() throws Exception {
    var broken = new AtomicBoolean(true);
    var wait =
        Step.await(
            "wait",
            Integer.class,
            String.class,
            APPROVED,
            n -> "k" + n,
            (n, by) -> {
              if (broken.get()) {
                throw new IllegalStateException("broken");
              }
              return n + by;
            });
    try (var executor = executor(true)) {
      var handle = executor.start(Flows.only(wait), 1, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "!")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("broken");
    }
    broken.set(false);
    try (var executor = Flows.durable(store.reopen(), time)) {
      var handle = executor.resume(Flows.only(wait), Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("1!"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keyThatThrows_isAFailureOfTheStep(boolean durable) throws Exception {
    var tries = new AtomicInteger();
    var wait =
        Step.await(
                "wait",
                Integer.class,
                APPROVED,
                n -> {
                  if (tries.incrementAndGet() == 1) {
                    throw new IOException("once");
                  }
                  return "k" + n;
                })
            .retry(RetryPolicy.fixed(Duration.ofHours(1)));
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(wait), 1, Flows.ID);
      time.awaitTimer(Duration.ofHours(1));
      time.advance(Duration.ofHours(1));
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "!")).isNotEqualTo(SignalAnswer.LATE);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("!"));
    }
  }

  @Test
  void keyThatCannotServe_failsTheItemOnce_sayingWhy() throws Exception {
    try (var executor = executor(true)) {
      var empty = Step.await("wait", Integer.class, APPROVED, _ -> "");
      assertThat(Flows.failed(executor.start(Flows.only(empty), 1)).failure().message())
          .isEqualTo("the key of signal \"approved\" has 1 to 256 characters, was 0");
    }
  }

  // --- the caller's mistakes

  @Test
  void signalOfAnotherType_isRefused_namingSignalAndTypes() throws Exception {
    try (var executor = executor(true)) {
      var handle = waiting(executor, 1);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> executor.signal(Flows.ID, Signal.of("approved", Integer.class), "k1", 1))
          .withMessage(
              "workflow \"only\" awaits signal \"approved\" with a java.lang.String, not with a"
                  + " java.lang.Integer");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> executor.signal(Flows.ID, Signal.of("other", String.class), "k1", "x"))
          .withMessage("workflow \"only\" has no step that awaits signal \"other\"");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> executor.signal(Flows.ID, APPROVED, "", "x"))
          .withMessage("the key of signal \"approved\" has 1 to 256 characters, was 0");
      assertThat(handle.status()).isEqualTo(RunStatus.WAITING);
    }
  }

  @Test
  void signalOverTheLimits_isRefused_namingTheSignal() throws Exception {
    try (var executor =
        WorkflowExecutor.builder()
            .store(store)
            .payloadLimits(PayloadLimits.defaults().withMaxBytes(20))
            .build()) {
      waiting(executor, 1);
      assertThatExceptionOfType(PayloadException.class)
          .isThrownBy(() -> executor.signal(Flows.ID, APPROVED, "k1", "x".repeat(30)))
          .withMessageContaining("the value of signal \"approved\"")
          .withMessageNotContaining("xxxx");
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "x")).isEqualTo(SignalAnswer.DELIVERED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void finishedOrUnknownRun_isATypedError(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      assertThatExceptionOfType(UnknownRunException.class)
          .isThrownBy(() -> executor.signal(RunId.of("nobody"), APPROVED, "k", "x"));
      var handle = waiting(executor, 1);
      executor.signal(Flows.ID, APPROVED, "k1", "me");
      Flows.end(handle);
      assertThatExceptionOfType(RunException.class)
          .isThrownBy(() -> executor.signal(Flows.ID, APPROVED, "k1", "me"))
          .satisfies(e ->
              assertThat(e)
                  .isInstanceOf(durable ? RunConflictException.class : UnknownRunException.class));
    }
  }

  @Test
  void itemByItem_anAwaitIsRefused() {
    var workflow = Flows.only(approval("wait"));
    var run = RunContext.of(workflow, Flows.ID);
    var queue = new ArrayDeque<WorkItem>();
    try (var executor = WorkflowExecutor.create()) {
      org.assertj.core.api.Assertions.assertThatIllegalStateException()
          .isThrownBy(() -> executor.processWorkItem(run, workflow.startWorkItem(1), queue))
          .withMessageContaining("step \"wait\" awaits a signal");
    }
  }

  // --- stored runs

  @Test
  void await_survivesDeath_andTheGroupOfItsJoinStaysOpen() throws Exception {
    try (var dead = executor(true)) {
      var handle = dead.start(approvals(), 3, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(dead.signal(Flows.ID, APPROVED, "k1", "a")).isEqualTo(SignalAnswer.DELIVERED);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      try (var executor = Flows.durable(store.reopen(), time)) {
        var again = Flows.resumed(executor.recover(approvals()));
        Flows.awaitStatus(again, RunStatus.WAITING);
        assertThat(executor.signal(Flows.ID, APPROVED, "k1", "b")).isEqualTo(SignalAnswer.LATE);
        for (var key : List.of("k2", "k0")) {
          assertThat(executor.signal(Flows.ID, APPROVED, key, "c"))
              .isEqualTo(SignalAnswer.DELIVERED);
        }
        assertThat(Flows.end(again))
            .isEqualTo(new RunResult.Completed<>("[0 by c, 1 by a, 2 by c]"));
      }
    }
  }

  @Test
  void storedRunThatNobodyDrives_takesSignalsDurably_alsoWithoutItsWorkflow() throws Exception {
    try (var dead = executor(true)) {
      Flows.awaitStatus(dead.start(approvals(), 2, Flows.ID), RunStatus.WAITING);
    }
    try (var other = Flows.durable(store.reopen(), time)) {
      assertThat(other.signal(Flows.ID, APPROVED, "k1", "a")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(other.signal(Flows.ID, APPROVED, "k1", "b")).isEqualTo(SignalAnswer.LATE);
      assertThat(other.signal(Flows.ID, APPROVED, "k9", "c")).isEqualTo(SignalAnswer.KEPT);
      assertThat(other.signal(Flows.ID, APPROVED, "k9", "d")).isEqualTo(SignalAnswer.LATE);
      assertThat(other.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      var handle = Flows.resumed(executor.recover(approvals()));
      assertThat(executor.signal(Flows.ID, APPROVED, "k0", "e")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0 by e, 1 by a]"));
    }
  }

  @Test
  void failedRun_takesSignals_andHasThemWhenResumed() throws Exception {
    var broken = new AtomicBoolean(true);
    var fork = Flows.upTo("fork");
    var wait = approval("wait");
    var fail =
        Step.map(
            "fail",
            Integer.class,
            Integer.class,
            n -> {
              if (broken.get()) {
                throw new IOException("no");
              }
              return n;
            });
    var workflow =
        Workflow.builder("failing")
            .start(fork)
            .edge(fork, wait)
            .edge(fork, fail)
            .sink(fail)
            .end(wait)
            .build();
    try (var executor = executor(true)) {
      assertThat(Flows.failed(executor.start(workflow, 1, Flows.ID)).failure().step())
          .isEqualTo("fail");
      assertThat(executor.signal(Flows.ID, APPROVED, "k0", "me")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
      broken.set(false);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>("0 by me"));
    }
  }

  @Test
  void signal_isDurableBeforeItIsAnswered_atEveryCommit() throws Exception {
    for (int append = 1; append <= 9; append++) {
      deathAt(append, true);
      deathAt(append, false);
    }
  }

  /// Both signals of a run are sent until they are answered; whatever dies in between, each counts
  /// once.
  private static void deathAt(int append, boolean written) throws Exception {
    var dying = FaultyStore.create();
    dying = dying.unknown(append, written);
    var sent = new AtomicInteger();
    try (var executor = WorkflowExecutor.create(dying)) {
      executor.start(approvals(), 2, Flows.ID);
      for (; sent.get() < 2; sent.incrementAndGet()) {
        assertThat(executor.signal(Flows.ID, APPROVED, "k" + sent, "x" + sent))
            .isNotEqualTo(SignalAnswer.LATE);
      }
      executor.resume(approvals(), Flows.ID).await();
    } catch (dev.treadle.TreadleException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
    try (var executor = WorkflowExecutor.create(dying.reopen())) {
      // nobody drives the run yet, so what is answered depends on what is stored alone
      boolean goesOn =
          executor.find(Flows.ID).map(header -> !header.status().isFinal()).orElse(false);
      for (int i = 0; goesOn && i < 2; i++) {
        var answer = executor.signal(Flows.ID, APPROVED, "k" + i, "y" + i);
        if (i < sent.get()) {
          assertThat(answer).as("%d at %d %s", i, append, written).isEqualTo(SignalAnswer.LATE);
        }
      }
      var handle = executor.start(approvals(), 2, Flows.ID);
      if (!goesOn && !handle.status().isFinal()) {
        assertThat(executor.signal(Flows.ID, APPROVED, "k0", "y0")).isNotNull();
        assertThat(executor.signal(Flows.ID, APPROVED, "k1", "y1")).isNotNull();
      }
      assertThat(Flows.end(handle).toString())
          .as("at %d %s", append, written)
          .matches("Completed\\[output=\\[0 by [xy]0, 1 by [xy]1]]");
    }
  }

  @Test
  void waitsWithoutTimeOfAGroupThatHasClosed_areDropped_alsoAfterDeath() throws Exception {
    var fork = Flows.upTo("fork");
    var wait = approval("wait");
    var join = Step.join("join", String.class, String.class, List::toString);
    var last =
        Step.await("last", String.class, String.class, APPROVED, _ -> "k1", (all, by) -> all + by);
    var workflow =
        Workflow.builder("first")
            .start(fork)
            .edge(fork, wait)
            .join(fork, wait, join)
            .policy(join, JoinPolicy.first())
            .edge(join, last)
            .end(last)
            .build();
    try (var dead = executor(true)) {
      var handle = dead.start(workflow, 3, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(dead.signal(Flows.ID, APPROVED, "k2", "me")).isEqualTo(SignalAnswer.DELIVERED);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(dead.signal(Flows.ID, APPROVED, "k0", "you")).isEqualTo(SignalAnswer.LATE);
      try (var executor = Flows.durable(store.reopen(), time)) {
        var again = Flows.resumed(executor.recover(workflow));
        Flows.awaitStatus(again, RunStatus.WAITING);
        assertThat(executor.signal(Flows.ID, APPROVED, "k0", "you")).isEqualTo(SignalAnswer.LATE);
        // the key of a dropped wait may be awaited again
        assertThat(executor.signal(Flows.ID, APPROVED, "k1", "!"))
            .isEqualTo(SignalAnswer.DELIVERED);
        assertThat(Flows.end(again)).isEqualTo(new RunResult.Completed<>("[2 by me]!"));
      }
    }
  }

  // --- changed code

  @Test
  void storedWaits_mustFitTheWorkflow() throws Exception {
    try (var executor = executor(true)) {
      waiting(executor, 1);
    }
    var wait = Step.map("wait", Integer.class, String.class, String::valueOf);
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.resume(Flows.only(wait), Flows.ID))
          .withMessageContaining(
              "step \"wait\" awaits signal \"approved\", but does not in the workflow now");
    }
  }

  @Test
  void storedSignals_mustReadAsTheTypeNowDeclared() throws Exception {
    try (var executor = executor(true)) {
      waiting(executor, 1);
      assertThat(executor.signal(Flows.ID, APPROVED, "later", "no number"))
          .isEqualTo(SignalAnswer.KEPT);
    }
    var wait =
        Step.await("wait", Integer.class, Signal.of("approved", Integer.class), n -> "k" + n);
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.resume(Flows.only(wait), Flows.ID))
          .withMessageContaining("the value of signal \"approved\"");
    }
  }

  // --- cost

  @Test
  void manyOpenAwaits_makeNoCommitLarger() throws Exception {
    var faulty = FaultyStore.create();
    try (var executor = WorkflowExecutor.create(faulty)) {
      var handle = executor.start(approvals(), 5_000, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, APPROVED, "k4000", "x"))
          .isEqualTo(SignalAnswer.DELIVERED);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(faulty.commits(Flows.ID))
          .filteredOn(commit -> commit.header().sequence() > 2)
          .allSatisfy(commit -> assertThat(commit.puts()).hasSizeLessThanOrEqualTo(3));
    }
  }
}
