package dev.treadle;

import java.util.ArrayList;
import java.util.List;

/// A step and what the drafted graph says of it. Confined to the thread of the builder.
final class Place {
  final Step<?, ?, ?> step;

  /// The position in the order of first mention.
  final int index;

  final List<Way> ways = new ArrayList<>();
  final List<Place> fallbacks = new ArrayList<>();
  final List<Graph.Ending> endings = new ArrayList<>();

  Place(Step<?, ?, ?> step, int index) {
    this.step = step;
    this.index = index;
  }

  String name() {
    return step.name();
  }

  /// The quoted name.
  @Override
  public String toString() {
    return Names.quoted(step);
  }
}
