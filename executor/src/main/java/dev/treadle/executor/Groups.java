package dev.treadle.executor;

import dev.treadle.Graph.Ending;
import dev.treadle.JoinPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The groups of a run: forks open them, items enter and leave them, joins fire when none is open
/// any more. Confined like the [RunState] that it belongs to.
final class Groups {
  private static final byte[] NO_PAYLOAD = {};

  private final RunState state;

  final Closing closing;

  /// How many groups have not fired. None is left when no item is live: an invariant.
  private long open;

  Groups(RunState state) {
    this.state = state;
    this.closing = new Closing(state, this);
  }

  /// Restores what a stored item means to its group.
  void restore(Item item) {
    enter(item.place);
    if (item.input instanceof Group group) {
      group.fired = true;
    }
  }

  /// Restores a group, after all items: the item of its join takes its place in the enclosing
  /// group.
  void restore(Group group) {
    if (!group.fired) {
      open++;
      Tally.groups(group.outer, 1);
      enter(group.outer);
    }
  }

  /// Something is open at a place.
  static void enter(@Nullable Place place) {
    if (place != null) {
      place.group.open++;
    }
  }

  /// Groups are dropped.
  void closed(long count) {
    open -= count;
  }

  /// Checks that no group is left when no item is.
  ///
  /// @throws IllegalStateException if one is
  void requireNone() {
    if (open != 0) {
      throw new IllegalStateException(open + " joins wait for items that do not exist");
    }
  }

  /// An item that was executed gives outputs, and leaves its group.
  ///
  /// @param routing where they go, or null if all go to all routes and nothing is stored
  void emit(Item item, List<?> values, @Nullable Routing routing, @Nullable CommitBuilder out) {
    var step = item.step;
    var opened = step.forks() ? open(item) : null;
    if (opened != null && opened.tally != null && step.inlines) {
      opened.tally.input = item.input();
    }
    if (opened != null && out != null) {
      out.group(opened);
    }
    int emissions = values.size() * step.routes.length;
    int at = 0;
    for (int i = 0; i < values.size(); i++) {
      var value = values.get(i);
      for (int r = 0; r < step.routes.length; r++) {
        var target = routing == null ? step.routes[r] : routing.targets()[at];
        var place = placeOf(item, opened, at, emissions);
        var payload = routing == null ? NO_PAYLOAD : at(routing.payloads(), at);
        go(target, value, place, payload, out);
        at++;
      }
      if (step.ending == Ending.END || step.ending == Ending.TERMINATE) {
        state.output(step, value, routing == null ? NO_PAYLOAD : at(routing.outputs(), i), out);
      }
    }
    if (opened == null) {
      leave(item, out);
    } else if (opened.open == 0 && !opened.fired) {
      // the group has taken the item's place in the enclosing group, which one of the values may
      // have closed
      if (Tally.isClosed(opened.outer)) {
        closing.emptied(opened);
      } else {
        closing.drained(opened, out);
      }
    }
  }

  private Group open(Item item) {
    open++;
    Tally.groups(item.place, 1);
    return new Group(state.nextId++, item.step, item.place);
  }

  private static @Nullable Place placeOf(
      Item item, @Nullable Group opened, int branch, int emissions) {
    if (opened != null) {
      return new Place(opened, null, branch);
    }
    return item.place == null || emissions == 1 ? item.place : item.place.branch(branch);
  }

  private void go(
      PlanRoute target,
      Object value,
      @Nullable Place from,
      byte[] payload,
      @Nullable CommitBuilder out) {
    switch (target) {
      case PlanRoute.ToStep(var to, int up) -> {
        var place = up == 0 ? from : Place.leave(from, up);
        if (Tally.isClosed(place)) {
          return;
        }
        enter(place);
        state.add(new Item(to, value, state.nextId++, place), payload, out);
      }
      case PlanRoute.ToJoin(var join, int up, boolean finishes) -> {
        var place = up == 0 ? from : Place.leave(from, up);
        if (place == null) {
          throw new IllegalStateException("a value for " + join + " lies in no group");
        }
        if (!Tally.isClosed(place)) {
          arrive(place, value, finishes, payload, out);
        }
      }
      case PlanRoute.ToArms _ -> throw new IllegalStateException("an arm was not resolved");
    }
  }

  private void arrive(
      Place place, Object value, boolean finishes, byte[] payload, @Nullable CommitBuilder out) {
    var group = place.group;
    var tally = group.tally;
    if (group.fork.inlines && group.size() > 0 && !closing.replaces(group, finishes)) {
      return;
    }
    long id = out == null ? 0 : state.nextId++;
    group.arrive(place, value, id);
    if (out != null) {
      out.value(id, join(group), place, payload);
    }
    if (tally != null && (finishes || group.fork.policy instanceof JoinPolicy.First)) {
      closing.fireEarly(group, tally, out);
    }
  }

  /// An item is no longer open in its group.
  void leave(Item item, @Nullable CommitBuilder out) {
    if (item.place != null) {
      var group = item.place.group;
      if (group.tally != null && group.tally.isClosed()) {
        closing.left(group);
      } else if (--group.open == 0) {
        closing.drained(group, out);
      }
    }
  }

  /// A join gets the values of a group.
  void fire(Group group, @Nullable CommitBuilder out) {
    fired(group);
    var item = new Item(join(group), group, state.nextId++, after(group));
    state.add(item, NO_PAYLOAD, out);
  }

  /// A join gets the values of a group, but for a reason to do something else with them.
  void fire(Group group, ItemMarks marks, @Nullable CommitBuilder out) {
    fired(group);
    var item = new MarkedItem(join(group), group, state.nextId++, after(group), marks);
    state.add(item, NO_PAYLOAD, out);
  }

  /// A group does not wait for anything any more.
  void fired(Group group) {
    group.fired = true;
    open--;
    Tally.groups(group.outer, -1);
  }

  private static @Nullable Place after(Group group) {
    var outer = group.outer;
    return outer != null && group.fork.exits ? outer.branch(Place.AFTER) : outer;
  }

  private static PlanStep join(Group group) {
    var join = group.fork.closedBy;
    if (join == null) {
      throw new IllegalStateException("step " + group.fork + " is not a fork");
    }
    return join;
  }

  private static byte[] at(byte @Nullable [][] payloads, int index) {
    return payloads == null ? NO_PAYLOAD : payloads[index];
  }
}
