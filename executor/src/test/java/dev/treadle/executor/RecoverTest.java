package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import dev.treadle.executor.spi.Entry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Taking over what a dead process has left, with the same workflows or changed ones.
@Timeout(20)
final class RecoverTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicBoolean patient = new AtomicBoolean();

  private <I> Step<Object, I, I> blocking(String name, Class<I> type, CountDownLatch in) {
    return Step.map(
        name,
        type,
        type,
        value -> {
          in.countDown();
          if (!patient.get()) {
            Flows.blockForever();
          }
          return value;
        });
  }

  private Workflow<Object, Integer, Integer> blocked(String name, CountDownLatch in) {
    var first = Flows.plus("first", 1);
    return Flows.chain(name, first, blocking("second", Integer.class, in));
  }

  /// Runs the workflow until it blocks in a step, and dies.
  private <I> void leave(Workflow<?, I, ?> workflow, I input, CountDownLatch in) {
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      var handle = executor.start(workflow, input, Flows.ID);
      Flows.await(in);
      assertThat(executor.close(Duration.ZERO)).containsExactly(handle.id());
    }
    patient.set(true);
  }

  @Test
  void recover_answersForEveryUnfinishedRun() throws Exception {
    var in = new CountDownLatch(3);
    var known = blocked("known", in);
    var unknown = blocked("unknown", in);
    var changed = blocked("changed", in);
    try (var dead = WorkflowExecutor.create(store)) {
      assertThat(dead.run(Flows.only(Flows.plus("only", 1)), 1, RunId.of("finished"))).isEqualTo(2);
      assertThat(dead.start(known, 1, RunId.of("run-c")).id()).isNotNull();
      assertThat(dead.start(unknown, 1, RunId.of("run-b")).id()).isNotNull();
      assertThat(dead.start(changed, 1, RunId.of("run-a")).id()).isNotNull();
      Flows.await(in);
      assertThat(dead.close(Duration.ZERO)).hasSize(3);
    }
    patient.set(true);
    var other = Flows.plus("other", 1);
    var changedNow = Workflow.builder("changed").start(other).end(other).build();
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      var answers = executor.recover(known, changedNow);
      assertThat(answers).hasSize(3);
      assertThat(answers.get(0))
          .isEqualTo(
              new Recovery.DoesNotFit(
                  RunId.of("run-a"),
                  List.of(
                      "step \"second\" has a pending item, but the workflow has no such step"
                          + " now")));
      assertThat(answers.get(1))
          .isEqualTo(new Recovery.UnknownWorkflow(RunId.of("run-b"), "unknown"));
      assertThat(answers.get(2).id()).isEqualTo(RunId.of("run-c"));
      assertThat(Flows.end(((Recovery.Resumed) answers.get(2)).handle()))
          .isEqualTo(new RunResult.Completed<>(2));
      assertThat(executor.recover(known))
          .as("those that were left alone are told again")
          .extracting(answer -> answer.id().value())
          .containsExactly("run-a", "run-b");
    }
  }

  @Test
  void recover_passesOverWhatIsDrivenHere() throws Exception {
    var in = new CountDownLatch(1);
    var workflow = blocked("known", in);
    try (var executor = WorkflowExecutor.create(store)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      Flows.await(in);
      assertThat(executor.recover(workflow)).isEmpty();
      assertThat(executor.close(Duration.ZERO)).containsExactly(handle.id());
    }
  }

  @Test
  void recover_looksAtMoreThanAPageOfRuns() throws Exception {
    var runs = 1_100;
    var in = new CountDownLatch(runs);
    var workflow = blocked("many", in);
    try (var dead = WorkflowExecutor.create(store)) {
      for (int i = 0; i < runs; i++) {
        assertThat(dead.start(workflow, i).id()).isNotNull();
      }
      Flows.await(in);
      assertThat(dead.close(Duration.ZERO)).hasSize(runs);
    }
    patient.set(true);
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      var answers = executor.recover(workflow);
      assertThat(answers).hasSize(runs).hasOnlyElementsOfType(Recovery.Resumed.class);
      for (var answer : answers) {
        assertThat(Flows.end(((Recovery.Resumed) answer).handle()))
            .isInstanceOf(RunResult.Completed.class);
      }
    }
  }

  // --- changed graphs

  /// Resumes with a changed workflow in every way, and expects the misfits and an untouched run.
  private <I> void assertMisfits(Workflow<?, I, ?> now, I input, String... misfits) {
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      var before = executor.find(Flows.ID);
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.resume(now, Flows.ID))
          .withMessageStartingWith(
              "run the-run: does not fit the workflow any more; it was left as it was: ")
          .satisfies(e -> assertThat(e.misfits()).containsExactly(misfits));
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.start(now, input, Flows.ID));
      assertThat(executor.recover(now))
          .containsExactly(new Recovery.DoesNotFit(Flows.ID, List.of(misfits)));
      assertThat(executor.find(Flows.ID)).isEqualTo(before);
    }
  }

  private <I> void assertStillRuns(Workflow<?, I, ?> before, Object output) throws Exception {
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(Flows.end(executor.resume(before, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(output));
    }
  }

  @Test
  void missingStep_isNamed() throws Exception {
    var in = new CountDownLatch(1);
    var before = blocked("changing", in);
    leave(before, 1, in);
    var first = Flows.plus("first", 1);
    var now = Workflow.builder("changing").start(first).end(first).build();
    assertMisfits(
        now, 1, "step \"second\" has a pending item, but the workflow has no such step now");
    assertStillRuns(before, 2);
  }

  record Old(int number) {}

  record New(String text) {}

  @Test
  void changedPayloadType_isNamed() throws Exception {
    var in = new CountDownLatch(1);
    var first = Step.map("first", Integer.class, Old.class, Old::new);
    var before = Flows.chain("changing", first, blocking("second", Old.class, in));
    leave(before, 1, in);
    var firstNow = Step.map("first", Integer.class, New.class, n -> new New("" + n));
    var second = Step.map("second", New.class, New.class, value -> value);
    assertMisfits(
        Flows.chain("changing", firstNow, second),
        1,
        "can't read the input of step \"second\": $.number: there is no property number in the"
            + " type");
    assertStillRuns(before, new Old(1));
  }

  @Test
  void changedCodeAndNewSteps_areNoMisfit() throws Exception {
    var in = new CountDownLatch(1);
    leave(blocked("changing", in), 1, in);
    var first = Flows.plus("first", 1);
    var second = Flows.plus("second", 10);
    var third = Flows.plus("third", 100);
    var now = Workflow.builder("changing").start(first).then(second).then(third).end(third).build();
    assertStillRuns(now, 112);
  }

  @Test
  void forkAndJoinThatAreNoneNow_areNamed() throws Exception {
    var in = new CountDownLatch(2);
    var each = blocking("each", Integer.class, in);
    var before = Flows.fork(each);
    leave(before, 2, in);
    var fork = Flows.upTo("fork");
    var now = Workflow.builder("forking").start(fork).edge(fork, each).end(each).build();
    assertMisfits(now, 2, "step \"fork\" has an open group, but is not a fork now");
    assertStillRuns(before, "[0, 1]");
  }

  @Test
  void stepThatMovedOutOfItsScope_isNamed() throws Exception {
    var in = new CountDownLatch(2);
    var each = blocking("each", Integer.class, in);
    var before = Flows.fork(each);
    leave(before, 2, in);
    var fork = Flows.upTo("fork");
    var other = Flows.plus("other", 0);
    var join = Flows.text("join");
    var late = Step.map("late", String.class, Integer.class, String::length);
    var now =
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, other)
            .join(fork, other, join)
            .edge(join, late)
            .edge(late, each)
            .end(each)
            .build();
    assertMisfits(now, 2, "step \"each\" does not lie in the scope of fork \"fork\" now (2 times)");
    assertStillRuns(before, "[0, 1]");
  }

  @Test
  void contextThatCameOrWent_isNamed() throws Exception {
    var in = new CountDownLatch(1);
    var step = blocking("step", Integer.class, in);
    var with =
        Workflow.builder("changing", Count.class, () -> new Count(0)).start(step).end(step).build();
    leave(with, 1, in);
    var without = Workflow.builder("changing").start(step).end(step).build();
    assertMisfits(without, 1, "it has a context, but the workflow has none now");
    assertStillRuns(with, 1);
  }

  @Test
  void severalMisfits_areAllNamed() throws Exception {
    var in = new CountDownLatch(2);
    var fork = Flows.upTo("fork");
    var one = blocking("one", Integer.class, in);
    var two = blocking("two", Integer.class, in);
    var before =
        Workflow.builder("changing", Count.class, () -> new Count(0))
            .start(fork)
            .edge(fork, one)
            .edge(fork, two)
            .end(one)
            .end(two)
            .build();
    leave(before, 1, in);
    var now = Workflow.builder("changing").start(fork).end(fork).build();
    assertMisfits(
        now,
        1,
        "it has a context, but the workflow has none now",
        "step \"one\" has a pending item, but the workflow has no such step now",
        "step \"two\" has a pending item, but the workflow has no such step now");
  }

  @Test
  void misfit_leavesTheStoredEntriesAsTheyWere() throws Exception {
    var in = new CountDownLatch(1);
    leave(blocked("changing", in), 1, in);
    var before = entries();
    var first = Flows.plus("first", 1);
    assertMisfits(
        Workflow.builder("changing").start(first).end(first).build(),
        1,
        "step \"second\" has a pending item, but the workflow has no such step now");
    assertThat(entries()).isEqualTo(before);
  }

  private List<Entry> entries() {
    try (var reader = store.reopen()) {
      assertThat(reader.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
      return reader.entries(Flows.ID, -1, 100);
    }
  }
}
