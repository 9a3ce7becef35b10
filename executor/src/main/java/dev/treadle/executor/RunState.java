package dev.treadle.executor;

import dev.treadle.Graph.Ending;
import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The whole meaning of a run: its queue, its groups, its outputs, its status, and how each event
/// changes them. A plain class without threads, clocks or stores: whoever owns a run calls one
/// method at a time.
///
/// Each event takes a [CommitBuilder], or null in a transient run. With a builder, items that come
/// into being are given to it, and enter the queue by `RunQueue.release` when the commit is
/// durable; without, they enter the queue at once.
final class RunState {
  final Plan plan;

  final RunQueue queue = new RunQueue(item -> closing().forget(item));

  private List<Item> failed = Collections.emptyList();

  final Results results = new Results();

  final Undos undos = new Undos(this);

  final Waits waits = new Waits(this);

  /// The context with every change applied, durable or not; null in a workflow without one.
  @Nullable Object context;

  /// The next number of an item or of anything else that is stored.
  long nextId = CommitBuilder.FIRST_FREE_ID;

  /// How many items are queued, waiting, being executed or failed.
  private long live;

  private final Groups groups = new Groups(this);

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
  ///
  /// @param item the item, of which the marks say what it waits for
  void restore(Item item) {
    live++;
    Tally.live(item.place, 1);
    groups.restore(item);
    if (item.marks().failed()) {
      failed = Grown.list(failed);
      failed.add(item);
      return;
    }
    queue.willWait(item);
    queue.release(item);
    if (item instanceof MarkedItem marked) {
      waits.restore(marked);
    }
  }

  /// Restores a group from a store, after all items: the item of its join takes its place in the
  /// enclosing group.
  void restore(Group group) {
    groups.restore(group);
  }

  void restore(Results.Output output, boolean terminates) {
    results.add(output, terminates);
  }

  void restoreHold(PlanStep step, long id, long count) {
    var held = new Results.Held(id);
    held.count = count;
    results.add(step, held);
  }

  void restore(RunStatus stored, RunNotes notes) {
    status = stored == RunStatus.WAITING ? RunStatus.RUNNING : stored; // waiting is found anew
    results.failure = notes.failure().orElse(null);
    results.missed = notes.missed().orElse(null);
    undos.restore(notes.undo().orElse(UndoNotes.NONE));
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
    gone(item);
    switch (transition) {
      case Transition.Next<?>(var output) -> groups.emit(item, List.of(output), routing, out);
      case Transition.NextAll<?>(var all) -> groups.emit(item, all, routing, out);
      case Transition.Hold<?> _ -> hold(item, out);
      case Transition.Abort<?> _, Transition.After<?> _ ->
          throw new IllegalArgumentException(transition + " is not a success");
    }
    drain();
  }

  /// An item goes on later: the same item, of which `marks` say when and why.
  ///
  /// @param input its input, or what it delivers then
  void postpone(
      Item item, Object input, ItemMarks marks, byte[] payload, @Nullable CommitBuilder out) {
    var again = new MarkedItem(item.step, input, item.sequence, item.place, marks, item.kept());
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
    redirect(item, to, ItemMarks.rescuing(why), payload, out);
  }

  /// The time of a waiting item is over, and another step takes its input.
  void expire(Item item, PlanRoute.ToStep to, byte[] payload, @Nullable CommitBuilder out) {
    waits.expire(item, out);
    redirect(item, to, ItemMarks.NONE, payload, out);
  }

  private void redirect(
      Item item,
      PlanRoute.ToStep to,
      ItemMarks marks,
      byte[] payload,
      @Nullable CommitBuilder out) {
    var place = Place.leave(item.place, to.up());
    var instead = new MarkedItem(to.step(), item.input, nextId++, place, marks);
    if (out != null) {
      // the values of a join stay: they are the other step's input too
      out.remove(item);
    }
    gone(item);
    add(instead, payload, out);
    Groups.enter(place);
    groups.leave(item, out);
  }

  /// An item has failed for good: a join around it may put up with that.
  ///
  /// @return false if none does; nothing has changed then
  boolean absorb(Item item, StepFailure why, @Nullable CommitBuilder out) {
    boolean absorbed = groups.closing.absorb(item, why, out);
    if (absorbed) {
      drain();
    }
    return absorbed;
  }

  /// An item has failed for good.
  void fail(Item item, StepFailure why, byte[] payload, @Nullable CommitBuilder out) {
    var last = item.with(item.marks().failed(why));
    failed = Grown.list(failed);
    failed.add(last);
    if (out != null) {
      out.failedItem(last, payload);
    }
    if (status == RunStatus.RUNNING) {
      status = RunStatus.FAILING;
      results.failure = why;
    }
  }

  /// An item was in flight at too many unclean deaths.
  void quarantine(Item item) {
    status = RunStatus.QUARANTINED;
    results.poison = item;
  }

  /// Somebody asks for the run to be cancelled. Does nothing to a run that is ending.
  ///
  /// @param compensates whether what was done is to be undone
  void cancel(boolean compensates) {
    if (status == RunStatus.RUNNING) {
      status = RunStatus.CANCELLING;
      if (compensates) {
        undos.ask();
      }
    }
  }

  /// The run is not done by its deadline. Does nothing to a run that is ending.
  void miss(Instant deadline) {
    if (status == RunStatus.RUNNING) {
      status = RunStatus.FAILING;
      results.missed = deadline;
    }
  }

  /// Somebody asks for what a failed run has done to be undone.
  void compensate() {
    status = RunStatus.FAILING;
    undos.ask();
  }

  /// Nothing is in flight any more in a run that is failing or being cancelled, and nothing is to
  /// be undone.
  void settle() {
    if (status == RunStatus.FAILING) {
      status = RunStatus.FAILED;
    } else if (status == RunStatus.CANCELLING) {
      finish(RunStatus.CANCELLED);
    }
  }

  /// A failed run goes on from its failed items, or one in quarantine from its queue.
  ///
  /// @param encode gives the stored form of an item's input
  void resume(ItemEncoder encode, CommitBuilder out) {
    status = RunStatus.RUNNING;
    results.failure = null;
    undos.resume(out);
    results.missed = null;
    results.poison = null;
    for (var item : failed) {
      if (Tally.isClosed(item.place)) {
        groups.closing.drop(item);
        continue;
      }
      var marks = item.input instanceof Group ? item.marks() : item.marks().met();
      var again = item.with(marks.resumed());
      out.item(again, encode.payload(again));
    }
    failed.clear();
    drain(); // the attempts that came back late may have been all that was left
  }

  /// A failed item is given up: it is consumed and nothing follows from it.
  void skip(Item item, CommitBuilder out) {
    failed.remove(item);
    out.consume(item);
    gone(item);
    groups.leave(item, out);
  }

  /// A failed item gets another input, with which it goes on when the run does.
  void repair(Item item, Object input, byte[] payload, CommitBuilder out) {
    failed.remove(item);
    if (item.input instanceof Group) {
      out.consume(item); // the values of a join are not its input any more
    }
    var marks = item.marks().repaired();
    out.item(new MarkedItem(item.step, input, item.sequence, item.place, marks), payload);
  }

  /// Gives the stored form of an item's input.
  interface ItemEncoder {
    byte[] payload(Item item);
  }

  // --- what a run is

  /// Does something with each item that is pending and not being executed or committed.
  void each(Consumer<Item> what) {
    queue.each(what);
    waits.each(what);
    failed.forEach(what);
  }

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
    return isDoomed() && !undos.isRunning();
  }

  /// Whether a run that nobody drives has failed and may be resumed.
  boolean canGoOn(Compensation compensation) {
    boolean hasFailed = status == RunStatus.FAILED || status == RunStatus.FAILING;
    return hasFailed && !undos.haveBegun() && !undos.areDue(status, compensation);
  }

  /// Whether the run is failing or being cancelled.
  boolean isDoomed() {
    return status == RunStatus.FAILING || status == RunStatus.CANCELLING;
  }

  /// The items that have failed for good and that matter still.
  List<Item> failed() {
    return failed.stream().filter(item -> !Tally.isClosed(item.place)).toList();
  }

  /// The first failure that was recorded since the run went on, or null.
  @Nullable StepFailure failure() {
    return results.failure;
  }

  /// The deadline that the run was not done by, if it fails or has failed for that; or null.
  @Nullable Instant missedDeadline() {
    return results.missed;
  }

  /// The outputs in the order of their commits.
  List<Results.Output> outputs() {
    return results.outputs();
  }

  /// How the run ended, or why it stands still.
  ///
  /// @throws IllegalStateException if it goes on
  RunResult<Object> result() {
    return results.result(status, undos.report());
  }

  // --- inside an event

  /// The next item to execute, or null. Those that were dropped are passed over.
  @Nullable Item next() {
    var item = queue.ready.poll();
    while (item != null && Tally.isClosed(item.place)) {
      groups.closing.drop(item);
      item = queue.ready.poll();
    }
    return item;
  }

  /// The items of a group are dropped.
  void closed(long items, long waiting) {
    live -= items;
    queue.drop(waiting);
  }

  /// What groups leave behind that close early.
  Closing closing() {
    return groups.closing;
  }

  /// An item is no more.
  void gone(Item item) {
    live--;
    Tally.live(item.place, -1);
  }

  /// An item comes into being.
  void add(Item item, byte[] payload, @Nullable CommitBuilder out) {
    live++;
    Tally.live(item.place, 1);
    if (out == null) {
      queue.ready.add(item);
    } else {
      out.item(item, payload);
    }
  }

  /// A step gives an output of the run.
  void output(PlanStep step, Object value, byte[] payload, @Nullable CommitBuilder out) {
    var output = new Results.Output(nextId++, step, value);
    boolean terminates = step.ending == Ending.TERMINATE && !results.isTerminated();
    results.add(output, terminates);
    if (out != null) {
      out.output(output.id(), step, terminates, payload);
    }
  }

  private void hold(Item item, @Nullable CommitBuilder out) {
    if (!groups.closing.hold(item, out)) {
      count(item, out);
    }
    groups.leave(item, out);
  }

  private void count(Item item, @Nullable CommitBuilder out) {
    var held = results.held(item.step);
    if (held == null) {
      held = new Results.Held(nextId++);
      results.add(item.step, held);
    }
    held.count++;
    if (out != null) {
      out.hold(held.id, item.step, held.count);
    }
  }

  private void drain() {
    if (status != RunStatus.RUNNING) {
      return;
    }
    if (results.isTerminated()) {
      finish(RunStatus.COMPLETED);
    } else if (live == 0) {
      groups.requireNone();
      finish(results.isStalled() ? RunStatus.STALLED : RunStatus.COMPLETED);
    }
  }

  private void finish(RunStatus end) {
    status = end;
    queue.clear();
  }
}
