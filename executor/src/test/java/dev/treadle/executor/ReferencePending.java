package dev.treadle.executor;

import dev.treadle.Graph.PlacedStep;
import dev.treadle.StepFailure;
import dev.treadle.Workflow;
import dev.treadle.executor.ModelAccount.Gathered;
import dev.treadle.executor.ModelAccount.Verdict;
import dev.treadle.executor.ReferenceModel.Event;
import dev.treadle.executor.ReferenceModel.Fresh;
import dev.treadle.executor.ReferenceModel.Item;
import dev.treadle.executor.ReferenceModel.Place;
import dev.treadle.executor.ReferenceModel.SignalKey;
import dev.treadle.executor.ReferenceModel.Stage;
import dev.treadle.executor.ReferenceModel.Waits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The part of the [ReferenceInterpreter] that knows what is pending, what time it is, and how a
/// run ends.
abstract class ReferencePending {
  /// The run has more items than it may have.
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Items that may be executed.
  final List<Item> queue = new ArrayList<>();

  /// Items that wait for their time, for a signal, or for both.
  final List<Item> waiting = new ArrayList<>();

  /// The items that have failed for good.
  final List<Item> failed = new ArrayList<>();

  final List<Object> outputs = new ArrayList<>();
  final List<Gathered> gathered = new ArrayList<>();
  final List<SignalAnswer> answers = new ArrayList<>();
  final Map<String, Long> holds = new HashMap<>();

  /// What steps marked `terminate` gave.
  final List<Object> terminals = new ArrayList<>();

  /// What has happened.
  final Set<Event> events = EnumSet.noneOf(Event.class);

  final ReferenceWaits waits = new ReferenceWaits();
  final ReferenceGraph graph;
  Object context;
  long now;

  /// Whether it may come to something else if items are executed in another order.
  boolean racy;

  /// Whether an item has failed for good, and with it the run.
  boolean fails;

  private final boolean ignoresEnds;
  private final int bound;
  private long items;
  private @Nullable Verdict end;

  /// How the run will end when what is in flight has come back or was given up.
  private @Nullable Verdict ending;

  /// What was in flight when the run began to end.
  private List<Long> inFlight = new ArrayList<>();

  private int executed;

  ReferencePending(Workflow<?, ?, ?> workflow, boolean ignoresEnds, int bound) {
    this.graph = new ReferenceGraph(workflow.graph());
    this.context = ReferenceGraph.initial(workflow);
    this.ignoresEnds = ignoresEnds;
    this.bound = bound;
  }

  /// Runs to the end: first in, first out; whenever nothing is left to do, the next signal is sent
  /// or time passes. A run that still waits when there are no more signals is cancelled.
  final ModelAccount tell(Object input, List<RandomSending> signals) {
    start(input);
    int sent = 0;
    while (!isOver()) {
      if (!queue.isEmpty()) {
        executeNext();
      } else if (sent < signals.size() && signals.get(sent).at() < nextDue()) {
        send(signals.get(sent++));
      } else if (canWake()) {
        wake();
      } else {
        standStill();
      }
    }
    return account();
  }

  final void executeNext() {
    execute(queue.getFirst());
    if (ending != null) {
      settle();
    }
  }

  /// Nothing can come any more.
  final void standStill() {
    events.add(Event.STANDS_STILL);
    cancel();
    settle();
  }

  // --- event by event, in any order

  final void start(Object input) {
    add(graph.start(), input, ReferenceModel.OUTSIDE, Optional.empty(), new Fresh());
  }

  /// An attempt comes back.
  final void execute(Item item) {
    if (++executed > bound) {
      throw new TooLargeException();
    }
    queue.remove(item);
    inFlight.remove(item.number());
    perform(item);
  }

  /// The time of an attempt is over: it has failed, and what it brings later does not count.
  final void timeOut(Item item) {
    queue.remove(item);
    inFlight.remove(item.number());
    timedOut(item);
  }

  /// Time passes until something is due.
  final void wake() {
    wake(nextDue());
  }

  /// Time passes.
  final void wake(long until) {
    waits.pause();
    now = until;
    var due =
        waiting.stream()
            .filter(item -> item.due() > 0 && item.due() <= now)
            .sorted(wakeOrder())
            .toList();
    waiting.removeAll(due);
    queue.addAll(due);
  }

  final void send(RandomSending sending) {
    waits.pause();
    now = Math.max(now, sending.at());
    answers.add(signal(new SignalKey(sending.signal(), sending.key()), sending.value()));
  }

  final void cancel() {
    beginToEnd(new ModelAccount.Cancelled());
  }

  /// The run is not done by its deadline.
  final void miss() {
    beginToEnd(new ModelAccount.Missed());
  }

  /// What is still in flight is given up.
  final void settle() {
    end = ending;
  }

  /// Of what was in flight when the run began to end, only this was.
  final void onlyInFlight(List<Item> really) {
    inFlight = new ArrayList<>(really.stream().map(Item::number).toList());
  }

  /// The process dies: a run that was ending has nothing in flight any more.
  final void die() {
    inFlight.clear();
  }

  /// An item has failed for good, and nobody puts up with that.
  final void failed(Item item, StepFailure why) {
    fails = true;
    failed.add(item);
    if (!ignoresEnds) {
      beginToEnd(new ModelAccount.Failed(why.step(), why.attempt()));
    }
  }

  private void beginToEnd(Verdict how) {
    if (ending == null) {
      ending = how;
      inFlight = new ArrayList<>(queue.stream().map(Item::number).toList());
    }
  }

  final void terminate(Object value) {
    terminals.add(value);
    if (!ignoresEnds && end == null && ending == null) {
      end = new ModelAccount.Completed(value);
    }
  }

  /// An item that was in flight has no place in the queue any more.
  final void replaced(Item item) {
    queue.remove(item);
    waiting.remove(item);
    inFlight.remove(item.number());
  }

  final void add(
      PlacedStep step, Object input, Place place, Optional<StepFailure> failure, Stage stage) {
    queue.add(new Item(items++, step, input, place, 1, failure, 0, stage));
  }

  // --- what can be told

  final boolean isOver() {
    return end != null || (ending == null && queue.isEmpty() && waiting.isEmpty());
  }

  final boolean isEnding() {
    return end == null && ending != null;
  }

  final boolean canWake() {
    return ending == null && nextDue() != Long.MAX_VALUE;
  }

  /// When time has something to do, in milliseconds.
  final long nextDue() {
    return waiting.stream()
        .mapToLong(Item::due)
        .filter(due -> due > 0)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /// The items whose attempts may come back next, in the order of their coming into being.
  final List<Item> inFlight() {
    return queue.stream()
        .filter(item -> ending == null || inFlight.contains(item.number()))
        .sorted(Comparator.comparingLong(Item::number))
        .toList();
  }

  /// The items that wait for a signal, in the order of their coming into being.
  final List<Item> awaiting() {
    return Stream.concat(waiting.stream(), queue.stream())
        .filter(item -> item.stage() instanceof Waits)
        .sorted(Comparator.comparingLong(Item::number))
        .toList();
  }

  /// Everything that has not come to its end.
  final Stream<Item> pending() {
    return Stream.of(queue, waiting, failed).flatMap(List::stream);
  }

  /// Whether the run had to wait.
  final boolean waited() {
    return now > 0 || !waits.asked.isEmpty();
  }

  final ModelAccount account() {
    return new ModelAccount(end == null ? drained() : end, outputs, context, gathered, answers);
  }

  private Verdict drained() {
    if (!outputs.isEmpty()) {
      return new ModelAccount.Completed(outputs.getFirst());
    }
    return holds.isEmpty() ? new ModelAccount.WithoutOutput() : new ModelAccount.Stalled(holds);
  }

  abstract void timedOut(Item item);

  /// What comes of an item.
  abstract void perform(Item item);

  abstract SignalAnswer signal(SignalKey to, Object value);

  // --- the sentences

  /// What is due at once goes on in the order of its time, then of its coming into being.
  Comparator<Item> wakeOrder() {
    return Comparator.comparingLong(Item::due).thenComparingLong(Item::number);
  }
}
