package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.JoinPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Awaits that give up (design, 3.11).
@Timeout(30)
final class DeadlineTest {
  private static final Signal<String> APPROVED = Signal.of("approved", String.class);
  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  private static Step<Object, Integer, String> approval() {
    return Step.await(
        "wait", Integer.class, String.class, APPROVED, n -> "k" + n, (n, by) -> n + " by " + by);
  }

  private static Step<Object, Integer, String> late(String name) {
    return Step.map(name, Integer.class, String.class, n -> n + " " + name);
  }

  private static Workflow<Object, Integer, String> approvals() {
    var fork = Flows.upTo("fork");
    var wait = approval();
    var late = late("late");
    var join = Step.join("join", String.class, String.class, List::toString);
    return Workflow.builder("approvals")
        .start(fork)
        .edge(fork, wait)
        .onDeadline(wait, HOUR, late)
        .join(fork, wait, join)
        .join(fork, late, join)
        .end(join)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void timeThatIsOver_leadsTheInputToTheDeadlinesStep(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(approvals(), 3, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      time.awaitTimer(HOUR);
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "me")).isEqualTo(SignalAnswer.DELIVERED);
      time.advance(HOUR.minusNanos(1));
      assertThat(handle.await(Duration.ZERO)).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(Flows.end(handle))
          .isEqualTo(new RunResult.Completed<>("[0 late, 1 by me, 2 late]"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void signalAfterTheDeadline_isLate(boolean durable) throws Exception {
    var wait = approval();
    var over = new CountDownLatch(1);
    var late =
        Step.map(
            "late",
            Integer.class,
            String.class,
            n -> {
              over.countDown();
              return n + " late";
            });
    var last = Step.await("last", String.class, Signal.of("last", String.class), text -> text);
    var workflow =
        Workflow.builder("late")
            .start(wait)
            .onDeadline(wait, HOUR, late)
            .edge(wait, last)
            .edge(late, last)
            .end(last)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      var done = Signal.of("last", String.class);
      Flows.await(over);
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "me")).isEqualTo(SignalAnswer.LATE);
      assertThat(executor.signal(Flows.ID, done, "1 late", "done")).isNotEqualTo(SignalAnswer.LATE);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("done"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deadlineAfterTheSignal_isNothing(boolean durable) throws Exception {
    var wait = approval();
    var late = late("late");
    var pause = Step.sleep("pause", String.class, HOUR.multipliedBy(2));
    var workflow =
        Workflow.builder("paused")
            .start(wait)
            .onDeadline(wait, HOUR, late)
            .edge(wait, pause)
            .edge(late, pause)
            .end(pause)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      time.awaitTimer(HOUR);
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "me")).isEqualTo(SignalAnswer.DELIVERED);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      time.advance(HOUR.multipliedBy(2));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("1 by me"));
      assertThat(handle.outputs()).hasSize(1);
    }
  }

  @Test
  void signalAndDeadline_areCommits_andTheFirstWins() throws Exception {
    int delivered = 0;
    for (int i = 0; i < 200; i++) {
      var now = new ManualTime();
      try (var executor = WorkflowExecutor.builder().time(now).build()) {
        var handle = executor.start(approvals(), 1, Flows.ID);
        now.awaitTimer(HOUR);
        var clock = Thread.ofVirtual().start(() -> now.advance(HOUR));
        var answer = SignalAnswer.LATE;
        try {
          answer = executor.signal(Flows.ID, APPROVED, "k0", "me");
        } catch (UnknownRunException e) { // the run is over by its deadline
          assertThat(e).hasMessageContaining("is not going on");
        }
        clock.join();
        boolean won = answer == SignalAnswer.DELIVERED;
        delivered += won ? 1 : 0;
        assertThat(Flows.end(handle))
            .isEqualTo(new RunResult.Completed<>(won ? "[0 by me]" : "[0 late]"));
      }
    }
    assertThat(delivered).isBetween(0, 200);
  }

  @Test
  void deadlineThatPassedWhileTheProcessWasDown_firesAtRecovery() throws Exception {
    try (var dead = executor(true)) {
      Flows.awaitStatus(dead.start(approvals(), 2, Flows.ID), RunStatus.WAITING);
    }
    time.advance(HOUR.multipliedBy(5));
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(Flows.end(Flows.resumed(executor.recover(approvals()))))
          .isEqualTo(new RunResult.Completed<>("[0 late, 1 late]"));
    }
  }

  @Test
  void signalThatCameWhileTheProcessWasDown_winsOverADeadlineThatPassedSince() throws Exception {
    try (var dead = executor(true)) {
      Flows.awaitStatus(dead.start(approvals(), 2, Flows.ID), RunStatus.WAITING);
    }
    try (var other = Flows.durable(store.reopen(), time)) {
      assertThat(other.signal(Flows.ID, APPROVED, "k1", "me")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(other.find(Flows.ID).orElseThrow().dueAt()).contains(ManualTime.BEGIN.plus(HOUR));
    }
    time.advance(HOUR.multipliedBy(5));
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(Flows.end(Flows.resumed(executor.recover(approvals()))))
          .isEqualTo(new RunResult.Completed<>("[0 late, 1 by me]"));
    }
  }

  @Test
  void deathAtEveryCommit_losesNoDeadline() throws Exception {
    for (int append = 1; append <= 8; append++) {
      for (boolean written : List.of(true, false)) {
        var now = new ManualTime();
        var dying = FaultyStore.create();
        dying = dying.unknown(append, written);
        try (var executor =
            WorkflowExecutor.builder().store(dying).time(now).parallelism(1).build()) {
          var handle = executor.start(approvals(), 2, Flows.ID);
          if (append > 4) { // the start, the fork and the awaits
            now.awaitTimer(HOUR);
            Flows.awaitStatus(handle, RunStatus.WAITING);
            now.advance(HOUR);
          }
          assertThatExceptionOfType(CommitUnknownException.class).isThrownBy(handle::await);
        } catch (CommitUnknownException e) {
          assertThat(append).isEqualTo(1);
        }
        try (var executor = WorkflowExecutor.builder().store(dying.reopen()).time(now).build()) {
          var handle = executor.start(approvals(), 2, Flows.ID);
          if (append <= 4) {
            now.awaitTimer(HOUR);
            Flows.awaitStatus(handle, RunStatus.WAITING);
            now.advance(HOUR);
          }
          assertThat(Flows.end(handle))
              .as("at %d %s", append, written)
              .isEqualTo(new RunResult.Completed<>("[0 late, 1 late]"));
        }
      }
    }
  }

  @Test
  void deadlineOfANestedScope_leavesIt_andTheEnclosingJoinStillCloses() throws Exception {
    var outer = Flows.upTo("outer");
    var inner = Flows.upTo("inner");
    var wait = approval();
    var innerJoin = Step.join("inner-join", String.class, String.class, List::toString);
    var late = late("late");
    var outerJoin = Step.join("outer-join", String.class, String.class, List::toString);
    var workflow =
        Workflow.builder("nested")
            .start(outer)
            .edge(outer, inner)
            .edge(inner, wait)
            .onDeadline(wait, HOUR, late)
            .join(inner, wait, innerJoin)
            .join(outer, innerJoin, outerJoin)
            .join(outer, late, outerJoin)
            .end(outerJoin)
            .build();
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 2, Flows.ID); // one wait, of the second inner fork
      time.awaitTimer(HOUR);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[[], 0 late, []]"));
    }
  }

  @Test
  void storedDeadline_mustFitTheWorkflow() throws Exception {
    try (var executor = executor(true)) {
      Flows.awaitStatus(executor.start(approvals(), 1, Flows.ID), RunStatus.WAITING);
    }
    var fork = Flows.upTo("fork");
    var wait = approval();
    var join = Step.join("join", String.class, String.class, List::toString);
    var changed =
        Workflow.builder("approvals")
            .start(fork)
            .edge(fork, wait)
            .join(fork, wait, join)
            .end(join)
            .build();
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.resume(changed, Flows.ID))
          .withMessageContaining("step \"wait\" waits for a deadline, but has none now");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitsOfAGroupThatHasClosed_areDropped_andTheirSignalsLate(boolean durable) throws Exception {
    var fork = Flows.upTo("fork");
    var wait = approval();
    var late = late("late");
    var join = Step.join("join", String.class, String.class, List::toString);
    var done = Signal.of("done", String.class);
    var last =
        Step.await("last", String.class, String.class, done, _ -> "k", (all, by) -> all + by);
    var workflow =
        Workflow.builder("first")
            .start(fork)
            .edge(fork, wait)
            .onDeadline(wait, HOUR, late)
            .join(fork, wait, join)
            .join(fork, late, join)
            .policy(join, JoinPolicy.first())
            .edge(join, last)
            .end(last)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 3, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, APPROVED, "k1", "me")).isEqualTo(SignalAnswer.DELIVERED);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(executor.signal(Flows.ID, APPROVED, "k0", "you")).isEqualTo(SignalAnswer.LATE);
      time.advance(HOUR.multipliedBy(2));
      assertThat(executor.signal(Flows.ID, APPROVED, "k2", "you")).isEqualTo(SignalAnswer.LATE);
      assertThat(executor.signal(Flows.ID, done, "k", "!")).isEqualTo(SignalAnswer.DELIVERED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[1 by me]!"));
    }
  }
}
