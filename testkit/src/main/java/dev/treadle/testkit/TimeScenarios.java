package dev.treadle.testkit;

import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepTimeoutException;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.RunResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// Timeouts, deadlines of runs, a time in all for retries, and times that pass while the process is
/// down.
///
/// Stateless.
final class TimeScenarios {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  /// No test runs into it by accident, since the clock moves by the hour but for those who hang.
  private static final Duration LIMIT = Duration.ofDays(300);

  private static final String HANGS = "hangs ";
  private static final String PASSED = "time has passed for ";

  private TimeScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        timeoutAndRetry(),
        timeoutAndFallback(),
        timeoutsUsedUp(),
        downWhileTimersRun("timers due while the process is down", DAY),
        downWhileTimersRun("some timers due while the process is down", HOUR.multipliedBy(2)),
        retryDueWhileDown(),
        elapsed(),
        elapsedWhileDown(),
        missed("a deadline that passes", Duration.ZERO),
        missed("a deadline that passes while the process is down", DAY.multipliedBy(2)),
        met(),
        resumedAfterTheDeadline());
  }

  // --- timeouts

  /// A step of which the first attempts hang until they are interrupted.
  private static Step<Object, Integer, Integer> hanging(Journal journal, int times) {
    return journal.of(
        "hanging",
        Integer.class,
        Integer.class,
        (ctx, n) -> {
          if (ctx.attempt() <= times) {
            journal.raise(HANGS + journal.executions().get("hanging"));
            new CountDownLatch(1).await();
          }
          return Transition.next(n + ctx.attempt());
        });
  }

  /// Lets pass what an attempt may take, once for each execution that hangs; else an hour.
  private static Outside untilTimeouts() {
    return scene -> {
      int hung = scene.journal().executions().getOrDefault("hanging", 0);
      if (scene.journal().isRaised(HANGS + hung) && !scene.journal().isRaised(PASSED + hung)) {
        scene.journal().raise(PASSED + hung);
        scene.time().advance(LIMIT);
      } else if (scene.handle().status() == RunStatus.WAITING) {
        scene.time().advance(HOUR);
      }
    };
  }

  private static Scenario<?, ?, ?> timeoutAndRetry() {
    return Scenario.of(
            "timeouts and retries",
            10,
            journal -> {
              var hanging =
                  hanging(journal, 2)
                      .timeout(LIMIT)
                      .retry(RetryPolicy.fixed(HOUR).retryOn(StepTimeoutException.class));
              var last = FlowScenarios.plus(journal, "last", 100);
              return Workflow.builder("timeouts").start(hanging).then(last).end(last).build();
            })
        .outside(untilTimeouts())
        .completes(113)
        .attempts(Map.of("hanging", 3, "last", 1));
  }

  private static Scenario<?, ?, ?> timeoutAndFallback() {
    return Scenario.of(
            "a timeout and a fallback",
            10,
            journal -> {
              var hanging = hanging(journal, 1).timeout(LIMIT);
              var instead =
                  journal.of(
                      "instead",
                      Integer.class,
                      Integer.class,
                      (ctx, n) ->
                          ctx.failure().orElseThrow().type().endsWith("StepTimeoutException")
                              ? Transition.next(-n)
                              : Transition.abort("not the timeout"));
              return Workflow.builder("instead")
                  .start(hanging)
                  .onFailure(hanging, instead)
                  .end(hanging)
                  .end(instead)
                  .build();
            })
        .outside(untilTimeouts())
        .completes(-10)
        .attempts(Map.of("hanging", 1, "instead", 1));
  }

  private static Scenario<?, ?, ?> timeoutsUsedUp() {
    return Scenario.of(
            "timeouts until none is left",
            10,
            journal -> {
              var hanging =
                  hanging(journal, 9).timeout(LIMIT).retry(RetryPolicy.fixed(HOUR).maxAttempts(2));
              return Workflow.builder("used up").start(hanging).end(hanging).build();
            })
        .outside(untilTimeouts())
        .expects(end -> Scenario.equal("attempt", end.failure().attempt(), 2))
        .attempts(Map.of("hanging", 2));
  }

  // --- times that pass while nobody is there

  private static Scenario<?, ?, ?> downWhileTimersRun(String name, Duration down) {
    return Scenario.of(
            name,
            4,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var later =
                  journal.<Object, Integer, Integer>of(
                      "later",
                      Integer.class,
                      Integer.class,
                      (_, n) -> Transition.after(HOUR.multipliedBy(n), n));
              var sleep = Step.sleep("sleep", Integer.class, HOUR.multipliedBy(2));
              var each = FlowScenarios.plus(journal, "each", 1);
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("down")
                  .start(fork)
                  .edge(fork, later)
                  .edge(later, sleep)
                  .edge(sleep, each)
                  .join(fork, each, join)
                  .end(join)
                  .build();
            })
        .under(usual -> usual.down(down))
        .completes("[1, 2, 3, 4]")
        .attempts(Map.of("fork", 1, "later", 4, "each", 4, "join", 1));
  }

  private static Step<Object, Integer, Integer> failing(Journal journal, int times) {
    return journal.of(
        "failing",
        Integer.class,
        Integer.class,
        (ctx, n) -> {
          if (ctx.attempt() <= times) {
            throw new IOException("attempt " + ctx.attempt());
          }
          return Transition.next(n + ctx.attempt());
        });
  }

  private static Scenario<?, ?, ?> retryDueWhileDown() {
    return Scenario.of(
            "retries due while the process is down",
            10,
            journal -> {
              var failing = failing(journal, 3).retry(RetryPolicy.exponential(HOUR).maxAttempts(4));
              return Workflow.builder("due").start(failing).end(failing).build();
            })
        .under(usual -> usual.down(DAY))
        .completes(14)
        .attempts(Map.of("failing", 4));
  }

  private static Scenario<?, Integer, Integer> patience(String name) {
    return Scenario.<Object, Integer, Integer>of(
        name,
        10,
        journal -> {
          var failing =
              failing(journal, 99)
                  .retry(
                      RetryPolicy.fixed(HOUR)
                          .maxAttempts(99)
                          .maxElapsedTime(Duration.ofMinutes(150)));
          return Workflow.builder("patience").start(failing).end(failing).build();
        });
  }

  private static Scenario<?, ?, ?> elapsed() {
    return patience("a time in all for retries")
        .fails("failing", 3, "attempt 3")
        .attempts(Map.of("failing", 3));
  }

  /// An attempt that a death has cut is made again, whatever time it is then.
  private static Scenario<?, ?, ?> elapsedWhileDown() {
    return patience("a time in all that passes while the process is down")
        .under(usual -> usual.down(DAY))
        .expects(end -> {
          int attempts = end.journal().attempts().getOrDefault("failing", 0);
          Scenario.equal("attempts in bounds", attempts >= 1 && attempts <= 3, true);
          Scenario.equal("failed step", end.failure().step(), "failing");
        })
        .varying();
  }

  // --- deadlines of runs

  private static Workflow<Object, Integer, Integer> slow(Journal journal, Duration sleeping) {
    var sleep = Step.sleep("sleep", Integer.class, sleeping);
    var last = FlowScenarios.plus(journal, "last", 10);
    return Workflow.builder("slow")
        .start(FlowScenarios.plus(journal, "first", 1))
        .then(sleep)
        .then(last)
        .end(last)
        .build();
  }

  private static Scenario<Object, Integer, Integer> limited(String name, Duration sleeping) {
    return Scenario.<Object, Integer, Integer>of(name, 1, journal -> slow(journal, sleeping))
        .under(usual -> usual.options(options -> options.withTimeLimit(DAY)));
  }

  private static Scenario<?, ?, ?> missed(String name, Duration down) {
    var deadline = VirtualTime.BEGIN.plus(DAY);
    return Scenario.<Object, Integer, Integer>of(
            name, 1, journal -> slow(journal, DAY.multipliedBy(9)))
        .under(usual -> usual.down(down).options(options -> options.withDeadline(deadline)))
        .ends(new RunResult.DeadlinePassed<>(deadline))
        .expects(end -> Scenario.equal("is done", end.journal().hasExecuted("last"), false))
        .varying(); // with the process down, the first step may have no time left
  }

  private static Scenario<?, ?, ?> met() {
    return limited("a deadline that is met", HOUR)
        .completes(12)
        .attempts(Map.of("first", 1, "last", 1));
  }

  private static Scenario<?, ?, ?> resumedAfterTheDeadline() {
    return limited("a deadline that passes, and a resume", DAY.multipliedBy(9))
        .resuming()
        .completes(12)
        .attempts(Map.of("first", 1, "last", 1));
  }
}
