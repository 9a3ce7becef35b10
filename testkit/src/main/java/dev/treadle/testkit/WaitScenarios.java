package dev.treadle.testkit;

import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.RunConflictException;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.SignalAnswer;
import dev.treadle.executor.UnknownRunException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Waits for signals: those that come before, in time, late or for another; deadlines; many waits
/// at once; holds.
///
/// Stateless.
final class WaitScenarios {
  static final Signal<Integer> GO = Signal.of("go", Integer.class);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String SENT = "sent";
  private static final String LATE = "late";

  private WaitScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        signalBefore(),
        signalInTime(),
        signalForAnother(),
        manyWaits(),
        sameKeyAgain(),
        deadline("a deadline of a wait", Duration.ZERO),
        deadline("a deadline of a wait that passes while the process is down", DAY.plus(DAY)),
        signalBeforeDeadline(),
        heldAfterSignal());
  }

  /// Waits for a number under the key of its input, and adds it.
  static Step<Object, Integer, Integer> await(String name) {
    return Step.await(name, Integer.class, Integer.class, GO, n -> "k" + n, Integer::sum);
  }

  /// Sends a signal to the run under test.
  ///
  /// @return what became of it, or empty if the run is over
  static Optional<SignalAnswer> send(Scene scene, String key, int value)
      throws InterruptedException {
    try {
      return Optional.of(scene.executor().signal(scene.handle().id(), GO, key, value));
    } catch (RunConflictException | UnknownRunException e) {
      if (scene.handle().await(HOUR).isEmpty()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /// Sends a signal once; again in the next life if a death has swallowed the answer.
  static void sendOnce(Scene scene, String key, int value) throws InterruptedException {
    if (!scene.journal().isRaised(SENT + key) && send(scene, key, value).isPresent()) {
      scene.journal().raise(SENT + key);
    }
  }

  /// Sends a signal that comes too late, once: each is a commit.
  private static void late(Scene scene, String key) throws InterruptedException {
    if (scene.journal().isRaised(LATE + key)) {
      return;
    }
    send(scene, key, 777)
        .ifPresent(answer -> {
          Scenario.equal("answer to " + key, answer, SignalAnswer.LATE);
          scene.journal().raise(LATE + key);
        });
  }

  private static void moveTime(Scene scene) throws Exception {
    Outside.movingTime().act(scene);
  }

  private static Workflow<Object, Integer, Integer> waiting(Journal journal, Duration before) {
    var first = FlowScenarios.plus(journal, "first", 1);
    var sleep = Step.sleep("sleep", Integer.class, before);
    var await = await("await");
    var later = Step.sleep("later", Integer.class, HOUR);
    var last = FlowScenarios.plus(journal, "last", 1000);
    return Workflow.builder("waiting")
        .start(first)
        .then(sleep)
        .then(await)
        .then(later)
        .then(last)
        .end(last)
        .build();
  }

  private static Scenario<?, ?, ?> signalBefore() {
    return Scenario.<Object, Integer, Integer>of(
            "a signal before its wait", 0, journal -> waiting(journal, HOUR))
        .outside(scene -> {
          if (!scene.journal().isRaised(SENT + "k1")) {
            sendOnce(scene, "k1", 10);
            return;
          }
          late(scene, "k1");
          moveTime(scene);
        })
        .completes(1011)
        .attempts(Map.of("first", 1, "last", 1));
  }

  private static Scenario<?, ?, ?> signalInTime() {
    return Scenario.<Object, Integer, Integer>of(
            "a signal in time, and a late one", 0, journal -> waiting(journal, Duration.ZERO))
        .outside(scene -> {
          if (scene.journal().isRaised(SENT + "k1")) {
            late(scene, "k1");
            moveTime(scene);
          } else if (scene.handle().status() == RunStatus.WAITING) {
            sendOnce(scene, "k1", 10);
          }
        })
        .completes(1011)
        .attempts(Map.of("first", 1, "last", 1));
  }

  private static Scenario<?, ?, ?> signalForAnother() {
    return Scenario.<Object, Integer, Integer>of(
            "a signal of another key", 0, journal -> waiting(journal, Duration.ZERO))
        .outside(scene -> {
          sendOnce(scene, "k2", 999);
          if (scene.journal().isRaised(SENT + "k2")) {
            sendOnce(scene, "k1", 10);
          }
          moveTime(scene);
        })
        .completes(1011);
  }

  private static Scenario<?, ?, ?> manyWaits() {
    return Scenario.of(
            "many waits while the rest goes on",
            5,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var await = await("await");
              var work = FlowScenarios.plus(journal, "work", 1);
              var more = FlowScenarios.plus(journal, "more", 1);
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("many")
                  .start(fork)
                  .branch(fork)
                  .when(Integer.class)
                  .and(n -> n < 4)
                  .to(await)
                  .otherwise(work)
                  .edge(work, more)
                  .join(fork, await, join)
                  .join(fork, more, join)
                  .end(join)
                  .build();
            })
        .outside(scene -> {
          if (scene.journal().hasExecuted("more")) {
            for (int n : List.of(2, 0, 3, 1)) {
              sendOnce(scene, "k" + n, 10 * n);
            }
          }
        })
        .completes("[0, 11, 22, 33, 6]")
        .attempts(Map.of("fork", 1, "work", 1, "more", 1, "join", 1));
  }

  /// The same value each time: a death may swallow an answer, so one may be sent once too often.
  private static Scenario<?, ?, ?> sameKeyAgain() {
    return Scenario.of(
            "waits for one key after another",
            0,
            journal -> {
              var next = FlowScenarios.plus(journal, "next", 0);
              var await =
                  Step.await("await", Integer.class, Integer.class, GO, _ -> "again", Integer::sum);
              var done = FlowScenarios.plus(journal, "done", 0);
              return Workflow.builder("again")
                  .start(await)
                  .edge(await, next)
                  .branch(next)
                  .when(Integer.class)
                  .and(n -> n < 30)
                  .to(await)
                  .otherwise(done)
                  .end(done)
                  .build();
            })
        .outside(scene -> {
          if (scene.handle().status() == RunStatus.WAITING) {
            var _ = send(scene, "again", 10);
          }
        })
        .completes(30)
        .attempts(Map.of("next", 3, "done", 1));
  }

  // --- deadlines

  private static Scenario<Object, Integer, Integer> withDeadline(String name) {
    return Scenario.of(
        name,
        1,
        journal -> {
          var await = await("await");
          var late = FlowScenarios.plus(journal, "late", 100);
          var later = Step.sleep("later", Integer.class, DAY.plus(DAY));
          var last = FlowScenarios.plus(journal, "last", 1000);
          return Workflow.builder("deadline")
              .start(FlowScenarios.plus(journal, "first", 0))
              .then(await)
              .onDeadline(await, DAY, late)
              .edge(await, later)
              .edge(late, later)
              .edge(later, last)
              .end(last)
              .build();
        });
  }

  private static Scenario<?, ?, ?> deadline(String name, Duration down) {
    return withDeadline(name)
        .under(usual -> usual.down(down))
        .outside(scene -> {
          if (scene.journal().hasExecuted("late")) {
            late(scene, "k1");
          }
          moveTime(scene);
        })
        .completes(1101)
        .attempts(Map.of("first", 1, "late", 1, "last", 1));
  }

  private static Scenario<?, ?, ?> signalBeforeDeadline() {
    return withDeadline("a signal before the deadline")
        .outside(scene -> {
          sendOnce(scene, "k1", 10);
          if (scene.journal().isRaised(SENT + "k1")) {
            late(scene, "k1");
            moveTime(scene);
          }
        })
        .completes(1011)
        .attempts(Map.of("first", 1, "last", 1));
  }

  private static Scenario<?, ?, ?> heldAfterSignal() {
    return Scenario.of(
            "held after the signals",
            3,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var await = await("await");
              var holding =
                  journal.<Object, Integer, Integer>of(
                      "holding", Integer.class, Integer.class, (_, _) -> Transition.hold());
              return Workflow.builder("held")
                  .start(fork)
                  .then(await)
                  .then(holding)
                  .end(holding)
                  .build();
            })
        .outside(scene -> {
          for (int n = 0; n < 3; n++) {
            sendOnce(scene, "k" + n, 1);
          }
        })
        .ends(new RunResult.Stalled<>(Map.of("holding", 3L)))
        .attempts(Map.of("fork", 1, "holding", 3));
  }
}
