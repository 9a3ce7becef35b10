package dev.treadle.executor;

import dev.treadle.Graph;
import dev.treadle.JoinPolicy;
import dev.treadle.Merge;
import dev.treadle.Workflow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A workflow made ready to run: names turned into references. Immutable and safe for use by many
/// threads.
final class Plan {
  final Workflow<?, ?, ?> workflow;
  final PlanStep start;
  final @Nullable Class<?> contextClass;
  final @Nullable Supplier<?> initialContext;
  final @Nullable Merge<Object> merge;

  /// Whether some step gives the run an output; if none does, the output's type is [Void].
  final boolean hasEnds;

  /// Whether the attempts of some step are limited.
  final boolean hasLimits;

  /// Whether some step has an undo.
  final boolean hasUndos;

  /// The types of what is stored; null in a transient executor.
  final @Nullable PlanPayloads payloads;

  private final Map<String, PlanStep> steps;
  private final Map<String, PlanStep> awaits = new HashMap<>(0);

  private Plan(
      Workflow<?, ?, ?> workflow, Map<String, PlanStep> steps, @Nullable PayloadCodec codec) {
    this.workflow = workflow;
    this.steps = steps;
    var graph = workflow.graph();
    this.start = step(graph.steps().getFirst().step().name());
    this.contextClass = workflow.contextType().orElse(null);
    this.initialContext = workflow.initialContext().orElse(null);
    this.merge = untyped(workflow.merge());
    this.hasEnds =
        graph.steps().stream()
            .map(Graph.PlacedStep::ending)
            .anyMatch(ending -> ending == Graph.Ending.END || ending == Graph.Ending.TERMINATE);
    this.hasLimits = steps.values().stream().anyMatch(step -> step.limit != null);
    this.hasUndos = !graph.undos().isEmpty();
    for (var step : steps.values()) {
      if (step.await != null && step.await.signal != null) {
        awaits.put(step.await.signal.name(), step);
      }
    }
    this.payloads = codec == null ? null : PlanPayloads.of(workflow, steps, codec);
  }

  /// How payloads are stored.
  PlanPayloads stored() {
    if (payloads == null) {
      throw new IllegalStateException("the plan was made for a transient executor");
    }
    return payloads;
  }

  /// Makes a workflow ready.
  ///
  /// @param codec how payloads are stored, or null if they are not
  /// @throws PayloadException if a type of the workflow can't be stored
  static Plan of(Workflow<?, ?, ?> workflow, @Nullable PayloadCodec codec) {
    return of(workflow, codec, new StepLimits());
  }

  /// Makes a workflow ready.
  ///
  /// @param codec how payloads are stored, or null if they are not
  /// @param limits those of the executor's steps
  /// @throws PayloadException if a type of the workflow can't be stored
  static Plan of(Workflow<?, ?, ?> workflow, @Nullable PayloadCodec codec, StepLimits limits) {
    var graph = workflow.graph();
    var depths = depths(graph);
    var steps = HashMap.<String, PlanStep>newHashMap(graph.steps().size());
    for (var placed : graph.steps()) {
      int depth = placed.scope().map(depths::get).orElse(0);
      var limit = limits.of(placed.step());
      steps.put(placed.step().name(), new PlanStep(placed.step(), placed.ending(), depth, limit));
    }
    graph
        .undos()
        .forEach((name, undo) -> PlanStep.undoing(named(steps, name), undo, limits.of(undo)));
    for (var scope : graph.scopes()) {
      var fork = named(steps, scope.fork());
      fork.closedBy = named(steps, scope.join());
      fork.exits = scope.exits();
      fork.policy = scope.policy();
      fork.counted =
          fork.inlines
              || !(fork.policy instanceof JoinPolicy.All)
              || scope.enclosing().map(outer -> named(steps, outer).counted).orElse(false);
    }
    for (var placed : graph.steps()) {
      placed
          .scope()
          .ifPresent(fork -> named(steps, placed.step().name()).within = named(steps, fork));
      link(steps, placed);
    }
    return new Plan(workflow, steps, codec);
  }

  /// A step by its name.
  ///
  /// @throws IllegalArgumentException if there is none
  PlanStep step(String name) {
    return named(steps, name);
  }

  /// A step by its name, or null.
  @Nullable PlanStep find(String name) {
    return steps.get(name);
  }

  /// A step that awaits a signal of that name, or null; all await the same type.
  @Nullable PlanStep awaiting(String signal) {
    return awaits.get(signal);
  }

  /// The step that what is stored under a name belongs to: a step that had the name before, or has
  /// it; or null.
  @Nullable PlanStep findStored(String name) {
    return steps.get(workflow.changes().present(name));
  }

  /// How many scopes the steps of each scope lie in, by the scope's fork.
  private static Map<String, Integer> depths(Graph graph) {
    var depths = HashMap.<String, Integer>newHashMap(graph.scopes().size());
    for (var scope : graph.scopes()) { // an enclosing scope comes before those within it
      depths.put(scope.fork(), 1 + scope.enclosing().map(depths::get).orElse(0));
    }
    return depths;
  }

  private static void link(Map<String, PlanStep> steps, Graph.PlacedStep placed) {
    var from = named(steps, placed.step().name());
    int depth = from.forks() ? from.depth + 1 : from.depth;
    var routes = new PlanRoute[placed.routes().size()];
    for (int i = 0; i < routes.length; i++) {
      routes[i] =
          switch (placed.routes().get(i)) {
            case Graph.Route.Edge(var to) -> toStep(steps, depth, to);
            case Graph.Route.Feed(var to) -> toJoin(steps, depth, to, false);
            case Graph.Route.Finish(var to) -> toJoin(steps, depth, to, true);
            case Graph.Route.Branch(var arms) ->
                new PlanRoute.ToArms(
                    arms.stream()
                        .map(arm -> new PlanRoute.Arm(arm.takes(), toStep(steps, depth, arm.to())))
                        .toArray(PlanRoute.Arm[]::new));
          };
    }
    from.link(routes);
    placed.fallback().ifPresent(to -> from.fallback = toStep(steps, from.depth, to));
    placed.deadline().ifPresent(late -> link(from, late, toStep(steps, from.depth, late.to())));
  }

  private static void link(PlanStep from, Graph.Deadline deadline, PlanRoute.ToStep to) {
    if (from.await == null) {
      throw new IllegalArgumentException("step " + from + " has a deadline, but awaits nothing");
    }
    from.await.late = to;
    from.await.millis = Math.max(1, deadline.after().toMillis());
  }

  private static PlanRoute.ToJoin toJoin(
      Map<String, PlanStep> steps, int depth, String to, boolean finishes) {
    var join = named(steps, to);
    return new PlanRoute.ToJoin(join, depth - join.depth - 1, finishes);
  }

  private static PlanRoute.ToStep toStep(Map<String, PlanStep> steps, int depth, String to) {
    var step = named(steps, to);
    return new PlanRoute.ToStep(step, depth - step.depth);
  }

  private static PlanStep named(Map<String, PlanStep> steps, String name) {
    var step = steps.get(name);
    if (step == null) {
      throw new IllegalArgumentException("the workflow has no step \"" + name + "\"");
    }
    return step;
  }

  /// A run's context is only ever of the class that the merge takes.
  @SuppressWarnings("unchecked")
  private static @Nullable Merge<Object> untyped(Optional<? extends Merge<?>> merge) {
    return (Merge<Object>) merge.orElse(null);
  }
}
