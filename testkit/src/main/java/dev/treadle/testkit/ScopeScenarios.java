package dev.treadle.testkit;

import dev.treadle.JoinPolicy;
import dev.treadle.Lens;
import dev.treadle.Merge;
import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;

/// Scopes that close before all in them has ended: join policies, and inlined workflows. How much
/// of what is dropped was executed before differs from run to run.
///
/// Stateless.
final class ScopeScenarios {
  private static final Duration HOUR = Duration.ofHours(1);

  private ScopeScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        first(),
        firstOverFailures(),
        tolerating(),
        unmet(),
        droppedWithinDropped(),
        inlinedTwice(),
        inlinedThatFails(),
        inlinedThatTerminates());
  }

  /// Items that are through one after another by the hour, the highest at once. Time may move twice
  /// before what was due is done, so no end may depend on the order of the others.
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

  private static Step<Object, Integer, Integer> failing(Journal journal, IntPredicate broken) {
    return journal.of(
        "each",
        Integer.class,
        Integer.class,
        (_, n) -> {
          if (broken.test(n)) {
            throw new IllegalStateException("broken");
          }
          return Transition.next(n);
        });
  }

  private static Scenario<?, ?, ?> first() {
    return Scenario.of(
            "first arrival",
            4,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var hour = byTheHour(journal, 3);
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("first")
                  .start(fork)
                  .edge(fork, hour)
                  .join(fork, hour, join)
                  .policy(join, JoinPolicy.first())
                  .end(join)
                  .build();
            })
        .completes("[3]")
        .varying();
  }

  private static Scenario<?, ?, ?> firstOverFailures() {
    return Scenario.of(
            "first arrival over failures",
            5,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var hour = byTheHour(journal, 4);
              var each = failing(journal, n -> n != 1);
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("over")
                  .start(fork)
                  .edge(fork, hour)
                  .edge(hour, each)
                  .join(fork, each, join)
                  .policy(join, JoinPolicy.first())
                  .end(join)
                  .build();
            })
        .completes("[1]")
        .varying();
  }

  private static Scenario<?, ?, ?> tolerating() {
    return Scenario.of(
            "tolerated failures",
            5,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var each = failing(journal, n -> n == 1 || n == 2);
              var join = FlowScenarios.text(journal, "join");
              return Workflow.builder("tolerating")
                  .start(fork)
                  .edge(fork, each)
                  .join(fork, each, join)
                  .policy(join, JoinPolicy.tolerating(2))
                  .end(join)
                  .build();
            })
        .completes("[0, 3, 4]");
  }

  private static Scenario<?, ?, ?> unmet() {
    return Scenario.of(
            "a join that fails",
            5,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var hour = byTheHour(journal, 4);
              var each = failing(journal, n -> n != 4);
              var join = FlowScenarios.text(journal, "join");
              var rescue =
                  Step.types(TypeRef.listOf(Integer.class), TypeRef.of(String.class))
                      .of(
                          "rescue",
                          journal.<Object, List<Integer>, String>noting((ctx, list) ->
                              Transition.next(list + " " + ctx.failure().orElseThrow().message())));
              return Workflow.builder("unmet")
                  .start(fork)
                  .edge(fork, hour)
                  .edge(hour, each)
                  .join(fork, each, join)
                  .policy(join, JoinPolicy.tolerating(1))
                  .onFailure(join, rescue)
                  .end(join)
                  .end(rescue)
                  .build();
            })
        .completes("[4] broken")
        .varying();
  }

  private static Scenario<?, ?, ?> droppedWithinDropped() {
    return Scenario.of(
            "dropped groups, timers and retries",
            3,
            journal -> {
              var outer =
                  journal.split("outer", Integer.class, Integer.class, n -> List.of(1, 2, n));
              var inner = FlowScenarios.upTo(journal, "inner");
              var hour = byTheHour(journal, 9);
              var each =
                  failing(journal, n -> n == 1)
                      .retry(RetryPolicy.fixed(Duration.ofDays(9)).maxAttempts(9));
              var innerJoin = FlowScenarios.sum(journal, "inner-join");
              var outerJoin = FlowScenarios.text(journal, "outer-join");
              // a zero alone is first; those beside it wait for a one that is tried for weeks
              return Workflow.builder("dropped")
                  .start(outer)
                  .edge(outer, inner)
                  .edge(inner, hour)
                  .edge(hour, each)
                  .join(inner, each, innerJoin)
                  .join(outer, innerJoin, outerJoin)
                  .policy(outerJoin, JoinPolicy.first())
                  .end(outerJoin)
                  .build();
            })
        .completes("[0]")
        .varying();
  }

  record Part(int value) {}

  record Whole(Part left, Part right) {
    Whole withLeft(Part part) {
      return new Whole(part, right);
    }

    Whole withRight(Part part) {
      return new Whole(left, part);
    }
  }

  private static Workflow<Part, Integer, Integer> counting(Journal journal) {
    var fork = FlowScenarios.upTo(journal, "fork");
    var add =
        journal.<Part, Integer, Integer>of(
            "add",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.merge(new Part(n));
              return Transition.next(n);
            });
    var sum = FlowScenarios.sum(journal, "sum");
    return Workflow.builder("counting", Part.class, () -> new Part(-1))
        .merge(Merge.of(new Part(0), (a, b) -> new Part(a.value() + b.value())))
        .start(fork)
        .edge(fork, add)
        .join(fork, add, sum)
        .end(sum)
        .build();
  }

  private static Scenario<?, ?, ?> inlinedTwice() {
    return Scenario.of(
            "a workflow inlined twice",
            4,
            journal -> {
              var counting = counting(journal);
              var left = Step.workflow("left", counting, Lens.of(Whole::left, Whole::withLeft));
              var right = Step.workflow("right", counting, Lens.of(Whole::right, Whole::withRight));
              return Workflow.builder(
                      "twice", Whole.class, () -> new Whole(new Part(0), new Part(100)))
                  .start(left)
                  .edge(left, right)
                  .end(right)
                  .build();
            })
        .completes(15)
        .leaves(new Whole(new Part(6), new Part(115)));
  }

  private static Scenario<?, ?, ?> inlinedThatFails() {
    return Scenario.of(
            "an inlined workflow that fails",
            4,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var hour = byTheHour(journal, 3);
              var each = failing(journal, n -> n == 1);
              var inner =
                  Workflow.builder("inner")
                      .start(fork)
                      .edge(fork, hour)
                      .edge(hour, each)
                      .end(each)
                      .build();
              var middle = Step.workflow("middle", inner);
              var in =
                  Step.workflow("in", Workflow.builder("middle").start(middle).end(middle).build());
              var mend =
                  journal.<Object, Integer, Integer>of(
                      "mend",
                      Integer.class,
                      Integer.class,
                      (ctx, n) ->
                          Transition.next(n * 100 + ctx.failure().orElseThrow().step().length()));
              return Workflow.builder("outer")
                  .start(in)
                  .onFailure(in, mend)
                  .end(in)
                  .end(mend)
                  .build();
            })
        .completes(400 + "in/middle/each".length())
        .varying();
  }

  private static Scenario<?, ?, ?> inlinedThatTerminates() {
    return Scenario.of(
            "an inlined workflow that is ended",
            4,
            journal -> {
              var fork = FlowScenarios.upTo(journal, "fork");
              var hour = byTheHour(journal, 3);
              var end = FlowScenarios.plus(journal, "end", 0);
              var stop = FlowScenarios.plus(journal, "stop", 10);
              var inner =
                  Workflow.builder("inner")
                      .start(fork)
                      .edge(fork, hour)
                      .branch(hour)
                      .when(Integer.class)
                      .and(n -> n == 2)
                      .to(stop)
                      .otherwise(end)
                      .end(end)
                      .terminate(stop)
                      .build();
              var in = Step.workflow("in", inner);
              var after = FlowScenarios.plus(journal, "after", 100);
              return Workflow.builder("outer").start(in).edge(in, after).end(after).build();
            })
        .completes(112)
        .varying();
  }
}
