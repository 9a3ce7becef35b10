package dev.treadle;

import static dev.treadle.Fixtures.faultsOf;
import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ScopeTest {
  private final Step<Object, String, String> start = step("start");
  private final Step<Object, String, String> fork = step("fork");
  private final Step<Object, String, String> a = step("a");
  private final Step<Object, String, String> b = step("b");
  private final Step<Object, String, String> c = step("c");
  private final Step<Object, List<String>, String> sum = gather("sum");
  private final Step<Object, List<String>, String> total = gather("total");

  /// start to fork, fork to a, a into sum.
  private WorkflowBuilder<Object, String> plain() {
    return Workflow.builder("w").start(start).then(fork).edge(fork, a).join(fork, a, sum);
  }

  @Test
  void build_forkAndJoin_givesTheScope() {
    var graph = plain().end(sum).build().graph();

    assertThat(graph.scopes())
        .containsExactly(scope("fork", "sum", Set.of("a"), Optional.empty(), false));
    assertThat(graph.steps())
        .extracting(Graph.PlacedStep::scope)
        .containsExactly(Optional.empty(), Optional.empty(), Optional.of("fork"), Optional.empty());
    assertThat(graph.steps().get(2).routes()).containsExactly(new Graph.Route.Feed("sum"));
  }

  @Test
  void build_forkFeedsDirectly_scopeIsEmpty() {
    var graph = Workflow.builder("w").start(fork).join(fork, fork, sum).end(sum).build().graph();

    assertThat(graph.scopes())
        .containsExactly(scope("fork", "sum", Set.of(), Optional.empty(), false));
  }

  @Test
  void build_nested_enclosingComesFirst() {
    var graph =
        Workflow.builder("w")
            .start(start)
            .then(fork)
            .join(fork, sum, total)
            .join(a, b, sum)
            .edge(fork, a)
            .edge(a, b)
            .end(total)
            .build()
            .graph();

    assertThat(graph.scopes())
        .containsExactly(
            scope("fork", "total", Set.of("a", "b", "sum"), Optional.empty(), false),
            scope("a", "sum", Set.of("b"), Optional.of("fork"), false));
    assertThat(placed(graph, "b").scope()).contains("a");
    assertThat(placed(graph, "a").scope()).contains("fork");
    assertThat(placed(graph, "sum").scope()).contains("fork");
  }

  @Test
  void build_joinIsForkOfTheNext_scopesAreSideBySide() {
    var builder = plain().edge(sum, b).join(sum, b, total).end(total);

    var scopes = builder.build().graph().scopes();
    assertThat(scopes).extracting(Graph.Scope::fork).containsExactly("fork", "sum");
    assertThat(scopes).extracting(Graph.Scope::enclosing).containsOnly(Optional.empty());
  }

  @Test
  void exits_edgeToAStepThatDoesNotReachTheJoin_isTrue() {
    var graph = plain().edge(a, b).sink(b).end(sum).build().graph();

    assertThat(graph.scopes().getFirst().exits()).isTrue();
    assertThat(graph.scopes().getFirst().steps()).containsExactly("a");
    assertThat(placed(graph, "b").scope()).isEmpty();
  }

  @Test
  void exits_fromTheForkItself_isTrue() {
    assertThat(plain().edge(fork, b).sink(b).end(sum).build().graph().scopes().getFirst().exits())
        .isTrue();
  }

  @Test
  void exits_fallbackOfAStepBetween_counts() {
    var graph = plain().onFailure(a, b).sink(b).end(sum).build().graph();

    assertThat(graph.scopes().getFirst().exits()).isTrue();
  }

  @Test
  void exits_fallbackOfTheForkPastTheJoin_doesNotCount() {
    var graph = plain().onFailure(fork, b).end(sum).end(b).build().graph();

    assertThat(graph.scopes().getFirst().exits()).isFalse();
    assertThat(placed(graph, "fork").fallback()).contains("b");
  }

  @Test
  void build_fallbackWithinTheScope_builds() {
    var graph = plain().onFailure(a, b).join(fork, b, sum).end(sum).build().graph();

    assertThat(graph.scopes().getFirst().steps()).containsExactlyInAnyOrder("a", "b");
    assertThat(graph.scopes().getFirst().exits()).isFalse();
  }

  @Test
  void build_backToTheFork_leavesTheScope() {
    var graph = plain().edge(a, fork).end(sum).build().graph();

    assertThat(graph.scopes().getFirst().exits()).isTrue();
  }

  @Test
  void build_joinNotDominated_isAFault() {
    var builder = plain().edge(start, b).edge(fork, b).join(fork, b, sum).end(sum);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "the join \"sum\" can be reached without passing its fork \"fork\": lead every way to"
                + " it through the fork",
            "an edge from \"start\" leads to \"b\", between the fork \"fork\" and its join \"sum\":"
                + " enter through the fork");
  }

  @Test
  void build_armIntoTheScope_isAFault() {
    var builder = plain().branch(start).when(String.class).to(a).endBranch().end(sum);

    assertThat(faultsOf(builder::build))
        .contains(
            "an arm from \"start\" leads to \"a\", between the fork \"fork\" and its join \"sum\":"
                + " enter through the fork");
  }

  @Test
  void build_fallbackIntoTheScope_isAFault() {
    var builder = plain().onFailure(start, a).end(sum);

    assertThat(faultsOf(builder::build))
        .contains(
            "the fallback from \"start\" leads to \"a\", between the fork \"fork\" and its join"
                + " \"sum\": enter through the fork");
  }

  @Test
  void build_loopFromTheJoinIntoTheScope_isAFault() {
    var builder = plain().edge(sum, a).end(sum);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "an edge from \"sum\" leads to \"a\", between the fork \"fork\" and its join \"sum\":"
                + " enter through the fork");
  }

  @Test
  void build_fallbackOfTheForkIntoItsScope_isAFault() {
    var builder = plain().onFailure(fork, a).end(sum);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "the fallback of the fork \"fork\" leads to \"a\", before its join \"sum\": a fork that"
                + " gives no output opens no group; let it lead past the join");
  }

  @Test
  void build_veryManyWaysIntoTheScope_tellsTheFirst() {
    var builder = plain();
    for (var i = 0; i < 30; i++) {
      var outside = step("outside" + i);
      builder.edge(start, outside).edge(outside, a);
    }

    assertThat(faultsOf(builder.end(sum)::build))
        .hasSize(22)
        .last()
        .isEqualTo(
            "10 more ways lead between the fork \"fork\" and its join \"sum\": enter through the"
                + " fork");
  }

  @Test
  void build_scopesOverlap_isAFault() {
    var builder =
        Workflow.builder("w")
            .start(fork)
            .edge(fork, a)
            .edge(a, b)
            .join(fork, b, sum)
            .edge(sum, c)
            .join(a, c, total)
            .end(total);

    assertThat(faultsOf(builder::build))
        .containsExactlyInAnyOrder(
            "the fork \"a\" and its join \"total\" do not lie in the same scopes: \"a\" lies"
                + " between \"fork\" and \"sum\", the other does not",
            "the fork \"fork\" and its join \"sum\" do not lie in the same scopes: \"sum\" lies"
                + " between \"a\" and \"total\", the other does not");
  }

  @Test
  void build_edgeIntoAJoin_isAFault() {
    var texts = TypeRef.listOf(String.class);
    var listing = Step.types(TypeRef.of(String.class), texts).map("listing", List::of);
    var builder = plain().edge(fork, listing).edge(listing, sum);
    var handled = plain().edge(fork, listing).edge(listing, total).onFailure(total, sum);

    assertThat(faultsOf(builder.end(sum)::build))
        .containsExactly(
            "an edge from \"listing\" leads into the join \"sum\": only join(fork, from, join)"
                + " leads there");
    assertThat(faultsOf(handled.end(sum).end(total)::build))
        .containsExactly(
            "the fallback from \"total\" leads into the join \"sum\": only join(fork, from, join)"
                + " leads there");
  }

  @Test
  void build_forkWithTwoJoins_isAFault() {
    var builder = plain().join(fork, a, total).end(sum).end(total);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "the fork \"fork\" has 2 joins, \"sum\", \"total\": a fork has one; put a step of its"
                + " own before each");
  }

  @Test
  void build_joinWithTwoForks_isAFault() {
    var builder = plain().edge(fork, b).join(start, b, sum).end(sum);

    assertThat(faultsOf(builder::build))
        .containsExactly("the join \"sum\" has 2 forks, \"fork\", \"start\": a join closes one");
  }

  @Test
  void build_forkIsItsJoin_isAFault() {
    var builder = Workflow.builder("w").start(start).join(sum, start, sum).end(sum);

    assertThat(faultsOf(builder::build))
        .containsExactly("\"sum\" is both fork and join of one scope: they must be two steps");
  }

  @Test
  void build_feederOutsideTheScope_isAFault() {
    var builder = plain().edge(start, b).join(fork, b, sum).end(sum);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "the join \"sum\" can be reached without passing its fork \"fork\": lead every way to"
                + " it through the fork",
            "\"b\" feeds the join \"sum\", but does not lie between the fork \"fork\" and it");
  }

  @Test
  void build_sameFeederTwice_isAFault() {
    var builder = plain().join(fork, a, sum).end(sum);

    assertThat(faultsOf(builder::build))
        .containsExactly("\"a\" feeds the join \"sum\" twice: drop one");
  }

  @Test
  void build_startIsAJoin_isAFault() {
    var builder = Workflow.builder("w").start(sum).edge(sum, fork).join(fork, fork, sum);

    assertThat(faultsOf(builder.end(sum)::build))
        .contains("the join \"sum\" is the start: start with a step before its fork");
  }

  @Test
  void build_noWayFromForkButFeeders_isAFault() {
    var builder = Workflow.builder("w").start(fork).join(fork, a, sum).end(sum);

    assertThat(faultsOf(builder::build))
        .anyMatch(fault -> fault.startsWith("\"a\" is mentioned but never placed"))
        .anyMatch(fault -> fault.startsWith("\"fork\" has no way on"));
  }

  private static Graph.PlacedStep placed(Graph graph, String name) {
    return graph.steps().stream()
        .filter(placed -> placed.step().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Graph.Scope scope(
      String fork, String join, Set<String> steps, Optional<String> enclosing, boolean exits) {
    return new Graph.Scope(fork, join, steps, enclosing, exits, JoinPolicy.all(), Optional.empty());
  }
}
