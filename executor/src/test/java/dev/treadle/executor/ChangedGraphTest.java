package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// When a stored run fits a changed graph, clause by clause, and what renames move. What a misfit
/// does to `resume`, `recover` and `check` is the same in each: see [LeftRun#assertMisfits].
@Timeout(20)
final class ChangedGraphTest {
  private static final String GONE = ", but the workflow has no such step now";

  private final LeftRun left = new LeftRun(1);

  private Step<Object, Integer, Integer> blocking(String name) {
    return left.blocking(name, Integer.class);
  }

  // --- payloads

  record Old(int number) {}

  record New(String text) {}

  @Test
  void contextThatDoesNotRead_isAMisfit() throws Exception {
    var step = blocking("step");
    var before =
        Workflow.builder("changing", Old.class, () -> new Old(1)).start(step).end(step).build();
    left.leave(before, 1);
    var now =
        Workflow.builder("changing", New.class, () -> new New("")).start(step).end(step).build();
    left.assertMisfits(
        now, "can't read the context: $.number: there is no property number in the type");
    left.assertGoesOn(before, 1);
  }

  @Test
  void contextThatIsNewInTheWorkflow_isAMisfit() throws Exception {
    var step = blocking("step");
    left.leave(Workflow.builder("changing").start(step).end(step).build(), 1);
    var now =
        Workflow.builder("changing", New.class, () -> new New("")).start(step).end(step).build();
    left.assertMisfits(now, "it has no context, but the workflow has one now");
  }

  @Test
  void pendingPayloadThatDoesNotRead_isAMisfit() throws Exception {
    var first = Step.map("first", Integer.class, Old.class, Old::new);
    var before = Flows.chain("changing", first, left.blocking("second", Old.class));
    left.leave(before, 1);
    var firstNow = Step.map("first", Integer.class, New.class, n -> new New("" + n));
    var second = Step.map("second", New.class, New.class, value -> value);
    left.assertMisfits(
        Flows.chain("changing", firstNow, second),
        "can't read the input of step \"second\": $.number: there is no property number in the"
            + " type");
    left.assertGoesOn(before, new Old(1));
  }

  // --- steps and scopes

  @Test
  void pendingItemWhoseStepIsGone_isAMisfit() throws Exception {
    var first = Flows.plus("first", 1);
    left.leave(Flows.chain("changing", first, blocking("second")), 1);
    left.assertMisfits(
        Flows.chain("changing", first, Flows.plus("other", 1)),
        "step \"second\" has a pending item" + GONE);
  }

  private Workflow<Object, Integer, String> forked() {
    return Flows.fork(blocking("each"));
  }

  /// The step of a fork, at whose second item the process dies.
  private Step<Object, Integer, Integer> passedAtOne() {
    return Step.of(
        "each",
        Integer.class,
        Integer.class,
        (_, n) -> {
          if (n == 1) {
            left.pass();
          }
          return Transition.next(n);
        });
  }

  @Test
  void forkAndJoinThatDoNotBelongTogetherNow_areAMisfit() throws Exception {
    left.leave(Flows.fork(passedAtOne()), 2, 3); // the start, the fork, one value
    var fork = Flows.upTo("fork");
    var quick = Flows.plus("each", 0);
    var join = Flows.text("join");
    var other = Flows.text("other");
    var tail = Step.map("tail", String.class, Integer.class, String::length);
    var again = Flows.upTo("again");
    var inner = Flows.plus("inner", 0);
    var now =
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, quick)
            .join(fork, quick, other)
            .edge(other, tail)
            .edge(tail, again)
            .edge(again, inner)
            .join(again, inner, join)
            .end(join)
            .build();
    left.assertMisfits(now, "fork \"fork\" and join \"join\" do not belong together now");
  }

  @Test
  void storedValueThatDoesNotRead_isAMisfit() throws Exception {
    var fork = Flows.upTo("fork");
    var each =
        Step.of(
            "each",
            Integer.class,
            Old.class,
            (_, n) -> {
              if (n == 1) {
                left.pass();
              }
              return Transition.next(new Old(n));
            });
    var join = Step.join("join", Old.class, String.class, List::toString);
    left.leave(
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .end(join)
            .build(),
        2,
        3);
    var eachNow = Step.map("each", Integer.class, New.class, n -> new New("" + n));
    var joinNow = Step.join("join", New.class, String.class, List::toString);
    left.assertMisfits(
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, eachNow)
            .join(fork, eachNow, joinNow)
            .end(joinNow)
            .build(),
        "can't read a value for the join \"join\": $.number: there is no property number in the"
            + " type");
  }

  @Test
  void openItemWhoseStepIsInNoScopeNow_isAMisfit() throws Exception {
    left.leave(forked(), 1);
    var fork = Flows.upTo("fork");
    var other = Flows.plus("other", 0);
    var join = Flows.text("join");
    var late = Step.map("late", String.class, Integer.class, String::length);
    var each = Flows.plus("each", 0);
    left.assertMisfits(
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, other)
            .join(fork, other, join)
            .edge(join, late)
            .edge(late, each)
            .end(each)
            .build(),
        "step \"each\" does not lie in the scope of fork \"fork\" now");
  }

  @Test
  void itemWhoseStepLiesInAScopeNow_isAMisfit() throws Exception {
    left.leave(Flows.chain("forking", Flows.plus("first", 0), blocking("each")), 1);
    var first = Flows.plus("first", 0);
    var fork = Flows.upTo("fork");
    var each = Flows.plus("each", 0);
    var join = Flows.text("join");
    left.assertMisfits(
        Workflow.builder("forking")
            .start(first)
            .edge(first, fork)
            .edge(fork, each)
            .join(fork, each, join)
            .end(join)
            .build(),
        "step \"each\" lies in a scope now, its item does not");
  }

  // --- what waits

  @Test
  void timerAndRetryWhoseStepIsGone_areMisfits() throws Exception {
    for (boolean timer : new boolean[] {true, false}) {
      var time = new ManualTime();
      var store = MemoryCheckpointStore.create();
      var waits =
          Step.of(
                  "waits",
                  Integer.class,
                  Integer.class,
                  (_, n) -> {
                    if (timer) {
                      return Transition.after(Duration.ofHours(1), n);
                    }
                    throw new IllegalStateException("not yet");
                  })
              .retry(RetryPolicy.fixed(Duration.ofHours(1)).maxAttempts(3));
      try (var executor = Flows.durable(store, time)) {
        Flows.awaitStatus(executor.start(Flows.only(waits), 4, Flows.ID), RunStatus.WAITING);
      }
      try (var reader = store.reopen()) {
        assertThat(
                WorkflowExecutor.check(reader, Flows.only(Flows.plus("other", 0)))
                    .misfits()
                    .getFirst()
                    .reasons())
            .containsExactly("step \"waits\" has a pending item" + GONE);
        assertThat(WorkflowExecutor.check(reader, renamed("waits", "other", 0)).allFit()).isTrue();
      }
      time.advance(Duration.ofHours(2));
      try (var executor = Flows.durable(store.reopen(), time)) {
        assertThat(executor.run(renamed("waits", "other", 5), 4, Flows.ID))
            .as("a delivery is delivered, a retry runs the present code")
            .isEqualTo(timer ? 4 : 9);
      }
    }
  }

  private static Workflow<Object, Integer, Integer> renamed(String was, String now, int more) {
    var step = Flows.plus(now, more);
    return Workflow.builder("only").start(step).rename(was, now).end(step).build();
  }

  // --- what is no misfit

  @Test
  void codeAndOtherSteps_mayChangeBetweenTwoSteps() throws Exception {
    left.leave(Flows.chain("changing", Flows.plus("first", 1), blocking("second")), 1);
    var first = Flows.plus("first", 1);
    var second = Flows.plus("second", 10);
    var third = Flows.plus("third", 100);
    left.assertGoesOn(
        Workflow.builder("changing").start(first).then(second).then(third).end(third).build(), 112);
  }

  // --- renames

  @Test
  void rename_movesThePendingItem_andIsStored() throws Exception {
    left.leave(Flows.chain("changing", Flows.plus("first", 1), blocking("second")), 1);
    var again = new LeftRun(1);
    var first = Flows.plus("first", 1);
    var second = again.blocking("deux", Integer.class);
    var now =
        Workflow.builder("changing")
            .start(first)
            .edge(first, second)
            .rename("second", "deux")
            .end(second)
            .build();
    try (var executor = left.next()) {
      assertThat(executor.recover(now)).hasOnlyElementsOfType(Recovery.Resumed.class);
      again.awaitInFlight();
      assertThat(executor.close(Duration.ZERO)).hasSize(1);
    }
    assertThat(left.entries())
        .filteredOn(entry -> entry.kind() == Entry.Kind.ITEM)
        .extracting(Entry::step)
        .containsExactly("deux");
    left.assertGoesOn(Flows.chain("changing", first, Flows.plus("deux", 0)), 2);
  }

  @Test
  void rename_ofForkJoinAndStepsBetween_movesTheOpenGroup() throws Exception {
    left.leave(Flows.fork(passedAtOne()), 2, 3);
    var forkNow = Flows.upTo("spread");
    var eachNow = Flows.plus("every", 10);
    var joinNow = Flows.text("gather");
    left.assertGoesOn(
        Workflow.builder("forking")
            .start(forkNow)
            .edge(forkNow, eachNow)
            .join(forkNow, eachNow, joinNow)
            .rename("fork", "spread")
            .rename("each", "every")
            .rename("join", "gather")
            .end(joinNow)
            .build(),
        "[0, 11]");
  }

  @Test
  void rename_ofTwoStepsToOne_addsUpWhatTheyHold() throws Exception {
    var store = MemoryCheckpointStore.create();
    var fork = Flows.upTo("fork");
    var even = Step.of("even", Integer.class, Integer.class, (_, _) -> Transition.hold());
    var odd = Step.of("odd", Integer.class, Integer.class, (_, _) -> Transition.hold());
    var before =
        Workflow.builder("holding")
            .start(fork)
            .branch(fork)
            .when(Integer.class)
            .and(n -> n % 2 == 0)
            .to(even)
            .otherwise(odd)
            .end(even)
            .end(odd)
            .build();
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(Flows.end(executor.start(before, 5, Flows.ID)))
          .isEqualTo(new RunResult.Stalled<>(Map.of("even", 3L, "odd", 2L)));
    }
    var any = Step.of("any", Integer.class, Integer.class, (_, _) -> Transition.hold());
    var now =
        Workflow.builder("holding")
            .start(fork)
            .edge(fork, any)
            .rename("even", "any")
            .rename("odd", "any")
            .end(any)
            .build();
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(Flows.end(executor.start(now, 5, Flows.ID)))
          .isEqualTo(new RunResult.Stalled<>(Map.of("any", 5L)));
    }
  }

  @Test
  void rename_overSeveralReleases_leadsToThePresentName() throws Exception {
    left.leave(Flows.only(blocking("a")), 1);
    var step = Flows.plus("c", 10);
    left.assertGoesOn(
        Workflow.builder("only").start(step).rename("a", "b").rename("b", "c").end(step).build(),
        11);
  }

  @Test
  void rename_ofAFinishedRunsStep_answersItsStoredOutcome() throws Exception {
    var store = MemoryCheckpointStore.create();
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(Flows.only(Flows.plus("waits", 1)), 4, Flows.ID)).isEqualTo(5);
    }
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.run(renamed("waits", "other", 100), 4, Flows.ID)).isEqualTo(5);
    }
  }
}
