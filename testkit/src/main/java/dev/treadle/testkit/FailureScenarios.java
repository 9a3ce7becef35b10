package dev.treadle.testkit;

import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.RunResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// Steps that fail, are tried again, are rescued, are cancelled; and waits.
///
/// Stateless.
final class FailureScenarios {
  private static final Duration HOUR = Duration.ofHours(1);

  private FailureScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        retry("retry at once", RetryPolicy.fixed(Duration.ZERO)),
        retry("retry after a fixed wait", RetryPolicy.fixed(HOUR)),
        retry("retry after linear waits", RetryPolicy.linear(HOUR).maxDelay(HOUR.multipliedBy(9))),
        retry("retry after exponential waits", RetryPolicy.exponential(HOUR).jitter(0.5)),
        retriesSideBySide(),
        attemptsUsedUp(),
        fallbackChain(),
        abort(),
        failure(),
        resumed(),
        cancelled(),
        after(),
        sleep());
  }

  private static Step<Object, Integer, Integer> failing(Journal journal, String name, int times) {
    return journal.of(name, Integer.class, Integer.class, (ctx, n) -> third(ctx, n, times));
  }

  private static Transition<Integer> third(StepContext<Object> ctx, int n, int times)
      throws IOException {
    if (ctx.attempt() <= times) {
      throw new IOException("attempt " + ctx.attempt());
    }
    return Transition.next(n + ctx.attempt());
  }

  private static Scenario<?, ?, ?> retry(String name, RetryPolicy policy) {
    return Scenario.of(
            name,
            10,
            journal -> {
              var flaky = failing(journal, "flaky", 2).retry(policy);
              var last = FlowScenarios.plus(journal, "last", 100);
              return Workflow.builder("retry").start(flaky).then(last).end(last).build();
            })
        .completes(113)
        .attempts(Map.of("flaky", 3, "last", 1));
  }

  private static Scenario<?, ?, ?> retriesSideBySide() {
    return Scenario.of(
            "retries side by side",
            4,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var flaky = failing(journal, "flaky", 1).retry(RetryPolicy.fixed(HOUR));
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("retries")
                  .start(fork)
                  .edge(fork, flaky)
                  .join(fork, flaky, join)
                  .end(join)
                  .build();
            })
        .completes("[2, 3, 4, 5]")
        .attempts(Map.of("fork", 1, "flaky", 8, "join", 1));
  }

  private static Scenario<?, ?, ?> attemptsUsedUp() {
    return Scenario.of(
            "attempts used up",
            1,
            journal -> {
              var first = FlowScenarios.plus(journal, "first", 0);
              var doomed = failing(journal, "doomed", 9).retry(RetryPolicy.fixed(HOUR));
              return Workflow.builder("doomed").start(first).then(doomed).end(doomed).build();
            })
        .fails("doomed", 3, "attempt 3")
        .attempts(Map.of("first", 1, "doomed", 3));
  }

  private static Scenario<?, ?, ?> fallbackChain() {
    return Scenario.of(
            "fallbacks of fallbacks",
            1,
            journal -> {
              var work = failing(journal, "work", 9);
              var rescue =
                  failing(journal, "rescue", 9)
                      .retry(RetryPolicy.fixed(Duration.ZERO).maxAttempts(2));
              var last =
                  journal.of(
                      "last",
                      Integer.class,
                      String.class,
                      (ctx, n) -> {
                        var failure = ctx.failure().orElseThrow();
                        return Transition.next(n + " " + failure.step() + " " + failure.attempt());
                      });
              return Workflow.builder("fallbacks")
                  .start(work)
                  .onFailure(work, rescue)
                  .onFailure(rescue, last)
                  .returns(Object.class)
                  .end(work)
                  .end(rescue)
                  .end(last)
                  .build();
            })
        .completes((Object) "1 rescue 2")
        .attempts(Map.of("work", 1, "rescue", 2, "last", 1));
  }

  private static Scenario<?, ?, ?> abort() {
    return Scenario.of(
            "abort",
            1,
            journal -> {
              var work =
                  journal
                      .<Object, Integer, Integer>of(
                          "work",
                          Integer.class,
                          Integer.class,
                          (_, _) -> Transition.abort("no stock"))
                      .retry(RetryPolicy.fixed(Duration.ZERO));
              return Workflow.builder("abort").start(work).end(work).build();
            })
        .fails("work", 1, "no stock")
        .attempts(Map.of("work", 1));
  }

  private static Scenario<?, ?, ?> failure() {
    return Scenario.of(
            "one branch fails",
            5,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var each =
                  journal.map("each", Integer.class, Integer.class, FailureScenarios::notThree);
              var last = FlowScenarios.plus(journal, "last", 0);
              return Workflow.builder("failing")
                  .start(fork)
                  .then(each)
                  .then(last)
                  .end(last)
                  .build();
            })
        .fails("each", 1, "three")
        .varying();
  }

  private static int notThree(int n) throws IOException {
    if (n == 3) {
      throw new IOException("three");
    }
    return n;
  }

  private static Scenario<?, ?, ?> resumed() {
    return Scenario.of(
            "failed and resumed",
            3,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var each =
                  journal.map(
                      "each",
                      Integer.class,
                      Integer.class,
                      n -> {
                        if (n == 1 && !journal.isRaised(Journal.RESUMED)) {
                          throw new IOException("closed");
                        }
                        return n * 10;
                      });
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("resumed")
                  .start(fork)
                  .edge(fork, each)
                  .join(fork, each, join)
                  .end(join)
                  .build();
            })
        .completes("[0, 10, 20]")
        .resuming()
        .varying();
  }

  private static Scenario<?, ?, ?> cancelled() {
    return Scenario.of(
            "cancelled",
            3,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var slow =
                  journal.map(
                      "slow",
                      Integer.class,
                      Integer.class,
                      n -> {
                        new CountDownLatch(1).await(); // only an interrupt ends it
                        return n;
                      });
              return Workflow.builder("cancelled").start(fork).then(slow).end(slow).build();
            })
        .outside(scene -> {
          if (scene.journal().hasExecuted("slow")) {
            var _ = scene.handle().cancel();
          }
        })
        .ends(new RunResult.Cancelled<>())
        .varying();
  }

  private static Scenario<?, ?, ?> after() {
    return Scenario.of(
            "after a delay",
            3,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var later =
                  journal.<Object, Integer, Integer>of(
                      "later",
                      Integer.class,
                      Integer.class,
                      (_, n) -> Transition.after(HOUR.multipliedBy(n), n + 1));
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("after")
                  .start(fork)
                  .edge(fork, later)
                  .join(fork, later, join)
                  .end(join)
                  .build();
            })
        .completes("[1, 2, 3]")
        .attempts(Map.of("fork", 1, "later", 3, "join", 1));
  }

  private static Scenario<?, ?, ?> sleep() {
    return Scenario.of(
            "sleep",
            1,
            journal -> {
              var first = FlowScenarios.plus(journal, "first", 1);
              var sleep = Step.sleep("sleep", Integer.class, Duration.ofDays(30));
              var last = FlowScenarios.plus(journal, "last", 10);
              return Workflow.builder("sleep")
                  .start(first)
                  .then(sleep)
                  .then(last)
                  .end(last)
                  .build();
            })
        .completes(12);
  }
}
