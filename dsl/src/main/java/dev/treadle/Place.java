package dev.treadle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A step and what the drafted graph says of it. Confined to the thread of the builder.
final class Place {
  final Step<?, ?, ?> step;

  /// The position in the order of first mention.
  final int index;

  final List<Way> ways = new ArrayList<>();
  final List<Place> fallbacks = new ArrayList<>();
  final List<Step<?, ?, ?>> undos = new ArrayList<>(0);
  final List<Deadline> deadlines = new ArrayList<>(0);
  final List<Graph.Ending> endings = new ArrayList<>();

  /// When the place is a join, how it fires.
  final List<JoinPolicy> policies = new ArrayList<>(0);

  /// Where the input of an await goes when its time is over.
  record Deadline(Duration after, Place to) {}

  Place(Step<?, ?, ?> step, int index) {
    this.step = step;
    this.index = index;
  }

  String name() {
    return step.name();
  }

  /// When a join fires.
  JoinPolicy policy() {
    return policies.isEmpty() ? JoinPolicy.all() : policies.getFirst();
  }

  /// The quoted name.
  @Override
  public String toString() {
    return Names.quoted(step);
  }
}
