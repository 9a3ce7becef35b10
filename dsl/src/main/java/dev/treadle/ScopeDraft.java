package dev.treadle;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A fork, its join, and the steps between: those reachable from the fork that reach the join, in
/// both cases without passing fork or join.
///
/// @param steps the positions of the steps between
/// @param dominated whether every way from the start to the join leads through the fork
/// @param exits whether an item can leave other than through the join
record ScopeDraft(Place fork, Place join, BitSet steps, boolean dominated, boolean exits) {

  static ScopeDraft of(Links links, Place fork, Place join) {
    var start = links.places().getFirst();
    // a fork that fails, or waits in vain, opens no group; what follows is outside the scope
    var outputs = links.outputs(fork);
    var before = links.before(join, fork, join);
    var steps = links.after(outputs, fork, join);
    steps.and(before);
    steps.clear(fork.index);
    steps.clear(join.index);
    var dominated = start == fork || !before.get(start.index);
    return new ScopeDraft(fork, join, steps, dominated, exits(links, outputs, join, steps));
  }

  private static boolean exits(Links links, int[] outputs, Place join, BitSet steps) {
    var exits = leads(outputs, join, steps);
    for (var step = steps.nextSetBit(0); step >= 0 && !exits; step = steps.nextSetBit(step + 1)) {
      exits = leads(links.successors(step), join, steps);
    }
    return exits;
  }

  private static boolean leads(int[] targets, Place join, BitSet steps) {
    for (var to : targets) {
      if (to != join.index && !steps.get(to)) {
        return true;
      }
    }
    return false;
  }

  boolean holds(Place place) {
    return steps.get(place.index);
  }

  /// The links that lead into the scope other than from the fork's outputs.
  List<Links.Link> entries(Links links) {
    return steps.stream()
        .filter(step -> mayBeEntered(links.predecessors(step)))
        .mapToObj(links.places()::get)
        .flatMap(step -> links.in(step).stream())
        .filter(link -> link.from() == fork ? link.isInstead() : !holds(link.from()))
        .toList();
  }

  private boolean mayBeEntered(int[] predecessors) {
    for (var from : predecessors) {
      if (!steps.get(from)) {
        return true;
      }
    }
    return false;
  }

  Graph.Scope scope(List<Place> places, @Nullable ScopeDraft enclosing) {
    var names = steps.stream().mapToObj(places::get).map(Place::name).toArray(String[]::new);
    return new Graph.Scope(
        fork.name(),
        join.name(),
        Set.of(names),
        name(enclosing),
        exits,
        join.policy(),
        Optional.empty());
  }

  static Optional<String> name(@Nullable ScopeDraft scope) {
    return Optional.ofNullable(scope).map(known -> known.fork.name());
  }
}
