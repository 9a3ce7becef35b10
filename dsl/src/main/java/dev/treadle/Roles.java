package dev.treadle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What drawings of a graph have in common: an id for each step, and its role in the scopes.
final class Roles {
  private final Map<String, String> ids = new HashMap<>();
  private final Set<String> forks = new HashSet<>();
  private final Map<String, JoinPolicy> joins = new HashMap<>();

  enum Role {
    PLAIN,
    FORK,
    JOIN,
    FORK_AND_JOIN
  }

  Roles(Graph graph) {
    graph.steps().forEach(placed -> ids.put(placed.step().name(), "s" + ids.size()));
    graph.scopes().forEach(scope -> forks.add(scope.fork()));
    graph.scopes().forEach(scope -> joins.put(scope.join(), scope.policy()));
  }

  /// The id of a step: `s0` for the start, and so on in the order of placing.
  String id(String step) {
    return Objects.requireNonNull(ids.get(step), step);
  }

  /// The name of a step, and in brackets its policy if it is a join that has one.
  String label(String step) {
    var policy = joins.get(step);
    return policy == null || policy instanceof JoinPolicy.All ? step : step + " (" + policy + ")";
  }

  Role of(String step) {
    if (forks.contains(step)) {
      return joins.containsKey(step) ? Role.FORK_AND_JOIN : Role.FORK;
    }
    return joins.containsKey(step) ? Role.JOIN : Role.PLAIN;
  }
}
