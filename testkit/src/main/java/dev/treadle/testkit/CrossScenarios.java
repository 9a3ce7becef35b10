package dev.treadle.testkit;

import dev.treadle.JoinPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.SignalAnswer;
import dev.treadle.testkit.CompensationScenarios.Log;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What is told of one by one elsewhere, together: waits, undos and child runs in scopes that close
/// early, and in inlined workflows.
///
/// Stateless.
final class CrossScenarios {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private CrossScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        waitsInAClosedGroup(),
        undosOfAClosedGroup(),
        undosOfInlinedWorkflows(),
        undosOfADroppedInlinedWorkflow(),
        waitInAnInlinedWorkflow(),
        deadlineInAnInlinedWorkflow(),
        firstOfSeveralChildren());
  }

  // --- scopes that close

  private static Scenario<?, ?, ?> waitsInAClosedGroup() {
    return Scenario.of(
            "waits in a group that closes",
            3,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var await = WaitScenarios.await("await");
              var work = FlowScenarios.plus(journal, "work", 40);
              var join = FlowScenarios.text(journal, "join");
              var later = Step.sleep("later", String.class, HOUR);
              var last = journal.map("last", String.class, String.class, text -> text + "!");
              return Workflow.builder("waits")
                  .start(fork)
                  .branch(fork)
                  .when(Integer.class)
                  .and(n -> n < 2)
                  .to(await)
                  .otherwise(work)
                  .join(fork, await, join)
                  .join(fork, work, join)
                  .policy(join, JoinPolicy.first())
                  .edge(join, later)
                  .edge(later, last)
                  .end(last)
                  .build();
            })
        .outside(scene -> {
          if (scene.journal().hasExecuted("join") && !scene.journal().isRaised("late")) {
            WaitScenarios.send(scene, "k0", 7)
                .ifPresent(answer -> notDelivered(scene.journal(), answer));
            scene.journal().raise("late"); // once: each is a commit
          }
          Outside.movingTime().act(scene);
        })
        .completes("[42]!")
        .varying();
  }

  /// A wait that had not begun keeps the signal, and one that was dropped is too late; neither gets
  /// it.
  private static void notDelivered(Journal journal, SignalAnswer answer) {
    Scenario.equal(
        "delivered to a dropped wait, " + journal.executions(),
        answer == SignalAnswer.DELIVERED,
        false);
  }

  private static Step<Object, Integer, Integer> byTheHour(Journal journal, int highest) {
    return journal.of(
        "hour",
        Integer.class,
        Integer.class,
        (_, n) ->
            n == highest
                ? Transition.next(n)
                : Transition.after(HOUR.multipliedBy(highest - n), n));
  }

  private static <T> Step<Object, T, T> failing(Journal journal, Class<T> type) {
    return journal.of("fails", type, type, (_, _) -> Transition.abort("too late"));
  }

  private static Scenario<?, ?, ?> undosOfAClosedGroup() {
    return Scenario.<Log, Integer, String>of(
            "undos of a group that has closed",
            4,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var each = CompensationScenarios.does(journal, "each");
              var hour = byTheHour(journal, 4);
              var join = FlowScenarios.text(journal, "join");
              var fails = failing(journal, String.class);
              return Workflow.builder("closed", Log.class, Log::of)
                  .start(fork)
                  .edge(fork, each)
                  .edge(each, hour)
                  .join(fork, hour, join)
                  .policy(join, JoinPolicy.first())
                  .edge(join, fails)
                  .compensate(each, CompensationScenarios.undo(journal, each, 0))
                  .end(fails)
                  .build();
            })
        .fails("fails", 1, "too late")
        .expects(CrossScenarios::allUndone)
        .varying();
  }

  private static void allUndone(FinishedRun<?> end) {
    var log = (Log) end.context().orElseThrow();
    Scenario.equal("whether " + log + " is reversed", log.isReversed(), true);
    long undone = log.lines().stream().filter(line -> !line.startsWith("+")).count();
    Scenario.equal("undone, of " + log, (long) end.undos().undone(), undone);
  }

  // --- inlined workflows

  /// Does something, waits, and does something else.
  private static Workflow<Log, Integer, Integer> inner(Journal journal) {
    var one = CompensationScenarios.does(journal, "one");
    var wait = Step.sleep("wait", Integer.class, HOUR);
    var two = CompensationScenarios.does(journal, "two");
    return Workflow.builder("inner", Log.class, Log::of)
        .start(one)
        .then(wait)
        .then(two)
        .compensate(one, CompensationScenarios.undo(journal, one, 0))
        .compensate(two, CompensationScenarios.undo(journal, two, 0))
        .end(two)
        .build();
  }

  private static Workflow<Log, Integer, Integer> middle(Journal journal) {
    var before = CompensationScenarios.does(journal, "before");
    var in = Step.workflow("in", inner(journal));
    return Workflow.builder("middle", Log.class, Log::of)
        .start(before)
        .then(in)
        .compensate(before, CompensationScenarios.undo(journal, before, 0))
        .end(in)
        .build();
  }

  private static Scenario<?, ?, ?> undosOfInlinedWorkflows() {
    return Scenario.<Log, Integer, Integer>of(
            "undos of workflows in workflows",
            1,
            journal -> {
              var middle = Step.workflow("middle", middle(journal));
              var fails = failing(journal, Integer.class);
              return Workflow.builder("outer", Log.class, Log::of)
                  .start(middle)
                  .then(fails)
                  .end(fails)
                  .build();
            })
        .fails("fails", 1, "too late")
        .expects(end -> {
          var log = (Log) end.context().orElseThrow();
          Scenario.equal("lines of " + log, log.lines().size(), 6);
          Scenario.equal("undone", end.undos().undone(), 3);
        });
  }

  /// The inlined workflow fails and is dropped, and what it has done stays until the run fails.
  private static Scenario<?, ?, ?> undosOfADroppedInlinedWorkflow() {
    return Scenario.<Log, Integer, Integer>of(
            "undos of an inlined workflow that was dropped",
            1,
            journal -> {
              var does = CompensationScenarios.does(journal, "does");
              var breaks =
                  journal.of(
                      "breaks", Integer.class, Integer.class, (_, _) -> Transition.abort("inside"));
              var inner =
                  Workflow.builder("inner", Log.class, Log::of)
                      .start(does)
                      .then(breaks)
                      .compensate(does, CompensationScenarios.undo(journal, does, 0))
                      .end(breaks)
                      .build();
              var in = Step.workflow("in", inner);
              var rescue = CompensationScenarios.does(journal, "rescue");
              var fails = failing(journal, Integer.class);
              return Workflow.builder("outer", Log.class, Log::of)
                  .start(in)
                  .onFailure(in, rescue)
                  .edge(in, fails)
                  .edge(rescue, fails)
                  .compensate(rescue, CompensationScenarios.undo(journal, rescue, 0))
                  .end(fails)
                  .build();
            })
        .fails("fails", 1, "too late")
        .expects(end -> {
          var log = (Log) end.context().orElseThrow();
          Scenario.equal("lines of " + log, log.lines().size(), 4);
          Scenario.equal("undone", end.undos().undone(), 2);
        });
  }

  private static Scenario<?, ?, ?> waitInAnInlinedWorkflow() {
    return Scenario.of(
            "a wait in an inlined workflow",
            1,
            journal -> {
              var await = WaitScenarios.await("await");
              var inner =
                  Workflow.builder("inner")
                      .start(FlowScenarios.plus(journal, "first", 0))
                      .then(await)
                      .end(await)
                      .build();
              var in = Step.workflow("in", inner);
              var last = FlowScenarios.plus(journal, "last", 100);
              return Workflow.builder("outer").start(in).then(last).end(last).build();
            })
        .outside(scene -> {
          if (scene.handle().status() == RunStatus.WAITING) {
            var _ = WaitScenarios.send(scene, "k1", 10);
          }
        })
        .completes(111)
        .attempts(Map.of("in/first", 1, "last", 1));
  }

  private static Scenario<?, ?, ?> deadlineInAnInlinedWorkflow() {
    return Scenario.of(
            "a deadline in an inlined workflow",
            1,
            journal -> {
              var await = WaitScenarios.await("await");
              var late = FlowScenarios.plus(journal, "late", 10);
              var inner =
                  Workflow.builder("inner")
                      .start(await)
                      .onDeadline(await, DAY, late)
                      .end(await)
                      .end(late)
                      .build();
              var in = Step.workflow("in", inner);
              var last = FlowScenarios.plus(journal, "last", 100);
              return Workflow.builder("outer").start(in).then(last).end(last).build();
            })
        .under(usual -> usual.down(HOUR))
        .completes(111)
        .attempts(Map.of("in/late", 1, "last", 1));
  }

  // --- child runs

  /// The first child to end is the one of the lowest number; the others go on, being nobody's
  /// concern.
  private static Scenario<?, ?, ?> firstOfSeveralChildren() {
    return Scenario.of(
            "the first of several children",
            3,
            journal -> {
              var slow =
                  journal.<Object, Integer, Integer>of(
                      "slow",
                      Integer.class,
                      Integer.class,
                      (_, n) ->
                          n == 0 ? Transition.next(n) : Transition.after(HOUR.multipliedBy(n), n));
              var child = journal.child(Workflow.builder("child").start(slow).end(slow).build());
              var fork = FlowScenarios.upTo(journal, "fork");
              var start = ChildScenarios.starting(journal, "start", child);
              var await = ChildScenarios.awaiting("await", child);
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("parent")
                  .start(fork)
                  .edge(fork, start)
                  .edge(start, await)
                  .join(fork, await, join)
                  .policy(join, JoinPolicy.first())
                  .end(join)
                  .build();
            })
        .outside(scene -> {
          if (scene.journal().hasExecuted("join")) {
            var _ = scene.time().advanceToTimer(); // for the other children
          } else if (scene.handle().status() == RunStatus.RUNNING) {
            scene.time().advance(Duration.ofSeconds(1)); // for what waits for its turn
          }
        })
        .completes("[0]")
        .expects(end ->
            end.children()
                .forEach(
                    (id, status) -> Scenario.equal("status of " + id, status, RunStatus.COMPLETED)))
        .varying();
  }
}
