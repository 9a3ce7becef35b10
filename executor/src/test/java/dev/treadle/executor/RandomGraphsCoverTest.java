package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Graph;
import dev.treadle.StepBody;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The random graphs have in them what they are there for.
final class RandomGraphsCoverTest {
  private static final int GRAPHS = 1_000;

  @Test
  void make_manySeeds_everythingOccurs() {
    var counts = new TreeMap<String, Integer>();
    for (long seed = 1; seed <= GRAPHS; seed++) {
      var one = RandomGraphs.make(seed, 18);
      shapes(one.workflow().graph(), counts);
      runs(one.expectation(), counts);
    }
    System.out.println("in random graphs: " + counts);
    assertThat(counts)
        .allSatisfy((what, count) ->
            assertThat(count).as("%s in %s", what, counts).isGreaterThanOrEqualTo(3));
  }

  @Test
  void make_manySeeds_mostRunsComeToOneEndInAnyOrder() {
    int racy = 0;
    for (long seed = 1; seed <= GRAPHS; seed++) {
      racy += RandomGraphs.make(seed, 18).expectation().racy() ? 1 : 0;
    }
    assertThat(racy).isBetween(GRAPHS / 20, GRAPHS / 3);
  }

  private static void shapes(Graph graph, Map<String, Integer> counts) {
    count(counts, "exit", graph.scopes().stream().anyMatch(Graph.Scope::exits));
    for (var scope : graph.scopes()) {
      count(counts, "scope", true);
      count(counts, scope.policy().toString(), true);
      count(counts, "nested workflow", scope.workflow().isPresent());
      count(
          counts,
          "nested in a nested workflow",
          scope.workflow().isPresent()
              && scope.enclosing().isPresent()
              && graph.scopes().stream()
                  .anyMatch(outer ->
                      outer.workflow().isPresent() && outer.steps().contains(scope.fork())));
      count(counts, "scope in a scope", scope.enclosing().isPresent());
      count(counts, "fork that feeds its join", feeds(graph, scope, scope.fork()));
      count(
          counts,
          "join fed out of an inner scope",
          graph.scopes().stream()
              .filter(inner -> inner.enclosing().equals(Optional.of(scope.fork())))
              .flatMap(inner -> inner.steps().stream())
              .anyMatch(step -> feeds(graph, scope, step)));
    }
    for (var step : graph.steps()) {
      boolean branches = step.routes().stream().anyMatch(Graph.Route.Branch.class::isInstance);
      count(counts, "branch", branches);
      count(counts, "edge beside a branch", branches && step.routes().size() > 1);
      count(counts, "fallback", step.fallback().isPresent());
      count(counts, "retry", step.step().retryPolicy().isPresent());
      count(counts, "gate", step.step().body() instanceof StepBody.Gate);
      count(
          counts,
          "lens",
          step.step().body() instanceof StepBody.Inlined<?, ?, ?> inlined
              && inlined.lens().isPresent());
      count(counts, "await", step.step().body() instanceof StepBody.Await);
      count(counts, "deadline", step.deadline().isPresent());
      count(counts, "sink", step.ending() == Graph.Ending.SINK);
      count(
          counts,
          "end with a way on",
          step.ending() == Graph.Ending.END && !step.routes().isEmpty());
    }
  }

  private static boolean feeds(Graph graph, Graph.Scope scope, String step) {
    return graph.steps().stream()
        .filter(placed -> placed.step().name().equals(step))
        .anyMatch(placed -> placed.routes().contains(new Graph.Route.Feed(scope.join())));
  }

  private static void runs(ModelExpectation expectation, Map<String, Integer> counts) {
    var run = expectation.inOrder();
    count(counts, run.verdict().getClass().getSimpleName(), true);
    count(counts, "empty list", run.gathered().stream().anyMatch(g -> g.values().isEmpty()));
    count(counts, "long list", run.gathered().stream().anyMatch(g -> g.values().size() > 5));
    count(counts, "several outputs", run.outputs().size() > 1);
    count(counts, "context", !run.context().equals(RandomTally.ZERO));
    count(counts, "wait", expectation.waits());
    for (var event : ReferenceModel.Event.values()) {
      count(counts, event.name(), expectation.events().contains(event));
    }
    count(counts, "terminate", !expectation.terminals().isEmpty());
    count(
        counts, "terminate or failure", !expectation.terminals().isEmpty() && expectation.fails());
  }

  private static void count(Map<String, Integer> counts, String what, boolean is) {
    counts.merge(what, is ? 1 : 0, Integer::sum);
  }
}
