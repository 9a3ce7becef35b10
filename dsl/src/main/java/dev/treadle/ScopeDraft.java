package dev.treadle;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    var before = links.before(join, link -> link.to() != fork);
    var steps = links.after(fork, link -> link.from() != join && opensGroup(link, fork));
    steps.and(before);
    steps.clear(fork.index);
    steps.clear(join.index);
    var dominated = start == fork || !before.get(start.index);
    return new ScopeDraft(fork, join, steps, dominated, exits(links, fork, join, steps));
  }

  private static boolean exits(Links links, Place fork, Place join, BitSet steps) {
    var ofFork = links.out(fork).stream().filter(link -> opensGroup(link, fork));
    var ofSteps = steps.stream().mapToObj(links.places()::get).flatMap(p -> links.out(p).stream());
    return Stream.concat(ofFork, ofSteps)
        .anyMatch(link -> link.to() != join && !steps.get(link.to().index));
  }

  // a fork that fails opens no group, so what its fallback does is outside the scope
  private static boolean opensGroup(Links.Link link, Place fork) {
    return link.from() != fork || !link.isFallback();
  }

  boolean holds(Place place) {
    return steps.get(place.index);
  }

  /// Whether a link leads into the scope other than through the fork's outputs.
  boolean isEntered(Links.Link link) {
    return link.from() == fork ? link.isFallback() : !holds(link.from());
  }

  Graph.Scope scope(List<Place> places, @Nullable ScopeDraft enclosing) {
    var names = steps.stream().mapToObj(places::get).map(Place::name).collect(Collectors.toSet());
    return new Graph.Scope(fork.name(), join.name(), names, name(enclosing), exits);
  }

  static Optional<String> name(@Nullable ScopeDraft scope) {
    return Optional.ofNullable(scope).map(known -> known.fork.name());
  }
}
