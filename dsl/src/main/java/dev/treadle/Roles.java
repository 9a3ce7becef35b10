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
  private final Set<String> joins = new HashSet<>();

  enum Role {
    PLAIN,
    FORK,
    JOIN,
    FORK_AND_JOIN
  }

  Roles(Graph graph) {
    graph.steps().forEach(placed -> ids.put(placed.step().name(), "s" + ids.size()));
    graph.scopes().forEach(scope -> forks.add(scope.fork()));
    graph.scopes().forEach(scope -> joins.add(scope.join()));
  }

  /// The id of a step: `s0` for the start, and so on in the order of placing.
  String id(String step) {
    return Objects.requireNonNull(ids.get(step), step);
  }

  Role of(String step) {
    if (forks.contains(step)) {
      return joins.contains(step) ? Role.FORK_AND_JOIN : Role.FORK;
    }
    return joins.contains(step) ? Role.JOIN : Role.PLAIN;
  }
}
