package dev.treadle.testkit;

import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import dev.treadle.executor.RunResult;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Where items go: edges, branches, forks and joins, ends.
///
/// Stateless.
final class FlowScenarios {
  private FlowScenarios() {}

  static List<Scenario<?, ?, ?>> all() {
    return List.of(
        chain(),
        branch(),
        loop(),
        broadcast(),
        fork(),
        nestedForks(),
        emptyFork(),
        exits(),
        batch(),
        sinks(),
        severalOutputs(),
        someHold(),
        stalled(),
        terminate());
  }

  static Step<Object, Integer, Integer> plus(Journal journal, String name, int more) {
    return journal.map(name, Integer.class, Integer.class, n -> n + more);
  }

  static Step<Object, Integer, Integer> upTo(Journal journal, String name) {
    return journal.split(
        name, Integer.class, Integer.class, n -> IntStream.range(0, n).boxed().toList());
  }

  static Step<Object, List<Integer>, Integer> sum(Journal journal, String name) {
    return journal.join(
        name, Integer.class, Integer.class, list -> list.stream().mapToInt(n -> n).sum());
  }

  static Step<Object, List<Integer>, String> text(Journal journal, String name) {
    return journal.join(name, Integer.class, String.class, List::toString);
  }

  static Scenario<?, ?, ?> chain() {
    return Scenario.of(
            "chain",
            1,
            journal -> {
              var last = plus(journal, "last", 100);
              return Workflow.builder("chain")
                  .start(plus(journal, "first", 1))
                  .then(plus(journal, "second", 10))
                  .then(last)
                  .end(last)
                  .build();
            })
        .completes(112)
        .attempts(Map.of("first", 1, "second", 1, "last", 1));
  }

  static Scenario<?, ?, ?> branch() {
    return Scenario.of(
            "branch",
            5,
            journal -> {
              var fork = upTo(journal, "fork");
              var even = journal.map("even", Integer.class, String.class, n -> n + " even");
              var odd = journal.map("odd", Integer.class, String.class, n -> n + " odd");
              var join = journal.join("join", String.class, String.class, List::toString);
              return Workflow.builder("branch")
                  .start(fork)
                  .branch(fork)
                  .when(Integer.class)
                  .and(n -> n % 2 == 0)
                  .to(even)
                  .otherwise(odd)
                  .join(fork, even, join)
                  .join(fork, odd, join)
                  .end(join)
                  .build();
            })
        .completes("[0 even, 1 odd, 2 even, 3 odd, 4 even]")
        .attempts(Map.of("fork", 1, "even", 3, "odd", 2, "join", 1));
  }

  static Scenario<?, ?, ?> loop() {
    return Scenario.of(
            "loop",
            0,
            journal -> {
              var next = plus(journal, "next", 1);
              var done = plus(journal, "done", 0);
              return Workflow.builder("loop")
                  .start(next)
                  .branch(next)
                  .when(Integer.class)
                  .and(n -> n < 6)
                  .to(next)
                  .otherwise(done)
                  .end(done)
                  .build();
            })
        .completes(6)
        .attempts(Map.of("next", 6, "done", 1));
  }

  static Scenario<?, ?, ?> broadcast() {
    return Scenario.of(
            "broadcast",
            1,
            journal -> {
              var from = plus(journal, "from", 0);
              var left = plus(journal, "left", 10);
              var right = plus(journal, "right", 20);
              var join = text(journal, "join");
              return Workflow.builder("broadcast")
                  .start(from)
                  .edge(from, left)
                  .edge(from, right)
                  .join(from, left, join)
                  .join(from, right, join)
                  .end(join)
                  .build();
            })
        .completes("[11, 21]");
  }

  static Scenario<?, ?, ?> fork() {
    return Scenario.of(
            "fork and join",
            7,
            journal -> {
              var fork = upTo(journal, "fork");
              var each = plus(journal, "each", 1);
              var join = text(journal, "join");
              return Workflow.builder("fork")
                  .start(fork)
                  .edge(fork, each)
                  .join(fork, each, join)
                  .end(join)
                  .build();
            })
        .completes("[1, 2, 3, 4, 5, 6, 7]")
        .attempts(Map.of("fork", 1, "each", 7, "join", 1));
  }

  static Scenario<?, ?, ?> nestedForks() {
    return Scenario.of(
            "nested forks",
            4,
            journal -> {
              var outer = upTo(journal, "outer");
              var inner = upTo(journal, "inner");
              var each = plus(journal, "each", 1);
              var innerJoin = sum(journal, "inner-join");
              var outerJoin = text(journal, "outer-join");
              return Workflow.builder("nested")
                  .start(outer)
                  .edge(outer, inner)
                  .edge(inner, each)
                  .join(inner, each, innerJoin)
                  .join(outer, innerJoin, outerJoin)
                  .end(outerJoin)
                  .build();
            })
        .completes("[0, 1, 3, 6]")
        .attempts(Map.of("outer", 1, "inner", 4, "each", 6, "inner-join", 4, "outer-join", 1));
  }

  static Scenario<?, ?, ?> emptyFork() {
    return Scenario.of(
            "empty fork",
            0,
            journal -> {
              var fork = upTo(journal, "fork");
              var each = plus(journal, "each", 1);
              var join = text(journal, "join");
              return Workflow.builder("empty")
                  .start(fork)
                  .edge(fork, each)
                  .join(fork, each, join)
                  .end(join)
                  .build();
            })
        .completes("[]")
        .attempts(Map.of("fork", 1, "join", 1));
  }

  static Scenario<?, ?, ?> exits() {
    return Scenario.of(
            "items that leave their scope",
            6,
            journal -> {
              var fork = upTo(journal, "fork");
              var sort = plus(journal, "sort", 0);
              var stays = plus(journal, "stays", 10);
              var leaves = plus(journal, "leaves", 100);
              var join = sum(journal, "join");
              return Workflow.builder("exits")
                  .start(fork)
                  .edge(fork, sort)
                  .branch(sort)
                  .when(Integer.class)
                  .and(n -> n % 3 == 0)
                  .to(leaves)
                  .otherwise(stays)
                  .join(fork, stays, join)
                  .end(join)
                  .end(leaves)
                  .build();
            })
        .completes(List.of(52, 100, 103))
        .attempts(Map.of("fork", 1, "sort", 6, "stays", 4, "leaves", 2, "join", 1));
  }

  static Scenario<?, ?, ?> batch() {
    return Scenario.of(
            "batch",
            5,
            journal -> {
              var list =
                  Step.types(TypeRef.of(Integer.class), TypeRef.listOf(Integer.class))
                      .map("list", n -> IntStream.range(0, n).boxed().toList());
              var batch = Step.batch(plus(journal, "each", 1), 2);
              var done = text(journal, "done");
              return Workflow.builder("batch").start(list).then(batch).then(done).end(done).build();
            })
        .completes("[1, 2, 3, 4, 5]")
        .attempts(Map.of("each", 5, "done", 1));
  }

  static Scenario<?, ?, ?> sinks() {
    return Scenario.of(
            "nothing but sinks",
            3,
            journal -> {
              var fork = upTo(journal, "fork");
              var gone = plus(journal, "gone", 0);
              return Workflow.builder("sinks").start(fork).then(gone).sink(gone).build();
            })
        .ends(new RunResult.CompletedWithoutOutput<>())
        .attempts(Map.of("fork", 1, "gone", 3));
  }

  static Scenario<?, ?, ?> severalOutputs() {
    return Scenario.of(
            "several outputs",
            4,
            journal -> {
              var fork = upTo(journal, "fork");
              var each = plus(journal, "each", 1);
              return Workflow.builder("several").start(fork).then(each).end(each).build();
            })
        .completes(List.of(1, 2, 3, 4));
  }

  private static Step<Object, Integer, Integer> holding(Journal journal, int from) {
    return journal.of(
        "holding",
        Integer.class,
        Integer.class,
        (_, n) -> n >= from ? Transition.hold() : Transition.next(n));
  }

  static Scenario<?, ?, ?> someHold() {
    return Scenario.of(
            "some hold",
            4,
            journal -> {
              var fork = upTo(journal, "fork");
              var holding = holding(journal, 2);
              var join = text(journal, "join");
              return Workflow.builder("holding")
                  .start(fork)
                  .edge(fork, holding)
                  .join(fork, holding, join)
                  .end(join)
                  .build();
            })
        .completes("[0, 1]");
  }

  static Scenario<?, ?, ?> stalled() {
    return Scenario.of(
            "all hold",
            3,
            journal -> {
              var fork = upTo(journal, "fork");
              var holding = holding(journal, 0);
              return Workflow.builder("stalled").start(fork).then(holding).end(holding).build();
            })
        .ends(new RunResult.Stalled<>(Map.of("holding", 3L)));
  }

  static Scenario<?, ?, ?> terminate() {
    return Scenario.of(
            "terminate",
            6,
            journal -> {
              var fork = upTo(journal, "fork");
              var first = plus(journal, "first", 1);
              var last = plus(journal, "last", 1);
              return Workflow.builder("terminate")
                  .start(fork)
                  .then(first)
                  .then(last)
                  .terminate(last)
                  .build();
            })
        .expects(end -> Scenario.equal("number of outputs", end.outputs().size(), 1))
        .expects(
            end -> Scenario.equal("output in range", end.output() > 1 && end.output() < 8, true))
        .varying();
  }
}
