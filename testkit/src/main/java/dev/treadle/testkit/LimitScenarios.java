package dev.treadle.testkit;

import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Steps of which a limited number runs at once, and a loop with a cursor.
///
/// Stateless.
final class LimitScenarios {
  private LimitScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(limited(), limitedRetries(), paging());
  }

  /// A step that fails if more run at once than allowed.
  private static Step<Object, Integer, Integer> atMost(
      Journal journal, String name, int atOnce, int failures) {
    var places = new Semaphore(atOnce);
    return journal
        .<Object, Integer, Integer>of(
            name,
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              if (!places.tryAcquire()) {
                return Transition.abort("more than " + atOnce + " at once");
              }
              try {
                if (ctx.attempt() <= failures) {
                  throw new IOException("attempt " + ctx.attempt());
                }
                return Transition.next(n + 1);
              } finally {
                places.release();
              }
            })
        .concurrency(atOnce);
  }

  private static Scenario<?, ?, ?> limited() {
    return Scenario.of(
            "limited steps",
            5,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var two = atMost(journal, "two", 2, 0);
              var one = atMost(journal, "one", 1, 0);
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("limited")
                  .start(fork)
                  .edge(fork, two)
                  .edge(two, one)
                  .join(fork, one, join)
                  .end(join)
                  .build();
            })
        .completes("[2, 3, 4, 5, 6]")
        .attempts(Map.of("fork", 1, "two", 5, "one", 5, "join", 1));
  }

  private static Scenario<?, ?, ?> limitedRetries() {
    return Scenario.of(
            "retries of a limited step",
            3,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var flaky =
                  atMost(journal, "flaky", 1, 1).retry(RetryPolicy.fixed(Duration.ofHours(1)));
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("limited retries")
                  .start(fork)
                  .edge(fork, flaky)
                  .join(fork, flaky, join)
                  .end(join)
                  .build();
            })
        .completes("[1, 2, 3]")
        .attempts(Map.of("fork", 1, "flaky", 6, "join", 1));
  }

  /// A cursor goes round until the source has no more pages.
  private static Scenario<?, ?, ?> paging() {
    return Scenario.of(
            "paging by a loop with a cursor",
            0,
            journal -> {
              var read = FlowScenarios.plus(journal, "read", 0);
              var add = FlowScenarios.plus(journal, "add", 10);
              var report = FlowScenarios.plus(journal, "report", 0);
              return Workflow.builder("paging")
                  .start(read)
                  .branch(read)
                  .when(Integer.class)
                  .and(cursor -> cursor < 40)
                  .to(add)
                  .otherwise(report)
                  .edge(add, read)
                  .end(report)
                  .build();
            })
        .completes(40)
        .attempts(Map.of("read", 5, "add", 4, "report", 1));
  }
}
