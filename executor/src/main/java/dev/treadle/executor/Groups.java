package dev.treadle.executor;

import dev.treadle.Graph.Ending;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The groups of a run: forks open them, items enter and leave them, joins fire when none is open
/// any more. Confined like the [RunState] that it belongs to.
final class Groups {
  private static final byte[] NO_PAYLOAD = {};

  private final RunState state;

  /// How many groups have not fired. None is left when no item is live: an invariant.
  private long open;

  Groups(RunState state) {
    this.state = state;
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
      enter(group.outer);
    }
  }

  /// Something is open at a place.
  static void enter(@Nullable Place place) {
    if (place != null) {
      place.group.open++;
    }
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
    } else if (opened.open == 0) { // the group has taken the item's place in the enclosing group
      fire(opened, out);
    }
  }

  private Group open(Item item) {
    open++;
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
        enter(place);
        state.add(new Item(to, value, state.nextId++, place), payload, out);
      }
      case PlanRoute.ToJoin(var join, int up) -> {
        var place = up == 0 ? from : Place.leave(from, up);
        if (place == null) {
          throw new IllegalStateException("a value for " + join + " lies in no group");
        }
        long id = out == null ? 0 : state.nextId++;
        place.group.arrive(place, value, id);
        if (out != null) {
          out.value(id, join, place, payload);
        }
      }
      case PlanRoute.ToArms _ -> throw new IllegalStateException("an arm was not resolved");
    }
  }

  /// An item is no longer open in its group.
  void leave(Item item, @Nullable CommitBuilder out) {
    if (item.place != null) {
      var group = item.place.group;
      if (--group.open == 0) {
        fire(group, out);
      }
    }
  }

  private void fire(Group group, @Nullable CommitBuilder out) {
    var join = group.fork.closedBy;
    if (join == null) {
      throw new IllegalStateException("step " + group.fork + " is not a fork");
    }
    group.fired = true;
    open--;
    var outer = group.outer;
    var place = outer != null && group.fork.exits ? outer.branch(Place.AFTER) : outer;
    state.add(new Item(join, group, state.nextId++, place), NO_PAYLOAD, out);
  }

  private static byte[] at(byte @Nullable [][] payloads, int index) {
    return payloads == null ? NO_PAYLOAD : payloads[index];
  }
}
