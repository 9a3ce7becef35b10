package dev.treadle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The graph as told so far, unchecked. Confined to the thread of the builder.
final class Draft {
  private final String workflow;
  private final Map<Step<?, ?, ?>, Place> known = new HashMap<>();
  private final List<Place> places = new ArrayList<>();
  private final List<Joining> joinings = new ArrayList<>();
  private final List<TypeRef<?>> ends = new ArrayList<>(1);
  private final ChangesDraft changes = new ChangesDraft();
  private @Nullable TypeRef<?> output;
  private boolean left;
  private boolean built;

  /// One call of `join`.
  record Joining(Place fork, Place from, Place join) {}

  Draft(String workflow, Step<?, ?, ?> start) {
    this.workflow = workflow;
    place(start);
  }

  void edge(Step<?, ?, ?> from, Step<?, ?, ?> to) {
    changing();
    place(from).ways.add(new Way.Edge(place(to)));
  }

  void join(Step<?, ?, ?> fork, Step<?, ?, ?> from, Step<?, ?, ?> join) {
    changing();
    var joining = new Joining(place(fork), place(from), place(join));
    joinings.add(joining);
    joining.from.ways.add(new Way.Feed(joining.join));
  }

  void fallback(Step<?, ?, ?> step, Step<?, ?, ?> handler) {
    changing();
    place(step).fallbacks.add(place(handler));
  }

  void policy(Step<?, ?, ?> join, JoinPolicy policy) {
    changing();
    place(join).policies.add(policy);
  }

  void undo(Step<?, ?, ?> step, Step<?, ?, ?> undo) {
    changing();
    place(step).undos.add(undo);
  }

  void deadline(Step<?, ?, ?> await, Duration after, Step<?, ?, ?> to) {
    changing();
    if (!after.isPositive()) {
      throw new IllegalArgumentException(
          "the deadline of %s must be more than zero, was %s"
              .formatted(Names.quoted(await), after));
    }
    place(await).deadlines.add(new Place.Deadline(after, place(to)));
  }

  void ending(Step<?, ?, ?> step, Graph.Ending ending) {
    changing();
    place(step).endings.add(ending);
    if (ending != Graph.Ending.SINK) {
      ends.add(step.outputType());
    }
  }

  /// The renames and migrations, to be added to.
  ChangesDraft moreChanges() {
    changing();
    return changes;
  }

  ChangesDraft changes() {
    return changes;
  }

  void returns(TypeRef<?> type) {
    leave();
    output = type;
  }

  Way.Branching branch(Step<?, ?, ?> from) {
    changing();
    var branching = new Way.Branching(place(from));
    branching.from.ways.add(branching);
    return branching;
  }

  void arm(Way.Branching branching, Taken taken, Step<?, ?, ?> to) {
    open(branching);
    branching.arms.add(new Way.Arm(taken, place(to)));
  }

  void close(Way.Branching branching) {
    open(branching);
    branching.open = false;
  }

  /// Leaves the stage of edges for that of ends.
  ///
  /// @throws IllegalStateException if it was left before, which would give the outputs two types
  void leave() {
    changing();
    if (left) {
      throw new IllegalStateException(
          "workflow \"%s\" has its first end already; go on from what that call answered"
              .formatted(workflow));
    }
    left = true;
  }

  /// Closes the draft for good.
  void built() {
    changing();
    built = true;
  }

  List<Place> places() {
    return places;
  }

  List<Joining> joinings() {
    return joinings;
  }

  @Nullable TypeRef<?> output() {
    return output;
  }

  /// The type of the outputs, or null if there is none that is known to hold them all.
  @Nullable TypeRef<?> outputType() {
    if (output != null || ends.isEmpty()) {
      return output;
    }
    var first = ends.getFirst();
    return ends.stream().allMatch(end -> first.rawClass().isAssignableFrom(end.rawClass()))
        ? first
        : null;
  }

  private Place place(Step<?, ?, ?> step) {
    var place = known.get(step);
    if (place == null) {
      place = new Place(step, places.size());
      known.put(step, place);
      places.add(place);
    }
    return place;
  }

  private void changing() {
    if (built) {
      throw new IllegalStateException(
          "workflow \"%s\" is built; begin another with Workflow.builder".formatted(workflow));
    }
  }

  private void open(Way.Branching branching) {
    changing();
    if (!branching.open) {
      throw new IllegalStateException(
          "the branch after %s has ended; a step has one branch".formatted(branching.from));
    }
  }
}
