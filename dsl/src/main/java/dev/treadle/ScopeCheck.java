package dev.treadle;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules of forks and joins.
final class ScopeCheck {
  private static final int ENTRIES_TOLD = 20;

  private final Links links;
  private final List<Draft.Joining> joinings;
  private final List<String> faults;
  private final Map<Place, Set<Place>> joinsOfFork = new LinkedHashMap<>();
  private final Map<Place, Set<Place>> forksOfJoin = new LinkedHashMap<>();

  ScopeCheck(Links links, List<Draft.Joining> joinings, List<String> faults) {
    this.links = links;
    this.joinings = joinings;
    this.faults = faults;
    for (var joining : joinings) {
      joinsOfFork.computeIfAbsent(joining.fork(), _ -> new LinkedHashSet<>()).add(joining.join());
      forksOfJoin.computeIfAbsent(joining.join(), _ -> new LinkedHashSet<>()).add(joining.fork());
    }
  }

  /// The scopes, an enclosing one before those within.
  List<ScopeDraft> check() {
    joinsOfFork.forEach(this::oneJoin);
    forksOfJoin.forEach(this::join);
    links.places().forEach(this::policies);
    var scopes = new ArrayList<ScopeDraft>();
    joinsOfFork.keySet().forEach(fork -> addScope(fork, scopes));
    scopes.forEach(this::scope);
    nesting(scopes);
    feeders(scopes);
    scopes.sort(Comparator.comparingInt(scope -> -scope.steps().cardinality()));
    return scopes;
  }

  // a fork or a join that is not paired off has been told of, and has no scope
  private void addScope(Place fork, List<ScopeDraft> scopes) {
    var joins = joinsOfFork.getOrDefault(fork, Set.of());
    var join = joins.iterator().next();
    if (joins.size() == 1 && join != fork && forksOfJoin.getOrDefault(join, Set.of()).size() == 1) {
      scopes.add(ScopeDraft.of(links, fork, join));
    }
  }

  private void oneJoin(Place fork, Set<Place> joins) {
    if (joins.size() > 1) {
      faults.add(
          "the fork %s has %d joins, %s: a fork has one; put a step of its own before each"
              .formatted(fork, joins.size(), StepCheck.listed(List.copyOf(joins))));
    }
    if (joins.contains(fork)) {
      faults.add("%s is both fork and join of one scope: they must be two steps".formatted(fork));
    }
  }

  private void join(Place join, Set<Place> forks) {
    if (forks.size() > 1) {
      faults.add(
          "the join %s has %d forks, %s: a join closes one"
              .formatted(join, forks.size(), StepCheck.listed(List.copyOf(forks))));
    }
    if (join == links.places().getFirst()) {
      faults.add("the join %s is the start: start with a step before its fork".formatted(join));
    }
    for (var link : links.in(join)) {
      if (link.kind() != Links.Kind.FEED) {
        faults.add(
            "%s from %s leads into the join %s: only join(fork, from, join) leads there"
                .formatted(kind(link), link.from(), join));
      }
    }
  }

  private void policies(Place place) {
    if (place.policies.size() > 1) {
      faults.add(
          "the join %s has %d policies, %s: keep one"
              .formatted(
                  place,
                  place.policies.size(),
                  place.policies.stream().map(JoinPolicy::toString).collect(joining(" and "))));
    }
    if (!place.policies.isEmpty() && !forksOfJoin.containsKey(place)) {
      faults.add(
          "%s has the policy \"%s\", but is not a join: make it one by join(fork, from, %s)"
              .formatted(place, place.policy(), place.name()));
    }
  }

  private void scope(ScopeDraft scope) {
    if (!scope.dominated()) {
      faults.add(
          "the join %s can be reached without passing its fork %s: lead every way to it through the"
                  .formatted(scope.join(), scope.fork())
              + " fork");
    }
    var entries = scope.entries(links);
    entries.stream().limit(ENTRIES_TOLD).forEach(link -> entered(scope, link));
    if (entries.size() > ENTRIES_TOLD) {
      faults.add(
          "%d more ways lead between the fork %s and its join %s: enter through the fork"
              .formatted(entries.size() - ENTRIES_TOLD, scope.fork(), scope.join()));
    }
  }

  private void entered(ScopeDraft scope, Links.Link link) {
    faults.add(
        link.from() == scope.fork()
            ? ("%s of the fork %s leads to %s, before its join %s: a fork that gives no output"
                    + " opens no group; let it lead past the join")
                .formatted(kind(link), scope.fork(), link.to(), scope.join())
            : "%s from %s leads to %s, between the fork %s and its join %s: enter through the fork"
                .formatted(kind(link), link.from(), link.to(), scope.fork(), scope.join()));
  }

  private void nesting(List<ScopeDraft> scopes) {
    for (var inner : scopes) {
      scopes.stream()
          .filter(outer -> outer.holds(inner.fork()) != outer.holds(inner.join()))
          .filter(outer -> outer.fork() != inner.fork())
          .findFirst()
          .ifPresent(outer -> crossed(inner, outer));
    }
  }

  private void crossed(ScopeDraft inner, ScopeDraft outer) {
    var between = outer.holds(inner.fork()) ? inner.fork() : inner.join();
    faults.add(
        ("the fork %s and its join %s do not lie in the same scopes: %s lies between %s and %s, the"
                + " other does not")
            .formatted(inner.fork(), inner.join(), between, outer.fork(), outer.join()));
  }

  private void feeders(List<ScopeDraft> scopes) {
    var byFork = new LinkedHashMap<Place, ScopeDraft>();
    scopes.forEach(scope -> byFork.put(scope.fork(), scope));
    for (var joining : joinings) {
      var scope = byFork.get(joining.fork());
      if (scope != null && joining.from() != joining.fork() && !scope.holds(joining.from())) {
        faults.add(
            "%s feeds the join %s, but does not lie between the fork %s and it"
                .formatted(joining.from(), joining.join(), joining.fork()));
      }
    }
  }

  private static String kind(Links.Link link) {
    return switch (link.kind()) {
      case EDGE -> "an edge";
      case ARM -> "an arm";
      case FEED -> "a join";
      case FALLBACK -> "the fallback";
      case DEADLINE -> "the deadline";
    };
  }
}
