package dev.treadle.executor;

import dev.treadle.Graph;
import dev.treadle.Graph.PlacedStep;
import dev.treadle.StepFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a [ReferenceInterpreter] moves about.
final class ReferenceModel {
  static final Place OUTSIDE = new Place(null, List.of());

  private ReferenceModel() {}

  /// One execution of a fork, or of a step that is a workflow.
  static final class Group {
    final Graph.Scope scope;
    final Place outer;
    final Object input;
    final List<Arrival> arrivals = new ArrayList<>();
    final List<StepFailure> failures = new ArrayList<>();

    /// Whether what is in it is dropped.
    boolean closed;

    Group(Graph.Scope scope, Place outer, Object input) {
      this.scope = scope;
      this.outer = outer;
      this.input = input;
    }

    boolean inlines() {
      return scope.workflow().isPresent();
    }
  }

  /// Where an item stands: the innermost group, and the branches from its fork on.
  record Place(@Nullable Group group, List<Integer> path) {
    Place branch(int number) {
      return new Place(group, joined(path, List.of(number)));
    }

    boolean isIn(Group wanted) {
      for (var at = group; at != null; at = at.outer.group) {
        if (at == wanted) {
          return true;
        }
      }
      return false;
    }

    boolean isDropped() {
      for (var at = group; at != null; at = at.outer.group) {
        if (at.closed) {
          return true;
        }
      }
      return false;
    }

    /// The group that it is in that lies directly in another; null if it is in none.
    @Nullable Group below(Group outer) {
      for (var at = group; at != null; at = at.outer.group) {
        if (at.outer.group == outer) {
          return at;
        }
      }
      return null;
    }
  }

  record Arrival(List<Integer> path, Object value) {}

  /// What a signal is sent to.
  record SignalKey(String signal, String key) {}

  /// What is to come of an item when it is executed.
  sealed interface Stage {}

  /// Its step gets its input.
  record Fresh() implements Stage {}

  /// Its input is what its step has given out, to go on now.
  record Delivers() implements Stage {}

  /// It fails: its join can't get what it must, or its workflow has no output.
  record Unmet(StepFailure why) implements Stage {}

  /// It waits for a signal; being executed means that its time is over.
  record Waits(SignalKey key) implements Stage {}

  /// It has its signal.
  record Sent(Object value) implements Stage {}

  /// @param number tells items apart and gives the order of their coming into being
  /// @param due when it goes on, or 0
  record Item(
      long number,
      PlacedStep step,
      Object input,
      Place place,
      int attempt,
      Optional<StepFailure> failure,
      long due,
      Stage stage) {
    String name() {
      return step.step().name();
    }

    Item as(Stage next, long at) {
      return new Item(number, step, input, place, attempt, failure, at, next);
    }

    Item again(long at) {
      return new Item(number, step, input, place, attempt + 1, failure, at, stage);
    }

    Item delivering(Object output, long at) {
      return new Item(number, step, output, place, attempt, failure, at, new Delivers());
    }
  }

  /// What has happened in a run.
  enum Event {
    KEPT,
    DELIVERED,
    LATE,
    TAKES_KEPT,
    EXPIRES,
    KEY_TAKEN,
    DROPPED,
    WAIT_DROPPED,
    TIMER_DROPPED,
    FIRST,
    TOLERATED,
    NESTED_GROUP_FAILS,
    JOIN_FAILS,
    UNMET_IS_RESCUED,
    NESTED_HAS_MORE_OUTPUTS,
    NESTED_TERMINATES,
    NESTED_HOLDS,
    NESTED_HAS_NO_OUTPUT,
    NESTED_FAILS,
    STANDS_STILL
  }

  static List<Integer> joined(List<Integer> first, List<Integer> second) {
    var both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }

  static int compare(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = Integer.compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
