package dev.treadle.testkit;

import dev.treadle.ChildResult;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.RunResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// Runs that steps start: awaited and not, those that fail, those that are cancelled with the run
/// that waits for them. Parent and child lie in one store, and die together.
///
/// Stateless.
final class ChildScenarios {
  private static final Duration HOUR = Duration.ofHours(1);

  private ChildScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        awaited(),
        endedBefore(),
        manyAwaited(),
        grandchild(),
        failing(),
        failureAsResult(),
        notAwaited(),
        cancelledWithItsParent());
  }

  /// Starts a run of a workflow for its input, and gives out the id.
  static Step<Object, Integer, String> starting(
      Journal journal, String name, Workflow<?, Integer, ?> child) {
    return journal.of(
        name,
        Integer.class,
        String.class,
        (ctx, n) -> {
          var id = ctx.runId() + "-" + n;
          ctx.start(child, RunId.of(id), n);
          return Transition.next(id);
        });
  }

  /// Starts a child and waits for it.
  private static <O> Workflow<Object, Integer, O> parent(
      Journal journal, Workflow<?, Integer, ?> child, Step<Object, String, O> await) {
    return Workflow.builder("parent")
        .start(starting(journal, "start", child))
        .then(await)
        .end(await)
        .build();
  }

  static Step<Object, String, Integer> awaiting(String name, Workflow<?, ?, Integer> child) {
    return Step.awaitRun(name, String.class, Integer.class, child, RunId::of);
  }

  private static Workflow<Object, Integer, Integer> adding(Journal journal, String name) {
    var last = FlowScenarios.plus(journal, name + " last", 10);
    return journal.child(
        Workflow.builder(name)
            .start(FlowScenarios.plus(journal, name + " first", 1))
            .then(last)
            .end(last)
            .build());
  }

  private static Scenario<?, ?, ?> awaited() {
    return Scenario.of(
            "a child that is awaited",
            1,
            journal -> {
              var child = adding(journal, "child");
              var last = FlowScenarios.plus(journal, "last", 100);
              return Workflow.builder("parent")
                  .start(starting(journal, "start", child))
                  .then(awaiting("await", child))
                  .then(last)
                  .end(last)
                  .build();
            })
        .completes(112)
        .attempts(Map.of("start", 1, "child first", 1, "child last", 1, "last", 1));
  }

  private static Scenario<?, ?, ?> endedBefore() {
    return Scenario.of(
            "a child that has ended before it is awaited",
            1,
            journal -> {
              var child = adding(journal, "child");
              var sleep = Step.sleep("sleep", String.class, HOUR);
              var await = awaiting("await", child);
              return Workflow.builder("parent")
                  .start(starting(journal, "start", child))
                  .then(sleep)
                  .then(await)
                  .end(await)
                  .build();
            })
        .outside(scene -> {
          if (scene.journal().hasExecuted("child last")) {
            Outside.movingTime().act(scene);
          }
        })
        .completes(12)
        .attempts(Map.of("start", 1, "child first", 1, "child last", 1));
  }

  private static Scenario<?, ?, ?> manyAwaited() {
    return Scenario.of(
            "many children",
            3,
            journal -> {
              var child = adding(journal, "child");
              var fork = FlowScenarios.upTo(journal, "fork");
              var start = starting(journal, "start", child);
              var await = awaiting("await", child);
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("parent")
                  .start(fork)
                  .edge(fork, start)
                  .edge(start, await)
                  .join(fork, await, join)
                  .end(join)
                  .build();
            })
        .completes("[11, 12, 13]")
        .attempts(Map.of("fork", 1, "start", 3, "child first", 3, "child last", 3, "join", 1));
  }

  private static Scenario<?, ?, ?> grandchild() {
    return Scenario.of(
            "a child of a child",
            1,
            journal -> {
              var grandchild = adding(journal, "grandchild");
              var wait = awaiting("wait", grandchild);
              var child =
                  journal.child(
                      Workflow.builder("child")
                          .start(starting(journal, "begin", grandchild))
                          .then(wait)
                          .end(wait)
                          .build());
              var await = awaiting("await", child);
              return parent(journal, child, await);
            })
        .completes(12)
        .attempts(Map.of("start", 1, "begin", 1, "grandchild first", 1, "grandchild last", 1));
  }

  private static Workflow<Object, Integer, Integer> broken(Journal journal) {
    var first = FlowScenarios.plus(journal, "child first", 1);
    var broken = journal.map("child last", Integer.class, Integer.class, ChildScenarios::fail);
    return journal.child(Workflow.builder("child").start(first).then(broken).end(broken).build());
  }

  private static int fail(int n) throws IOException {
    throw new IOException("no " + n);
  }

  private static Scenario<?, ?, ?> failing() {
    return Scenario.of(
            "a child that fails",
            1,
            journal -> {
              var child = broken(journal);
              var await = awaiting("await", child);
              var rescue =
                  journal.of(
                      "rescue",
                      String.class,
                      Integer.class,
                      (ctx, _) ->
                          Transition.next(
                              ctx.failure().orElseThrow().message().endsWith("no 2") ? -1 : -2));
              return Workflow.builder("parent")
                  .start(starting(journal, "start", child))
                  .then(await)
                  .onFailure(await, rescue)
                  .end(await)
                  .end(rescue)
                  .build();
            })
        .completes(-1)
        .attempts(Map.of("start", 1, "child first", 1, "child last", 1, "rescue", 1));
  }

  private static Scenario<?, ?, ?> failureAsResult() {
    return Scenario.of(
            "a child's failure as a result",
            1,
            journal -> {
              var child = broken(journal);
              var await =
                  Step.<String, Integer, String>awaitRun(
                      "await",
                      String.class,
                      String.class,
                      child,
                      RunId::of,
                      (_, end) ->
                          end instanceof ChildResult.Failed<Integer>(_, var failure)
                              ? failure.step() + ": " + failure.message()
                              : "no failure");
              return parent(journal, child, await);
            })
        .completes("child last: no 2")
        .attempts(Map.of("start", 1, "child first", 1, "child last", 1));
  }

  private static Scenario<?, ?, ?> notAwaited() {
    return Scenario.of(
            "a child that nobody awaits",
            1,
            journal -> {
              var start = starting(journal, "start", adding(journal, "child"));
              var last = journal.map("last", String.class, Integer.class, String::length);
              return Workflow.builder("parent").start(start).then(last).sink(last).build();
            })
        .ends(new RunResult.CompletedWithoutOutput<>())
        .expects(end -> children(end, RunStatus.COMPLETED))
        .attempts(Map.of("start", 1, "child first", 1, "child last", 1, "last", 1));
  }

  /// Checks what became of the children, as far as the store knows them.
  private static void children(FinishedRun<?> end, RunStatus status) {
    end.children()
        .forEach((id, child) -> Scenario.equal("status of the child " + id, child, status));
  }

  private static Scenario<?, ?, ?> cancelledWithItsParent() {
    return Scenario.of(
            "a child that is cancelled with its parent",
            1,
            journal -> {
              var slow =
                  journal.map(
                      "slow",
                      Integer.class,
                      Integer.class,
                      n -> {
                        new CountDownLatch(1).await(); // only an interrupt ends it
                        return n;
                      });
              var child = journal.child(Workflow.builder("child").start(slow).end(slow).build());
              var await = awaiting("await", child);
              return parent(journal, child, await);
            })
        .outside(scene -> {
          if (!scene.journal().hasExecuted("slow")) {
            return;
          }
          if (scene.handle().status() == RunStatus.WAITING) {
            var _ = scene.handle().cancel();
          } else if (scene.handle().status() == RunStatus.RUNNING) {
            // one that was in flight at a death waits a while until others are done
            scene.time().advance(Duration.ofMinutes(1));
          }
        })
        .ends(new RunResult.Cancelled<>())
        .expects(end -> children(end, RunStatus.CANCELLED))
        .varying(); // the child may be cancelled before it runs again
  }
}
