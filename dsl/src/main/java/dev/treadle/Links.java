package dev.treadle;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// The drafted graph as links between places, in both directions.
final class Links {

  /// What a link stands for.
  enum Kind {
    EDGE,
    ARM,
    FEED,
    FALLBACK,
    DEADLINE
  }

  record Link(Place from, Place to, Kind kind) {
    /// Whether an item's input goes this way instead of an output.
    boolean isInstead() {
      return kind == Kind.FALLBACK || kind == Kind.DEADLINE;
    }
  }

  private final List<Place> places;
  private final List<List<Link>> out;
  private final List<List<Link>> in;

  // the same as positions, for walks over the whole graph
  private final int[][] successors;
  private final int[][] predecessors;

  Links(List<Place> places) {
    this.places = places;
    this.out = empty(places);
    this.in = empty(places);
    places.stream().flatMap(Links::of).forEach(this::add);
    this.successors = positions(out, Link::to);
    this.predecessors = positions(in, Link::from);
  }

  List<Place> places() {
    return places;
  }

  List<Link> out(Place place) {
    return out.get(place.index);
  }

  List<Link> in(Place place) {
    return in.get(place.index);
  }

  Stream<Link> all() {
    return out.stream().flatMap(List::stream);
  }

  int[] successors(int place) {
    return successors[place];
  }

  int[] predecessors(int place) {
    return predecessors[place];
  }

  /// The positions that the outputs of a place lead to; where its input goes instead is left out.
  int[] outputs(Place place) {
    var outputs = out(place).stream().filter(link -> !link.isInstead());
    return outputs.mapToInt(link -> link.to.index).toArray();
  }

  /// The positions reached from some, these included, without passing the blocked places, which are
  /// in the answer in any case.
  BitSet after(int[] first, Place... blocked) {
    return walk(first, successors, blocked);
  }

  /// The positions from which a place is reached, without passing the blocked places, which are in
  /// the answer in any case.
  BitSet before(Place place, Place... blocked) {
    return walk(predecessors[place.index], predecessors, blocked);
  }

  private BitSet walk(int[] first, int[][] next, Place... blocked) {
    var seen = new BitSet(places.size());
    var open = new int[places.size()];
    var count = 0;
    for (var place : blocked) {
      seen.set(place.index);
    }
    for (var targets = first; ; targets = next[open[--count]]) {
      for (var to : targets) {
        if (!seen.get(to)) {
          seen.set(to);
          open[count++] = to;
        }
      }
      if (count == 0) {
        return seen;
      }
    }
  }

  private static Stream<Link> of(Place place) {
    return Stream.of(
            place.ways.stream().flatMap(way -> of(place, way)),
            place.fallbacks.stream().map(to -> new Link(place, to, Kind.FALLBACK)),
            place.deadlines.stream().map(late -> new Link(place, late.to(), Kind.DEADLINE)))
        .flatMap(Function.identity());
  }

  private static Stream<Link> of(Place place, Way way) {
    return switch (way) {
      case Way.Edge(var to) -> Stream.of(new Link(place, to, Kind.EDGE));
      case Way.Feed(var join) -> Stream.of(new Link(place, join, Kind.FEED));
      case Way.Branching branching ->
          branching.arms.stream().map(arm -> new Link(place, arm.to(), Kind.ARM));
    };
  }

  private void add(Link link) {
    out(link.from).add(link);
    in(link.to).add(link);
  }

  private static int[][] positions(List<List<Link>> links, Function<Link, Place> end) {
    return links.stream()
        .map(list -> list.stream().mapToInt(link -> end.apply(link).index).toArray())
        .toArray(int[][]::new);
  }

  private static List<List<Link>> empty(List<Place> places) {
    var lists = new ArrayList<List<Link>>(places.size());
    places.forEach(_ -> lists.add(new ArrayList<>()));
    return lists;
  }
}
