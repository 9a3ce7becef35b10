package dev.treadle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What drawings of a graph have in common: an id for each step, and its role in the scopes.
final class Roles {
  private final Map<String, String> ids = new HashMap<>();
  private final Set<String> forks = new HashSet<>();
  private final Map<String, JoinPolicy> joins = new HashMap<>();

  /// For each step of an inlined workflow the step that inlines it, the innermost one.
  private final Map<String, String> homes = new HashMap<>();

  private final Map<String, String> workflows = new HashMap<>();

  enum Role {
    PLAIN,
    FORK,
    JOIN,
    FORK_AND_JOIN
  }

  Roles(Graph graph) {
    graph.steps().forEach(placed -> ids.put(placed.step().name(), "s" + ids.size()));
    for (var scope : graph.scopes()) {
      if (scope.workflow().isPresent()) { // an enclosing one comes before those within it
        workflows.put(scope.fork(), scope.workflow().get());
        scope.steps().forEach(step -> homes.put(step, scope.fork()));
      }
    }
    graph.scopes().forEach(scope -> forks.add(scope.fork()));
    graph.scopes().forEach(scope -> joins.put(scope.join(), scope.policy()));
  }

  /// The id of a step: `s0` for the start, and so on in the order of placing.
  String id(String step) {
    return Objects.requireNonNull(ids.get(step), step);
  }

  /// The step that inlines the workflow which a step is of, or an empty string.
  String home(String step) {
    return homes.getOrDefault(step, "");
  }

  /// The name of the workflow that a step inlines, or null.
  @Nullable String workflow(String step) {
    return workflows.get(step);
  }

  /// The name of a step, and in brackets what it awaits, and its policy if it is a join that has
  /// one.
  String label(Step<?, ?, ?> step) {
    var label = step.name();
    if (step.body() instanceof StepBody.Await<?, ?, ?, ?> await) {
      label += " (awaits " + await.signal().name() + ")";
    }
    if (step.body() instanceof StepBody.AwaitRun<?, ?, ?, ?> await) {
      label += " (awaits run of " + await.workflow().name() + ")";
    }
    var policy = joins.get(step.name());
    return policy == null || policy instanceof JoinPolicy.All ? label : label + " (" + policy + ")";
  }

  Role of(String step) {
    if (forks.contains(step)) {
      return joins.containsKey(step) ? Role.FORK_AND_JOIN : Role.FORK;
    }
    return joins.containsKey(step) ? Role.JOIN : Role.PLAIN;
  }
}
