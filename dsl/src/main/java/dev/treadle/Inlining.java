package dev.treadle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts the steps of inlined workflows into the graph around them. A step that inlines becomes a
/// fork that hands its input to the inner start; the inner ends feed a join of its own, the
/// collector, which goes on along the routes of the step.
final class Inlining {
  private final Map<String, InlinedSteps> inlined = new HashMap<>();
  private final List<Graph.PlacedStep> steps = new ArrayList<>();
  private final List<Graph.Scope> scopes = new ArrayList<>();
  private final Map<String, Step<?, ?, ?>> undos = new HashMap<>();

  private Inlining() {}

  /// A graph with every workflow inlined.
  ///
  /// @param graph the graph, in which steps that inline are steps like others
  /// @param merge of its workflow, or null
  static Graph of(Graph graph, @Nullable Merge<?> merge) {
    var inlining = new Inlining();
    for (var placed : graph.steps()) {
      if (placed.step().body() instanceof StepBody.Inlined<?, ?, ?> body) {
        var name = placed.step().name();
        inlining.inlined.put(name, new InlinedSteps(placed.step(), body, merge));
      }
    }
    return inlining.inlined.isEmpty() ? graph : inlining.expanded(graph);
  }

  private Graph expanded(Graph graph) {
    graph.scopes().forEach(this::scope);
    for (var placed : graph.steps()) {
      var inner = inlined.get(placed.step().name());
      if (inner == null) {
        steps.add(with(placed, placed.ending(), placed.routes(), placed.fallback()));
      } else {
        inline(placed, inner);
      }
    }
    undos.putAll(graph.undos());
    return new Graph(steps, scopes, undos);
  }

  /// The step that gives the outputs of a step.
  private String giving(String name) {
    return inlined.containsKey(name) ? InlinedSteps.collector(name) : name;
  }

  private Graph.PlacedStep with(
      Graph.PlacedStep placed,
      Graph.Ending ending,
      List<Graph.Route> routes,
      Optional<String> fallback) {
    var scope = placed.scope().map(this::giving);
    return new Graph.PlacedStep(placed.step(), ending, routes, fallback, placed.deadline(), scope);
  }

  private void scope(Graph.Scope scope) {
    var within = new HashSet<>(scope.steps());
    for (var name : scope.steps()) {
      var inner = inlined.get(name);
      if (inner != null) {
        within.add(InlinedSteps.collector(name));
        within.addAll(names(inner));
      }
    }
    scopes.add(
        new Graph.Scope(
            giving(scope.fork()),
            scope.join(),
            within,
            scope.enclosing().map(this::giving),
            scope.exits(),
            scope.policy(),
            scope.workflow()));
  }

  private static Set<String> names(InlinedSteps inner) {
    var names = new HashSet<String>();
    inner.graph().steps().forEach(placed -> names.add(inner.name(placed.step().name())));
    return names;
  }

  private void inline(Graph.PlacedStep placed, InlinedSteps inner) {
    var name = placed.step().name();
    var collector = InlinedSteps.collector(name);
    var graph = inner.graph();
    var body = (StepBody.Inlined<?, ?, ?>) placed.step().body();
    scopes.add(
        new Graph.Scope(
            name,
            collector,
            names(inner),
            placed.scope().map(this::giving),
            false,
            JoinPolicy.all(),
            Optional.of(body.workflow().name())));
    graph.scopes().forEach(scope -> scopes.add(inner(scope, name, inner)));
    graph.undos().forEach((step, undo) -> undos.put(inner.name(step), inner.step(undo)));
    var start = new Graph.Route.Edge(inner.name(graph.steps().getFirst().step().name()));
    steps.add(with(placed, Graph.Ending.NONE, List.of(start), placed.fallback()));
    graph.steps().forEach(step -> steps.add(inner(step, name, inner)));
    steps.add(
        new Graph.PlacedStep(
            inner.collector(),
            placed.ending(),
            placed.routes(),
            Optional.empty(),
            Optional.empty(),
            placed.scope().map(this::giving)));
  }

  private static Graph.Scope inner(Graph.Scope scope, String name, InlinedSteps inner) {
    var within = new HashSet<String>();
    scope.steps().forEach(step -> within.add(inner.name(step)));
    return new Graph.Scope(
        inner.name(scope.fork()),
        inner.name(scope.join()),
        within,
        Optional.of(scope.enclosing().map(inner::name).orElse(name)),
        scope.exits(),
        scope.policy(),
        scope.workflow());
  }

  private static Graph.PlacedStep inner(Graph.PlacedStep placed, String name, InlinedSteps inner) {
    var routes = new ArrayList<Graph.Route>();
    placed.routes().forEach(route -> routes.add(inner(route, inner)));
    var ending = placed.ending();
    if (ending == Graph.Ending.END) {
      routes.add(new Graph.Route.Feed(InlinedSteps.collector(name)));
    } else if (ending == Graph.Ending.TERMINATE) {
      routes.add(new Graph.Route.Finish(InlinedSteps.collector(name)));
    }
    return new Graph.PlacedStep(
        inner.step(placed.step()),
        ending == Graph.Ending.SINK ? ending : Graph.Ending.NONE,
        routes,
        placed.fallback().map(inner::name),
        placed.deadline().map(late -> new Graph.Deadline(late.after(), inner.name(late.to()))),
        Optional.of(placed.scope().map(inner::name).orElse(name)));
  }

  private static Graph.Route inner(Graph.Route route, InlinedSteps inner) {
    return switch (route) {
      case Graph.Route.Edge(var to) -> new Graph.Route.Edge(inner.name(to));
      case Graph.Route.Feed(var join) -> new Graph.Route.Feed(inner.name(join));
      case Graph.Route.Finish(var join) -> new Graph.Route.Finish(inner.name(join));
      case Graph.Route.Branch(var arms) ->
          new Graph.Route.Branch(
              arms.stream()
                  .map(arm -> new Graph.Arm(arm.label(), arm.takes(), inner.name(arm.to())))
                  .toList());
    };
  }
}
