package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is counted in a group that may close before everything in it has ended; so that closing
/// costs the same for one item as for a million. Only groups have one whose join has a policy, that
/// are an inlined workflow, or that lie in such a group. Confined like the [RunState] that it
/// belongs to.
final class Tally {
  /// That of the enclosing group.
  final @Nullable Tally outer;

  /// How many live items are in the group, those of groups within included. Once it has closed they
  /// are live no more.
  long live;

  /// How many of these wait for their time.
  long waiting;

  /// How many groups within have not fired.
  long groups;

  /// What is remembered of the group beside its values.
  GroupMarks marks = GroupMarks.NONE;

  /// Of an inlined workflow, what it was given.
  @Nullable Object input;

  private boolean closed;

  Tally(@Nullable Tally outer) {
    this.outer = outer;
  }

  /// Takes over what was remembered.
  void restore(GroupMarks stored) {
    marks = stored;
    closed = stored.closed();
  }

  /// Whether what is in the group is dropped.
  boolean isClosed() {
    for (var tally = this; tally != null; tally = tally.outer) {
      if (tally.closed) {
        return true;
      }
    }
    return false;
  }

  /// The group closes: what is left in it is dropped, and counts in no enclosing group any more.
  void close() {
    closed = true;
    marks = new GroupMarks(true, marks.failures(), marks.failure(), marks.holds());
    for (var tally = outer; tally != null; tally = tally.outer) {
      tally.live -= live;
      tally.waiting -= waiting;
      tally.groups -= groups;
    }
  }

  /// One more branch has failed.
  void failed(StepFailure why) {
    var first = marks.failure().isPresent() ? marks.failure() : Optional.of(why);
    marks = new GroupMarks(closed, marks.failures() + 1, first, marks.holds());
  }

  /// One more item is held, in an inlined workflow.
  void held(PlanStep step) {
    var holds = new TreeMap<>(marks.holds());
    holds.merge(step.name, 1L, Long::sum);
    marks = new GroupMarks(closed, marks.failures(), marks.failure(), holds);
  }

  /// Counts live items that come, or go if the number is negative, at a place.
  static void live(@Nullable Place place, int more) {
    for (var tally = at(place); tally != null; tally = tally.outer) {
      tally.live += more;
    }
  }

  /// Counts items that begin to wait, or wait no more.
  static void waiting(@Nullable Place place, int more) {
    for (var tally = at(place); tally != null; tally = tally.outer) {
      tally.waiting += more;
    }
  }

  /// Counts groups that open, or fire.
  static void groups(@Nullable Place place, int more) {
    for (var tally = at(place); tally != null; tally = tally.outer) {
      tally.groups += more;
    }
  }

  /// Whether what is at a place is dropped, because a group around it has closed.
  static boolean isClosed(@Nullable Place place) {
    var tally = at(place);
    return tally != null && tally.isClosed();
  }

  private static @Nullable Tally at(@Nullable Place place) {
    return place == null ? null : place.group.tally;
  }
}
