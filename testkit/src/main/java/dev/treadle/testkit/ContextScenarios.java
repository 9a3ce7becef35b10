package dev.treadle.testkit;

import dev.treadle.EventLog;
import dev.treadle.Fixed;
import dev.treadle.GateResult;
import dev.treadle.Merge;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Contexts: changed whole, by deltas, at a gate.
///
/// Stateless.
final class ContextScenarios {
  private ContextScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(update(), merge(), eventLog(), gate());
  }

  record Count(int value) {}

  private static Scenario<?, ?, ?> update() {
    return Scenario.of(
            "context changed whole",
            6,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var add =
                  journal.<Count, Integer, Integer>of(
                      "add",
                      Integer.class,
                      Integer.class,
                      (ctx, n) -> {
                        ctx.update(count -> new Count(count.value() + n));
                        return Transition.next(n);
                      });
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("update", Count.class, () -> new Count(100))
                  .start(fork)
                  .edge(fork, add)
                  .join(fork, add, join)
                  .end(join)
                  .build();
            })
        .completes("[0, 1, 2, 3, 4, 5]")
        .leaves(new Count(115));
  }

  /// A context that shows what is lost and what is there twice.
  record Words(Map<String, Integer> counts) {
    Words and(Words more) {
      var sums = new TreeMap<>(counts);
      more.counts.forEach((word, times) -> sums.merge(word, times, Integer::sum));
      return new Words(sums);
    }
  }

  /// So long that the deltas outgrow what they may before they are folded.
  private static final String LONG = "x".repeat(2_000);

  private static Scenario<?, ?, ?> merge() {
    return Scenario.of(
            "deltas that are folded",
            9,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var add =
                  journal.<Words, Integer, Integer>of(
                      "add",
                      Integer.class,
                      Integer.class,
                      (ctx, n) -> {
                        ctx.merge(new Words(Map.of(LONG + n, 1, "all", 1)));
                        ctx.merge(new Words(Map.of("all", 1)));
                        return Transition.next(n);
                      });
              var join = FlowScenarios.sum(journal, "join");
              return Workflow.builder("merge", Words.class, () -> new Words(Map.of()))
                  .merge(Merge.of(new Words(Map.of()), Words::and))
                  .start(fork)
                  .edge(fork, add)
                  .join(fork, add, join)
                  .end(join)
                  .build();
            })
        .completes(36)
        .leaves(words(9));
  }

  private static Words words(int added) {
    return IntStream.range(0, added)
        .mapToObj(n -> new Words(Map.of(LONG + n, 1, "all", 2)))
        .reduce(new Words(Map.of()), Words::and);
  }

  /// A context of the ready parts.
  record Log(Fixed<String> customer, EventLog<Integer> events) {
    Log and(Log more) {
      return new Log(customer.merge(more.customer), events.merge(more.events));
    }

    static Log empty() {
      return new Log(Fixed.unset(), EventLog.empty());
    }
  }

  private static Scenario<?, ?, ?> eventLog() {
    return Scenario.of(
            "event log and fixed value",
            5,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var tell =
                  journal.<Log, Integer, Integer>of(
                      "tell",
                      Integer.class,
                      Integer.class,
                      (ctx, n) -> {
                        ctx.merge(
                            new Log(Fixed.of("ann"), EventLog.of(ctx.idempotencyKey(), n * n)));
                        return Transition.next(n);
                      });
              var join = FlowScenarios.sum(journal, "join");
              return Workflow.builder("log", Log.class, Log::empty)
                  .merge(Merge.of(Log.empty(), Log::and))
                  .start(fork)
                  .edge(fork, tell)
                  .join(fork, tell, join)
                  .end(join)
                  .build();
            })
        .completes(10)
        .expects(end -> {
          var log = (Log) end.context().orElseThrow();
          Scenario.equal("customer", log.customer(), Fixed.of("ann"));
          Scenario.equal("number of events", log.events().events().size(), 5);
          Scenario.equal("events", Set.copyOf(log.events().values()), Set.of(0, 1, 4, 9, 16));
        })
        .varying(); // the ids are the keys of each run, and the order is that of the commits
  }

  private static Scenario<?, ?, ?> gate() {
    return Scenario.of(
            "gate at the tenth",
            12,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var each = FlowScenarios.plus(journal, "each", 1);
              var gate =
                  Step.in(Words.class)
                      .gate(
                          "gate",
                          Integer.class,
                          Integer.class,
                          (words, n) -> {
                            var after = words.and(new Words(Map.of("seen", 1)));
                            return after.equals(new Words(Map.of("seen", 10)))
                                ? GateResult.next(after, 10)
                                : GateResult.hold(after);
                          });
              var last =
                  Step.types(TypeRef.of(Integer.class), TypeRef.of(String.class))
                      .map("last", n -> "at " + n);
              return Workflow.builder("gate", Words.class, () -> new Words(Map.of()))
                  .start(fork)
                  .then(each)
                  .then(gate)
                  .then(last)
                  .end(last)
                  .build();
            })
        .completes("at 10")
        .leaves(new Words(Map.of("seen", 12)))
        .attempts(Map.of("fork", 1, "each", 12));
  }
}
