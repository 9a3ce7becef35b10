package dev.treadle.executor;

import dev.treadle.Graph.Ending;
import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The whole meaning of a run: its queue, its groups, its outputs, its status, and how each event
/// changes them. A plain class without threads, clocks or stores: whoever owns a run calls one
/// method at a time.
///
/// Each event takes a [CommitBuilder], or null in a transient run. With a builder, items that come
/// into being are given to it, and enter the queue by `RunQueue.release` when the commit is
/// durable; without, they enter the queue at once.
final class RunState {
  private static final byte[] NO_PAYLOAD = {};

  final Plan plan;

  final RunQueue queue = new RunQueue();

  private final List<Item> failed = new ArrayList<>(0);

  final Results results = new Results();

  /// The context with every change applied, durable or not; null in a workflow without one.
  @Nullable Object context;

  /// The next number of an item or of anything else that is stored.
  long nextId = CommitBuilder.FIRST_FREE_ID;

  /// How many items are queued, waiting, being executed or failed.
  private long live;

  /// How many groups have not fired. None is left when no item is live: an invariant.
  private long openGroups;

  private RunStatus status = RunStatus.RUNNING;

  RunState(Plan plan, @Nullable Object context) {
    this.plan = plan;
    this.context = context;
  }

  /// The context, in a workflow that has one.
  Object context() {
    if (context == null) {
      throw new IllegalStateException("the workflow has no context");
    }
    return context;
  }

  // --- what a run begins with

  /// The run starts.
  void start(Object input, @Nullable CommitBuilder out) {
    var item = new Item(plan.start, input, nextId++, null);
    live++;
    if (out != null) {
      out.startItem(item);
    } else {
      queue.ready.add(item);
    }
  }

  /// An item that the caller of a single step brings along.
  Item adopt(PlanStep step, Object input) {
    live++;
    return new Item(step, input, nextId++, null);
  }

  /// Restores a pending item from a store.
  void restore(Item item) {
    live++;
    if (item.place != null) {
      item.place.group.open++;
    }
    if (item.input instanceof Group group) {
      group.fired = true;
    }
    if (item.marks().failed()) {
      failed.add(item);
      return;
    }
    queue.willWait(item);
    queue.release(item);
  }

  /// Restores a group from a store, after all items: the item of its join takes its place in the
  /// enclosing group.
  void restore(Group group) {
    if (group.fired) {
      return;
    }
    openGroups++;
    if (group.outer != null) {
      group.outer.group.open++;
    }
  }

  void restore(Results.Output output, boolean terminates) {
    results.add(output, terminates);
  }

  void restoreHold(PlanStep step, long id, long count) {
    var held = new Results.Held(id);
    held.count = count;
    results.add(step, held);
  }

  void restore(RunStatus stored, @Nullable StepFailure why) {
    status = stored == RunStatus.WAITING ? RunStatus.RUNNING : stored; // waiting is found anew
    results.failure = why;
  }

  /// Puts back an item whose execution was cut short from outside.
  void putBack(Item item) {
    queue.ready.addFirst(item);
  }

  // --- events

  /// An item was executed.
  ///
  /// @param routing where its outputs go, or null if all go to all routes and nothing is stored
  void succeed(
      Item item, Transition<?> transition, @Nullable Routing routing, @Nullable CommitBuilder out) {
    if (out != null) {
      out.consume(item);
    }
    switch (transition) {
      case Transition.Next<?>(var output) -> emit(item, List.of(output), routing, out);
      case Transition.NextAll<?>(var all) -> emit(item, all, routing, out);
      case Transition.Hold<?> _ -> hold(item, out);
      case Transition.Abort<?> _, Transition.After<?> _ ->
          throw new IllegalArgumentException(transition + " is not a success");
    }
    live--;
    drain();
  }

  /// An item goes on later: the same item, of which `marks` say when and why.
  ///
  /// @param input its input, or what it delivers then
  void postpone(
      Item item, Object input, ItemMarks marks, byte[] payload, @Nullable CommitBuilder out) {
    var again = new MarkedItem(item.step, input, item.sequence, item.place, marks);
    queue.willWait(again);
    if (out == null) {
      queue.release(again);
      return;
    }
    if (item.input instanceof Group && marks.delivers()) {
      out.consume(item); // the values of a join that has answered are used up
    }
    out.item(again, payload);
  }

  /// An item has failed and its step's fallback takes its input.
  void fallBack(
      Item item,
      PlanRoute.ToStep to,
      StepFailure why,
      byte[] payload,
      @Nullable CommitBuilder out) {
    var place = Place.leave(item.place, to.up());
    var rescue = new MarkedItem(to.step(), item.input, nextId++, place, ItemMarks.rescuing(why));
    if (out != null) {
      // the values of a join stay: they are the fallback's input too
      out.remove(item.sequence, item.sequence);
      out.item(rescue, payload);
    } else {
      queue.ready.add(rescue);
    }
    if (place != null) {
      place.group.open++;
    }
    leaveGroup(item, out);
  }

  /// An item has failed for good.
  void fail(Item item, StepFailure why, byte[] payload, @Nullable CommitBuilder out) {
    var last =
        new MarkedItem(item.step, item.input, item.sequence, item.place, item.marks().failed(why));
    failed.add(last);
    if (out != null) {
      out.failedItem(last, payload);
    }
    if (status == RunStatus.RUNNING) {
      status = RunStatus.FAILING;
      results.failure = why;
    }
  }

  /// Somebody asks for the run to be cancelled. Does nothing to a run that is ending.
  void cancel() {
    if (status == RunStatus.RUNNING) {
      status = RunStatus.CANCELLING;
    }
  }

  /// Nothing is in flight any more in a run that is failing or being cancelled.
  void settle() {
    if (status == RunStatus.FAILING) {
      status = RunStatus.FAILED;
    } else if (status == RunStatus.CANCELLING) {
      finish(RunStatus.CANCELLED);
    }
  }

  /// A failed run goes on from its failed items.
  ///
  /// @param encode gives the stored form of an item's input
  void resume(ItemEncoder encode, CommitBuilder out) {
    status = RunStatus.RUNNING;
    results.failure = null;
    for (var item : failed) {
      var again =
          new MarkedItem(item.step, item.input, item.sequence, item.place, item.marks().resumed());
      out.item(again, encode.payload(again));
    }
    failed.clear();
    if (results.isTerminated()) {
      finish(RunStatus.COMPLETED);
    }
  }

  /// Gives the stored form of an item's input.
  interface ItemEncoder {
    byte[] payload(Item item);
  }

  // --- what a run is

  /// The status as of the last event.
  RunStatus status() {
    return status == RunStatus.RUNNING && live > 0 && live == queue.waiting()
        ? RunStatus.WAITING
        : status;
  }

  /// Whether no event can come any more.
  boolean isOver() {
    return status.isFinal() || status.isHalted();
  }

  /// Whether attempts in flight are waited for, and nothing new may start.
  boolean isEnding() {
    return status == RunStatus.FAILING || status == RunStatus.CANCELLING;
  }

  /// The first failure that was recorded since the run went on, or null.
  @Nullable StepFailure failure() {
    return results.failure;
  }

  /// The outputs in the order of their commits.
  List<Results.Output> outputs() {
    return results.outputs();
  }

  /// How the run ended, or why it stands still.
  ///
  /// @throws IllegalStateException if it goes on
  RunResult<Object> result() {
    return results.result(status);
  }

  // --- inside an event

  private void emit(
      Item item, List<?> values, @Nullable Routing routing, @Nullable CommitBuilder out) {
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
        output(step, value, routing == null ? NO_PAYLOAD : at(routing.outputs(), i), out);
      }
    }
    if (opened == null) {
      leaveGroup(item, out);
    } else if (opened.open == 0) { // the group has taken the item's place in the enclosing group
      fire(opened, out);
    }
  }

  private Group open(Item item) {
    openGroups++;
    return new Group(nextId++, item.step, item.place);
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
        if (place != null) {
          place.group.open++;
        }
        add(new Item(to, value, nextId++, place), payload, out);
      }
      case PlanRoute.ToJoin(var join, int up) -> {
        var place = up == 0 ? from : Place.leave(from, up);
        if (place == null) {
          throw new IllegalStateException("a value for " + join + " lies in no group");
        }
        long id = out == null ? 0 : nextId++;
        place.group.arrive(place, value, id);
        if (out != null) {
          out.value(id, join, place, payload);
        }
      }
      case PlanRoute.ToArms _ -> throw new IllegalStateException("an arm was not resolved");
    }
  }

  private void add(Item item, byte[] payload, @Nullable CommitBuilder out) {
    live++;
    if (out == null) {
      queue.ready.add(item);
    } else {
      out.item(item, payload);
    }
  }

  private void output(PlanStep step, Object value, byte[] payload, @Nullable CommitBuilder out) {
    var output = new Results.Output(nextId++, step, value);
    boolean terminates = step.ending == Ending.TERMINATE && !results.isTerminated();
    results.add(output, terminates);
    if (out != null) {
      out.output(output.id(), step, terminates, payload);
    }
  }

  private void hold(Item item, @Nullable CommitBuilder out) {
    var held = results.held(item.step);
    if (held == null) {
      held = new Results.Held(nextId++);
      results.add(item.step, held);
    }
    held.count++;
    if (out != null) {
      out.hold(held.id, item.step, held.count);
    }
    leaveGroup(item, out);
  }

  /// An item is no longer open in its group.
  private void leaveGroup(Item item, @Nullable CommitBuilder out) {
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
    openGroups--;
    var outer = group.outer;
    var place = outer != null && group.fork.exits ? outer.branch(Place.AFTER) : outer;
    add(new Item(join, group, nextId++, place), NO_PAYLOAD, out);
  }

  private void drain() {
    if (status != RunStatus.RUNNING) {
      return;
    }
    if (results.isTerminated()) {
      finish(RunStatus.COMPLETED);
    } else if (live == 0) {
      if (openGroups != 0) {
        throw new IllegalStateException(openGroups + " joins wait for items that do not exist");
      }
      finish(results.isStalled() ? RunStatus.STALLED : RunStatus.COMPLETED);
    }
  }

  private void finish(RunStatus end) {
    status = end;
    queue.clear();
  }

  private static byte[] at(byte @Nullable [][] payloads, int index) {
    return payloads == null ? NO_PAYLOAD : payloads[index];
  }
}
