package dev.treadle.testkit;

import dev.treadle.Done;
import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Compensation;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// What was done is undone: when a run fails or is cancelled, in reverse order of the commits, once
/// each. The context tells what has committed, in which order.
///
/// Stateless.
final class CompensationScenarios {
  private static final Duration HOUR = Duration.ofHours(1);

  private CompensationScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        chain(),
        failingUndo(),
        laterUndo(),
        fork(),
        cancelled(),
        cancelledPlainly(),
        onRequest(),
        onRequestResumed(),
        completed());
  }

  /// What has committed, in the order of the commits.
  record Log(List<String> lines) {
    Log {
      lines = List.copyOf(lines);
    }

    static Log of(String... lines) {
      return new Log(List.of(lines));
    }

    Log and(String line) {
      var more = new ArrayList<>(lines);
      more.add(line);
      return new Log(more);
    }

    /// Whether what was undone is the reverse of what was done.
    boolean isReversed() {
      var done = lines.stream().filter(line -> line.startsWith("+")).toList().reversed();
      var undone = lines.stream().filter(line -> line.startsWith("-")).toList();
      return done.stream().map(line -> "-" + line.substring(1)).toList().equals(undone);
    }
  }

  static Step<Log, Integer, Integer> does(Journal journal, String name) {
    return journal.<Log, Integer, Integer>of(
        name,
        Integer.class,
        Integer.class,
        (ctx, n) -> {
          ctx.update(log -> log.and("+" + name + n));
          return Transition.next(n + 1);
        });
  }

  /// The undo of a step, of which the first attempts fail.
  static Step<Log, Done<Integer, Integer>, Void> undo(
      Journal journal, Step<Log, Integer, Integer> step, int failures) {
    return Step.in(Log.class)
        .undo("undo " + step.name(), step, (ctx, done) -> undo(journal, ctx, done, failures));
  }

  private static void undo(
      Journal journal, StepContext<Log> ctx, Done<Integer, Integer> done, int failures)
      throws IOException {
    journal.executed(ctx);
    if (ctx.attempt() <= failures) {
      throw new IOException("undo " + ctx.attempt());
    }
    var what = ctx.step().substring("undo ".length()) + done.input();
    ctx.update(log -> log.and((done.known() ? "-" : "?") + what));
  }

  private static Step<Log, Integer, Integer> failing(Journal journal) {
    return journal.of("pay", Integer.class, Integer.class, (_, _) -> Transition.abort("no money"));
  }

  /// Three steps, of which the second is undone at a certain attempt; and a last one.
  private static Workflow<Log, Integer, Integer> trip(
      Journal journal, Step<Log, Integer, Integer> last, int failures, RetryPolicy policy) {
    var flight = does(journal, "flight");
    var hotel = does(journal, "hotel");
    var car = does(journal, "car");
    return Workflow.builder("trip", Log.class, Log::of)
        .start(flight)
        .then(hotel)
        .then(car)
        .then(last)
        .compensate(flight, undo(journal, flight, 0))
        .compensate(hotel, undo(journal, hotel, failures).retry(policy))
        .compensate(car, undo(journal, car, 0))
        .end(last)
        .build();
  }

  private static Scenario<Log, Integer, Integer> trip(
      String name, int failures, RetryPolicy policy) {
    return Scenario.<Log, Integer, Integer>of(
            name, 1, journal -> trip(journal, failing(journal), failures, policy))
        .outside(untilUndos());
  }

  /// Lets the time pass that undos wait for; nothing else is in flight then.
  private static Outside untilUndos() {
    return scene -> {
      if (scene.handle().status() == RunStatus.FAILING) {
        var _ = scene.time().advanceToTimer();
      }
    };
  }

  /// Of a trip whose last step fails.
  private static Map<String, Integer> attempts(int undosOfTheHotel) {
    var attempts = new HashMap<String, Integer>();
    for (var step : List.of("flight", "hotel", "car", "pay", "undo car", "undo flight")) {
      attempts.put(step, 1);
    }
    attempts.put("undo hotel", undosOfTheHotel);
    return attempts;
  }

  private static Scenario<?, ?, ?> chain() {
    return trip("what was done is undone", 0, RetryPolicy.fixed(HOUR))
        .fails("pay", 1, "no money")
        .leaves(Log.of("+flight1", "+hotel2", "+car3", "-car3", "-hotel2", "-flight1"))
        .expects(end -> Scenario.equal("undone", end.undos().undone(), 3))
        .attempts(attempts(1));
  }

  private static Scenario<?, ?, ?> failingUndo() {
    return trip("an undo that fails for good", 9, RetryPolicy.fixed(HOUR).maxAttempts(2))
        .fails("pay", 1, "no money")
        .leaves(Log.of("+flight1", "+hotel2", "+car3", "-car3", "-flight1"))
        .expects(end -> {
          Scenario.equal("undone", end.undos().undone(), 2);
          Scenario.equal("undos that failed", end.undos().failed(), 1);
          Scenario.equal("failed undo", end.undos().failures().getFirst().step(), "hotel");
        })
        .attempts(attempts(2));
  }

  private static Scenario<?, ?, ?> laterUndo() {
    return trip("an undo that waits while the process is down", 2, RetryPolicy.exponential(HOUR))
        .under(usual -> usual.down(HOUR))
        .fails("pay", 1, "no money")
        .leaves(Log.of("+flight1", "+hotel2", "+car3", "-car3", "-hotel2", "-flight1"));
  }

  /// The order of the commits differs from run to run; that of the undos is always the reverse.
  private static Scenario<?, ?, ?> fork() {
    return Scenario.<Log, Integer, String>of(
            "undos of parallel branches",
            4,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var each = does(journal, "each");
              var join = FlowScenarios.text(journal, "join");
              var fails =
                  journal.of(
                      "fails", String.class, String.class, (_, _) -> Transition.abort("too late"));
              return Workflow.builder("branches", Log.class, Log::of)
                  .start(fork)
                  .edge(fork, each)
                  .join(fork, each, join)
                  .edge(join, fails)
                  .compensate(each, undo(journal, each, 0))
                  .end(fails)
                  .build();
            })
        .fails("fails", 1, "too late")
        .expects(end -> {
          var log = (Log) end.context().orElseThrow();
          Scenario.equal("lines of " + log, log.lines().size(), 8);
          Scenario.equal("whether " + log + " is reversed", log.isReversed(), true);
        })
        .attempts(Map.of("fork", 1, "each", 4, "join", 1, "fails", 1, "undo each", 4))
        .varying();
  }

  // --- a cancel

  private static Step<Log, Integer, Integer> waiting(Journal journal) {
    return journal.of(
        "wait",
        Integer.class,
        Integer.class,
        (_, n) -> {
          new CountDownLatch(1).await(); // only an interrupt ends it
          return Transition.next(n);
        });
  }

  private static Scenario<Log, Integer, Integer> waiting(String name) {
    return Scenario.of(
        name, 1, journal -> trip(journal, waiting(journal), 0, RetryPolicy.fixed(HOUR)));
  }

  private static Scenario<?, ?, ?> cancelled() {
    return waiting("cancelled and undone")
        .outside(scene -> {
          if (scene.journal().hasExecuted("wait")) {
            var _ = scene.handle().cancelAndCompensate();
          }
        })
        .expects(end -> {
          Scenario.equal("cancelled", end.result() instanceof RunResult.Cancelled<?>, true);
          Scenario.equal("undone", end.undos().undone(), 3);
        })
        .leaves(Log.of("+flight1", "+hotel2", "+car3", "-car3", "-hotel2", "-flight1"));
  }

  private static Scenario<?, ?, ?> cancelledPlainly() {
    return waiting("cancelled and not undone")
        .outside(scene -> {
          if (scene.journal().hasExecuted("wait")) {
            var _ = scene.handle().cancel();
          }
        })
        .ends(new RunResult.Cancelled<>())
        .leaves(Log.of("+flight1", "+hotel2", "+car3"));
  }

  // --- on request

  private static Scenario<?, ?, ?> onRequest() {
    return trip("undone on request", 1, RetryPolicy.fixed(Duration.ZERO))
        .under(usual ->
            usual
                .options(options -> options.withCompensation(Compensation.ON_REQUEST))
                .mend(WorkflowExecutor::compensate))
        .fails("pay", 1, "no money")
        .leaves(Log.of("+flight1", "+hotel2", "+car3", "-car3", "-hotel2", "-flight1"))
        .expects(end -> Scenario.equal("undone", end.undos().undone(), 3));
  }

  private static Scenario<?, ?, ?> onRequestResumed() {
    return Scenario.<Log, Integer, Integer>of(
            "resumed instead of undone",
            1,
            journal -> {
              var pay =
                  journal.<Log, Integer, Integer>of(
                      "pay",
                      Integer.class,
                      Integer.class,
                      (_, n) ->
                          journal.isRaised(Journal.RESUMED)
                              ? Transition.next(n)
                              : Transition.abort("closed"));
              return trip(journal, pay, 0, RetryPolicy.fixed(HOUR));
            })
        .under(usual -> usual.options(options -> options.withCompensation(Compensation.ON_REQUEST)))
        .resuming()
        .completes(4)
        .leaves(Log.of("+flight1", "+hotel2", "+car3"))
        .varying(); // a death may come between the first failure and its commit
  }

  private static Scenario<?, ?, ?> completed() {
    return Scenario.<Log, Integer, Integer>of(
            "nothing to undo at a good end",
            1,
            journal -> trip(journal, does(journal, "pay"), 0, RetryPolicy.fixed(HOUR)))
        .completes(5)
        .leaves(Log.of("+flight1", "+hotel2", "+car3", "+pay4"))
        .attempts(Map.of("flight", 1, "hotel", 1, "car", 1, "pay", 1));
  }
}
