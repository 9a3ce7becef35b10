package dev.treadle;

import java.util.ArrayList;
import java.util.List;

/// A way on for an output, while the graph is drafted.
sealed interface Way {

  record Edge(Place to) implements Way {}

  record Feed(Place join) implements Way {}

  record Arm(Taken taken, Place to) {}

  /// A branch, open until its last arm is told. Confined to the thread of the builder.
  final class Branching implements Way {
    final Place from;
    final List<Arm> arms = new ArrayList<>();
    boolean open = true;

    Branching(Place from) {
      this.from = from;
    }
  }
}
