package dev.treadle.executor;

import dev.treadle.GateResult;
import dev.treadle.Graph;
import dev.treadle.Graph.PlacedStep;
import dev.treadle.Merge;
import dev.treadle.Node;
import dev.treadle.Workflow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A graph as the [ReferenceInterpreter] looks at it, without types.
final class ReferenceGraph {
  private final Graph graph;
  private final Map<String, PlacedStep> steps = new HashMap<>();
  private final Map<String, Graph.Scope> scopes = new HashMap<>();

  ReferenceGraph(Graph graph) {
    this.graph = graph;
    graph.steps().forEach(step -> steps.put(step.step().name(), step));
    graph.scopes().forEach(scope -> scopes.put(scope.fork(), scope));
  }

  PlacedStep start() {
    return graph.steps().getFirst();
  }

  PlacedStep step(String name) {
    return Objects.requireNonNull(steps.get(name), name);
  }

  Graph.@Nullable Scope forkedBy(PlacedStep step) {
    return scopes.get(step.step().name());
  }

  /// Whether something takes over when a group fails.
  boolean rescues(Graph.Scope scope) {
    var fails = scope.workflow().isPresent() ? scope.fork() : scope.join();
    return step(fails).fallback().isPresent();
  }

  static <T> @Nullable T find(List<T> list, Predicate<T> wanted) {
    for (var one : list) {
      if (wanted.test(one)) {
        return one;
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // the graph has checked the types of neighbours
  static Node<Object, Object, Object> untyped(Node<?, ?, ?> node) {
    return (Node<Object, Object, Object>) node;
  }

  @SuppressWarnings("unchecked") // as above
  static BiFunction<Object, Object, GateResult<?, ?>> untypedGate(
      BiFunction<?, ?, ? extends GateResult<?, ?>> gate) {
    return (BiFunction<Object, Object, GateResult<?, ?>>) gate;
  }

  static Object initial(Workflow<?, ?, ?> workflow) {
    return workflow.initialContext().isPresent()
        ? workflow.initialContext().orElseThrow().get()
        : "no context";
  }

  @SuppressWarnings("unchecked") // a merge is of the workflow's context class
  static @Nullable Merge<Object> untyped(Optional<? extends Merge<?>> merge) {
    return (Merge<Object>) merge.orElse(null);
  }
}
