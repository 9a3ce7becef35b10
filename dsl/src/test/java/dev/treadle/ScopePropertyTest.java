package dev.treadle;

import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Scopes of random graphs, compared with the definition followed word by word, and scopes of
/// graphs that were put together from nested parts, compared with what was put together.
final class ScopePropertyTest {

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void of_randomGraph_agreesWithTheDefinition(int seed) {
    var random = new Random(seed);
    var size = 3 + random.nextInt(5);
    var steps = IntStream.range(0, size).mapToObj(i -> step("s" + i)).toList();
    var draft = new Draft("w", steps.getFirst());
    for (var i = 0; i < 1 + random.nextInt(2 * size); i++) {
      var from = steps.get(random.nextInt(size));
      var to = steps.get(random.nextInt(size));
      if (random.nextInt(5) == 0) {
        draft.fallback(from, to);
      } else {
        draft.edge(from, to);
      }
    }
    steps.forEach(step -> draft.ending(step, Graph.Ending.SINK));
    var links = new Links(draft.places());
    for (var fork : links.places()) {
      for (var join : links.places()) {
        if (fork != join) {
          assertAgrees(links, fork, join);
        }
      }
    }
  }

  private static void assertAgrees(Links links, Place fork, Place join) {
    Predicate<Links.Link> opens = link -> link.from() != fork || !link.isInstead();
    var scope = ScopeDraft.of(links, fork, join);
    var expected = new BitSet();
    for (var place : links.places()) {
      if (place != fork
          && place != join
          && hasPath(links, fork, place, Set.of(fork, join), opens)
          && hasPath(links, place, join, Set.of(fork, join), opens)) {
        expected.set(place.index);
      }
    }
    var start = links.places().getFirst();
    var bypassed =
        start != fork
            && (start == join || hasPath(links, start, join, Set.of(fork, join), _ -> true));
    var exits =
        links
            .all()
            .filter(link -> link.from() == fork || expected.get(link.from().index))
            .filter(opens)
            .anyMatch(link -> link.to() != join && !expected.get(link.to().index));

    assertThat(scope.steps()).as("steps between %s and %s", fork, join).isEqualTo(expected);
    assertThat(scope.dominated()).as("%s dominates %s", fork, join).isEqualTo(!bypassed);
    assertThat(scope.exits()).as("exits between %s and %s", fork, join).isEqualTo(exits);
  }

  // tries every way; the ends of the way may be among the avoided, its inner places may not
  private static boolean hasPath(
      Links links, Place from, Place to, Set<Place> avoided, Predicate<Links.Link> allowed) {
    return hasPath(links, from, to, avoided, allowed, new HashSet<>());
  }

  private static boolean hasPath(
      Links links,
      Place from,
      Place to,
      Set<Place> avoided,
      Predicate<Links.Link> allowed,
      Set<Place> walked) {
    for (var link : links.out(from)) {
      if (!allowed.test(link)) {
        continue;
      }
      if (link.to() == to) {
        return true;
      }
      if (!avoided.contains(link.to())
          && walked.add(link.to())
          && hasPath(links, link.to(), to, avoided, allowed, walked)) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void build_nestedParts_givesTheirScopes(int seed) {
    var parts = new Parts(new Random(seed));
    var first = parts.step();
    parts.builder = Workflow.builder("w").start(first);
    var last = parts.sequence(first, 4, Set.of());

    var graph = parts.builder.end(last).build().graph();

    var found = new HashMap<String, Set<String>>();
    graph.scopes().forEach(scope -> found.put(scope.fork(), scope.steps()));
    assertThat(found).isEqualTo(parts.expected);
    assertThat(graph.scopes()).noneMatch(Graph.Scope::exits);
    assertEnclosingIsSmallest(graph);
  }

  private static void assertEnclosingIsSmallest(Graph graph) {
    for (var placed : graph.steps()) {
      var around =
          graph.scopes().stream()
              .filter(scope -> scope.steps().contains(placed.step().name()))
              .min((x, y) -> Integer.compare(x.steps().size(), y.steps().size()));
      assertThat(placed.scope()).isEqualTo(around.map(Graph.Scope::fork));
    }
    for (var scope : graph.scopes()) {
      var fork =
          graph.steps().stream().filter(p -> p.step().name().equals(scope.fork())).findFirst();
      assertThat(scope.enclosing()).isEqualTo(fork.orElseThrow().scope());
    }
  }

  /// Puts graphs together: sequences of steps, of forks with branches, and of loops.
  private static final class Parts {
    private final Random random;
    private final Map<String, Set<String>> expected = new HashMap<>();
    private WorkflowBuilder<Object, String> builder =
        Workflow.builder("none").start(Fixtures.step("none"));
    private int count;

    Parts(Random random) {
      this.random = random;
    }

    Step<Object, String, String> step() {
      return Fixtures.step("s" + count++);
    }

    Step<Object, ?, String> sequence(Step<Object, ?, String> from, int depth, Set<String> scopes) {
      var last = from;
      for (var i = random.nextInt(3); i >= 0; i--) {
        last = depth > 0 && random.nextBoolean() ? scope(last, depth, scopes) : next(last, scopes);
      }
      return last;
    }

    private Step<Object, ?, String> next(Step<Object, ?, String> from, Set<String> scopes) {
      var next = step();
      builder.edge(from, next);
      if (random.nextInt(4) == 0) {
        builder.edge(next, next);
      }
      return within(next, scopes);
    }

    private Step<Object, ?, String> scope(
        Step<Object, ?, String> from, int depth, Set<String> scopes) {
      var fork = step();
      builder.edge(from, fork);
      within(fork, scopes);
      var inner = new HashSet<>(scopes);
      inner.add(fork.name());
      expected.put(fork.name(), new HashSet<>());
      var join = within(gather("s" + count++), scopes);
      for (var feeder : feeders(fork, depth, inner)) {
        builder.join(fork, feeder, join);
      }
      return join;
    }

    private List<Step<Object, ?, String>> feeders(
        Step<Object, String, String> fork, int depth, Set<String> inner) {
      var feeders = new ArrayList<Step<Object, ?, String>>();
      for (var i = random.nextInt(3); i >= 0; i--) {
        feeders.add(sequence(next(fork, inner), depth - 1, inner));
      }
      if (random.nextInt(4) == 0) {
        feeders.add(fork);
      }
      return feeders;
    }

    private <S extends Step<Object, ?, ?>> S within(S step, Set<String> scopes) {
      scopes.forEach(fork -> expected.computeIfAbsent(fork, _ -> new HashSet<>()).add(step.name()));
      return step;
    }
  }
}
