package dev.treadle.executor;

import dev.treadle.Merge;

/// The context of a random graph: the same whatever the order of its changes.
///
/// @param sum of all changes, wrapping around
/// @param count how many there were
record RandomTally(long sum, int count) {
  static final RandomTally ZERO = new RandomTally(0, 0);

  RandomTally plus(RandomTally other) {
    return new RandomTally(sum + other.sum, count + other.count);
  }

  /// The same changes, the other way around.
  RandomTally mirrored() {
    return new RandomTally(-sum, count);
  }

  /// Adds up, and shows each result to a trace.
  static Merge<RandomTally> merge(RandomTrace trace) {
    return Merge.of(ZERO, (a, b) -> trace.changed(a.plus(b)));
  }
}
