package dev.treadle.executor;

import dev.treadle.JoinPolicy;
import dev.treadle.StepFailure;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How groups end before everything in them has: by an arrival, by a failure that is one too many,
/// by the end of an inlined workflow. What is left in them is dropped when it is next touched.
/// Confined like the [RunState] that it belongs to.
final class Closing {
  private final RunState state;
  private final Groups groups;

  /// The ids of stored entries that nobody needs any more; they go with the next commit.
  private List<Long> garbage = Collections.emptyList();

  /// How many dropped items are yet to be touched, apart from those that wait for their time.
  private long untouched;

  /// Whether a group has closed since that was last asked.
  private boolean fresh;

  Closing(RunState state, Groups groups) {
    this.state = state;
    this.groups = groups;
  }

  // --- how a group ends

  /// A group in which nothing is open any more fires, or fails if it has not got what it must.
  void drained(Group group, @Nullable CommitBuilder out) {
    var tally = group.tally;
    if (tally == null || isMet(group, tally)) {
      groups.fire(group, out);
    } else {
      fail(group, tally, tally.marks.failure().orElseGet(() -> empty(group.fork, tally)), out);
    }
  }

  /// A group fires though items may be left in it.
  void fireEarly(Group group, Tally tally, @Nullable CommitBuilder out) {
    close(group, tally, out);
    groups.fire(group, out);
  }

  /// An item has failed for good: a group around it may put up with that.
  ///
  /// @return false if none does; nothing has changed then
  boolean absorb(Item item, StepFailure why, @Nullable CommitBuilder out) {
    var at = absorber(item);
    if (at == null || at.tally == null || item.place == null) {
      return false;
    }
    if (out != null) {
      out.consume(item);
    }
    state.gone(item);
    closeBelow(at, item.place.group, out);
    at.open--;
    at.tally.failed(why);
    if (!mayBeMet(at, at.tally)) {
      var first = at.tally.marks.failure().orElse(why);
      if (at.open > 0) {
        close(at, at.tally, out);
      }
      fail(at, at.tally, first, out);
      return true;
    }
    if (out != null) {
      out.group(at);
    }
    if (at.open == 0) {
      drained(at, out);
    }
    return true;
  }

  /// An item is held: in an inlined workflow that is remembered there.
  ///
  /// @return false if it is in none
  boolean hold(Item item, @Nullable CommitBuilder out) {
    for (var at = item.place; at != null; at = at.group.outer) {
      var group = at.group;
      if (group.fork.inlines && group.tally != null) {
        group.tally.held(item.step);
        if (out != null) {
          out.group(group);
        }
        return true;
      }
    }
    return false;
  }

  /// Whether an output of an inlined workflow takes the place of an earlier one: only that which
  /// ends it does.
  boolean replaces(Group group, boolean finishes) {
    if (finishes) {
      addValues(group);
      group.clear();
    }
    return finishes;
  }

  // --- what is dropped

  /// Touches an item that is dropped, for the last time.
  void drop(Item item) {
    if (!state.waits.isStale(item)) { // else another has taken its place, and is dropped itself
      untouched--;
      forget(item);
    }
  }

  /// As [#drop], of an item that waited for its time.
  void forget(Item item) {
    garbage().add(item.sequence);
    var awaited = item.marks().awaits();
    if (awaited.isPresent() && awaited.get().run() == null) {
      state.waits.ended(awaited.get());
    }
    if (item.marks().sent() != 0) {
      garbage().add(item.marks().sent());
    }
    if (item.input instanceof Group values) {
      addValues(values);
      if (values.retire()) {
        garbage().add(values.id);
      }
    }
    if (item.place != null) {
      left(item.place.group);
    }
  }

  /// One thing less is left in a group that is closed or lies in one that is.
  void left(Group group) {
    if (--group.open == 0) {
      emptied(group);
    }
  }

  /// Nothing is left in a group that is closed or lies in one that is.
  void emptied(Group group) {
    if (!group.fired) {
      addValues(group);
      garbage().add(group.id);
      if (group.outer != null) {
        left(group.outer.group);
      }
    } else if (group.isRetired()) {
      garbage().add(group.id);
    }
  }

  /// Whether items that nobody may execute are about.
  boolean hasUntouched() {
    return untouched > 0;
  }

  /// Whether a group has closed since this was last asked: attempts in flight may be of no use.
  boolean takeFresh() {
    boolean was = fresh;
    fresh = false;
    return was;
  }

  /// The ids of stored entries that are to be removed, which is then done.
  List<Long> takeGarbage() {
    if (garbage.isEmpty()) {
      return List.of();
    }
    var ids = garbage;
    garbage = Collections.emptyList();
    ids.sort(null);
    return ids;
  }

  /// Takes over what a load has found to be of no use.
  void restore(List<Long> found) {
    garbage().addAll(found);
  }

  // --- inside

  private List<Long> garbage() {
    garbage = Grown.list(garbage);
    return garbage;
  }

  private static boolean isMet(Group group, Tally tally) {
    if (group.fork.inlines) {
      return group.size() > 0;
    }
    return switch (group.fork.policy) {
      case JoinPolicy.All _ -> true;
      case JoinPolicy.First _ -> group.size() > 0;
      case JoinPolicy.Tolerating(int most) -> tally.marks.failures() <= most;
    };
  }

  /// Whether a group, with the failures it has, can still get what it must.
  private static boolean mayBeMet(Group group, Tally tally) {
    return !group.fork.inlines
        && switch (group.fork.policy) {
          case JoinPolicy.All _ -> false;
          case JoinPolicy.First _ -> group.open > 0 || group.size() > 0;
          case JoinPolicy.Tolerating(int most) -> tally.marks.failures() <= most;
        };
  }

  /// The innermost group around an item that goes on, or fails without failing the run, if the
  /// branch that the item is of fails. A group that does neither fails as a branch of the one
  /// around it.
  private static @Nullable Group absorber(Item item) {
    for (var at = item.place; at != null; at = at.group.outer) {
      var tally = at.group.tally;
      if (tally == null) {
        return null;
      }
      if (canAbsorb(at.group, tally)) {
        return at.group;
      }
    }
    return null;
  }

  private static boolean canAbsorb(Group group, Tally tally) {
    var fork = group.fork;
    if (fork.inlines) {
      return fork.fallback != null;
    }
    boolean rescued = fork.closedBy != null && fork.closedBy.fallback != null;
    return switch (fork.policy) {
      case JoinPolicy.All _ -> false;
      case JoinPolicy.First _ -> group.open > 1 || group.size() > 0 || rescued;
      case JoinPolicy.Tolerating(int most) -> tally.marks.failures() < most || rescued;
    };
  }

  /// Closes the group that lies directly in another and has an item of a third group, if that is
  /// not the other itself; the item is no longer open.
  private void closeBelow(Group at, Group innermost, @Nullable CommitBuilder out) {
    if (innermost == at) {
      return;
    }
    var below = innermost;
    while (below.outer != null && below.outer.group != at) {
      below = below.outer.group;
    }
    var tally = below.tally;
    if (tally == null) {
      throw new IllegalStateException(
          below.fork + " lies in a scope that may close, and has no count");
    }
    close(below, tally, out);
    groups.fired(below);
    addValues(below);
    below.retire();
    left(innermost);
  }

  /// From now on what is left in the group is dropped.
  private void close(Group group, Tally tally, @Nullable CommitBuilder out) {
    tally.close();
    groups.closed(tally.groups);
    state.closed(tally.live, tally.waiting);
    untouched += tally.live - tally.waiting;
    fresh |= tally.live > 0;
    if (out != null) {
      out.group(group);
    }
  }

  /// The join of a group fails, or the inlined workflow that it is: by an item that fails when it
  /// is executed, and goes to the fallback from there.
  private void fail(Group group, Tally tally, StepFailure why, @Nullable CommitBuilder out) {
    var fork = group.fork;
    var input = tally.input;
    if (!fork.inlines || input == null) {
      groups.fire(group, ItemMarks.unmet(why), out);
      return;
    }
    groups.fired(group);
    addValues(group);
    if (group.retire()) {
      garbage().add(group.id);
    }
    var item = new MarkedItem(fork, input, state.nextId++, group.outer, ItemMarks.unmet(why));
    state.add(item, out == null ? new byte[0] : StoredRuns.payload(item, fork), out);
  }

  private void addValues(Group group) {
    garbage().addAll(group.valueIds());
  }

  private static StepFailure empty(PlanStep fork, Tally tally) {
    if (!fork.inlines) {
      return new StepFailure(
          String.valueOf(fork.closedBy),
          1,
          JoinPolicy.class.getName(),
          "nothing has arrived at the join, and nothing can any more",
          "");
    }
    var holds = tally.marks.holds();
    return holds.isEmpty()
        ? new StepFailure(
            fork.name,
            1,
            NoOutputException.class.getName(),
            "the inlined workflow has ended without an output",
            "")
        : new StepFailure(
            fork.name,
            1,
            RunStalledException.class.getName(),
            "the inlined workflow has no output: all branches held, at " + holds.keySet(),
            "");
  }
}
