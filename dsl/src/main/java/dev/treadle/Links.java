package dev.treadle;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The drafted graph as links between places, in both directions.
final class Links {

  /// What a link stands for.
  enum Kind {
    EDGE,
    ARM,
    FEED,
    FALLBACK
  }

  record Link(Place from, Place to, Kind kind) {
    boolean isFallback() {
      return kind == Kind.FALLBACK;
    }
  }

  private final List<Place> places;
  private final List<List<Link>> out;
  private final List<List<Link>> in;

  Links(List<Place> places) {
    this.places = places;
    this.out = empty(places);
    this.in = empty(places);
    places.stream().flatMap(Links::of).forEach(this::add);
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

  /// The places that links lead to from a place, in any number, each link passing the test.
  BitSet after(Place from, Predicate<Link> follows) {
    var seen = new BitSet(places.size());
    var open = new ArrayList<Place>(List.of(from));
    while (!open.isEmpty()) {
      for (var link : out(open.removeLast())) {
        if (follows.test(link) && !seen.get(link.to.index)) {
          seen.set(link.to.index);
          open.add(link.to);
        }
      }
    }
    return seen;
  }

  /// The places from which links lead to a place, in any number, each link passing the test.
  BitSet before(Place to, Predicate<Link> follows) {
    var seen = new BitSet(places.size());
    var open = new ArrayList<Place>(List.of(to));
    while (!open.isEmpty()) {
      for (var link : in(open.removeLast())) {
        if (follows.test(link) && !seen.get(link.from.index)) {
          seen.set(link.from.index);
          open.add(link.from);
        }
      }
    }
    return seen;
  }

  private static Stream<Link> of(Place place) {
    return Stream.concat(
        place.ways.stream().flatMap(way -> of(place, way)),
        place.fallbacks.stream().map(to -> new Link(place, to, Kind.FALLBACK)));
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

  private static List<List<Link>> empty(List<Place> places) {
    var lists = new ArrayList<List<Link>>(places.size());
    places.forEach(_ -> lists.add(new ArrayList<>()));
    return lists;
  }
}
