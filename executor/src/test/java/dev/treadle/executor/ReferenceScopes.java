package dev.treadle.executor;

import static dev.treadle.executor.ReferenceModel.joined;

import dev.treadle.Graph;
import dev.treadle.JoinPolicy;
import dev.treadle.StepFailure;
import dev.treadle.Workflow;
import dev.treadle.executor.ReferenceModel.Arrival;
import dev.treadle.executor.ReferenceModel.Event;
import dev.treadle.executor.ReferenceModel.Fresh;
import dev.treadle.executor.ReferenceModel.Group;
import dev.treadle.executor.ReferenceModel.Item;
import dev.treadle.executor.ReferenceModel.Place;
import dev.treadle.executor.ReferenceModel.Unmet;
import dev.treadle.executor.ReferenceModel.Waits;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The part of the [ReferenceInterpreter] that knows scopes: whether a group is open is found by
/// looking through all that is pending, and what is dropped is removed at once.
abstract class ReferenceScopes extends ReferencePending {
  private static final int BEHIND_ALL = Integer.MAX_VALUE;

  ReferenceScopes(Workflow<?, ?, ?> workflow, boolean ignoresEnds, int bound) {
    super(workflow, ignoresEnds, bound);
  }

  final Group opened(Graph.Scope scope, Item item) {
    racy |= scope.policy() instanceof JoinPolicy.First;
    return new Group(scope, item.place(), item.input());
  }

  /// An item has left a group.
  final void leave(@Nullable Group group) {
    if (group == null
        || new Place(group, List.of()).isDropped()
        || pending().anyMatch(item -> isOpen(item, group))) {
      return;
    }
    if (isMet(group)) {
      fire(group);
    } else {
      miss(group, group.failures.isEmpty() ? nothing(group) : group.failures.getFirst());
    }
  }

  private StepFailure nothing(Group group) {
    if (group.inlines()) {
      events.add(Event.NESTED_HAS_NO_OUTPUT);
    }
    var scope = group.scope;
    return new StepFailure(group.inlines() ? scope.fork() : scope.join(), 1, "nothing", "", "");
  }

  /// A value arrives at the join of the group that it lies in.
  ///
  /// @param finishes whether it is what a `terminate` gave
  final void arrive(Place place, Object value, boolean finishes) {
    var group = place.group();
    if (group == null) {
      throw new IllegalStateException("a value lies in no group");
    }
    if (place.isDropped() || !takes(group, finishes)) {
      return;
    }
    group.arrivals.add(new Arrival(place.path(), value));
    if (closesAtOnce(group, finishes)) {
      events.add(finishes ? Event.NESTED_TERMINATES : Event.FIRST);
      racy = true;
      drop(group);
      fire(group);
    }
  }

  private boolean takes(Group group, boolean finishes) {
    if (!group.inlines() || group.arrivals.isEmpty()) {
      return true;
    }
    racy = true;
    events.add(Event.NESTED_HAS_MORE_OUTPUTS);
    if (finishes) {
      group.arrivals.clear();
      return true;
    }
    return takesMore();
  }

  /// A failure that no fallback takes goes to the innermost group around that can put up with it.
  ///
  /// @return whether there is one
  final boolean absorbed(Item item, StepFailure why) {
    for (var at = item.place().group(); at != null; at = at.outer.group()) {
      if (absorbs(at, item)) {
        absorb(at, item, why);
        return true;
      }
    }
    return false;
  }

  private void absorb(Group group, Item item, StepFailure why) {
    var below = item.place().below(group);
    if (below != null) {
      racy = true;
      events.add(Event.NESTED_GROUP_FAILS);
      drop(below);
    }
    group.failures.add(why);
    if (mayStillBeMet(group, null)) {
      events.add(Event.TOLERATED);
      leave(group);
    } else {
      racy = true;
      drop(group);
      miss(group, group.failures.getFirst());
    }
  }

  /// Whether a group goes on after a failure of an item in it, or has somebody who takes over.
  private boolean absorbs(Group group, Item failing) {
    boolean rescued = graph.rescues(group.scope);
    if (group.inlines()) {
      return rescued;
    }
    return switch (group.scope.policy()) {
      case JoinPolicy.All _ -> false;
      case JoinPolicy.First _ -> rescued || mayStillBeMet(group, failing);
      case JoinPolicy.Tolerating(int most) -> rescued || group.failures.size() < most;
    };
  }

  /// @param failing an item that does not count, and with it the group that it takes along
  private boolean mayStillBeMet(Group group, @Nullable Item failing) {
    if (group.inlines()) {
      return false;
    }
    return switch (group.scope.policy()) {
      case JoinPolicy.All _ -> false;
      case JoinPolicy.First _ ->
          pending().anyMatch(item -> isOpen(item, group) && !fallsWith(item, failing, group));
      case JoinPolicy.Tolerating(int most) -> isTolerable(group, most);
    };
  }

  private static boolean fallsWith(Item item, @Nullable Item failing, Group group) {
    var below = failing == null ? null : failing.place().below(group);
    return below != null && item.place().isIn(below);
  }

  /// A join can't get what it must, or a workflow has no output: an item that fails stands for it.
  private void miss(Group group, StepFailure why) {
    if (group.inlines()) {
      events.add(Event.NESTED_FAILS);
      var fork = graph.step(group.scope.fork());
      add(fork, group.input, group.outer, Optional.empty(), new Unmet(why));
    } else {
      events.add(Event.JOIN_FAILS);
      var join = graph.step(group.scope.join());
      add(join, values(group), afterJoin(group), Optional.empty(), new Unmet(why));
    }
  }

  private List<Object> values(Group group) {
    return ordered(group.arrivals).stream().map(Arrival::value).toList();
  }

  /// What is in a group is no more.
  private void dropped(Item item) {
    events.add(Event.DROPPED);
    if (item.stage() instanceof Waits(var key)) {
      events.add(Event.WAIT_DROPPED);
      waits.over.add(key);
    } else if (item.due() > 0) {
      events.add(Event.TIMER_DROPPED);
    }
    replaced(item);
    failed.remove(item);
  }

  // --- the sentences

  /// An item goes on to a step, out of the scopes that the step does not lie in.
  void go(String to, Object value, Place from, Optional<StepFailure> failure) {
    var place = out(from, group -> group.scope.steps().contains(to));
    if (!place.isDropped()) {
      add(graph.step(to), value, place, failure, new Fresh());
    }
  }

  /// When none is open, the join gets the values that have arrived.
  void fire(Group group) {
    var join = graph.step(group.scope.join());
    add(join, values(group), afterJoin(group), Optional.empty(), new Fresh());
  }

  /// What is left in a group that has closed is dropped, with groups, timers and waits.
  void drop(Group group) {
    group.closed = true;
    pending().filter(item -> item.place().isIn(group)).toList().forEach(this::dropped);
  }

  /// With nothing open any more, a workflow must have an output, and a join of `first` a value.
  boolean isMet(Group group) {
    boolean needsOne = group.inlines() || group.scope.policy() instanceof JoinPolicy.First;
    return !needsOne || !group.arrivals.isEmpty();
  }

  /// A join of `first` fires at the first arrival, a workflow ends at what a `terminate` gave.
  boolean closesAtOnce(Group group, boolean finishes) {
    return finishes || group.scope.policy() instanceof JoinPolicy.First;
  }

  /// A join of `tolerating(n)` puts up with n failures.
  boolean isTolerable(Group group, int most) {
    return group.failures.size() <= most;
  }

  /// Of a workflow's outputs the first goes on.
  boolean takesMore() {
    return false;
  }

  /// Whether an item lies in a workflow within the run's own.
  boolean isNested(Place place) {
    for (var at = place.group(); at != null; at = at.outer.group()) {
      if (at.inlines()) {
        return true;
      }
    }
    return false;
  }

  /// An item is open in its group and in every group around it.
  boolean isOpen(Item item, Group group) {
    return item.place().isIn(group);
  }

  /// Values are ordered by path.
  List<Arrival> ordered(List<Arrival> arrivals) {
    return arrivals.stream()
        .sorted(Comparator.comparing(Arrival::path, ReferenceModel::compare))
        .toList();
  }

  /// Each multiplication adds its branch to the path.
  Place multiplied(Place place, int number) {
    return place.branch(number);
  }

  /// An item that leaves a scope goes on in the enclosing group, the fork item's path extended by
  /// its own.
  Place out(Place place, Predicate<Group> stays) {
    var at = place;
    while (at.group() != null && !stays.test(at.group())) {
      var outer = at.group().outer;
      at = new Place(outer.group(), joined(outer.path(), at.path()));
    }
    return at;
  }

  /// What follows a join stands where the fork's item stood, behind all that left.
  Place afterJoin(Group group) {
    return group.scope.exits() ? group.outer.branch(BEHIND_ALL) : group.outer;
  }
}
