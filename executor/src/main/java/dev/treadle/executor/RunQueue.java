package dev.treadle.executor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The pending items of a run that nobody executes. Confined like the [RunState] that it belongs
/// to.
final class RunQueue {
  private static final Comparator<Item> BY_DUE_TIME =
      Comparator.<Item>comparingLong(item -> item.marks().dueAt())
          .thenComparingLong(item -> item.sequence);

  /// What almost every run has that waits for nothing.
  private static final NavigableSet<Item> NONE =
      Collections.unmodifiableNavigableSet(new TreeSet<>(BY_DUE_TIME));

  /// What an unclean death has left in doubt; null in almost every run.
  @Nullable Probation probation;

  /// Items that may be executed now, in the order of their release.
  final ArrayDeque<Item> ready = new ArrayDeque<>(1); // many a run never has more

  /// Items that wait for their time and may be woken.
  private NavigableSet<Item> delayed = NONE;

  /// These, and those whose commit is not durable yet.
  private NavigableSet<Item> waiting = NONE;

  /// What is told of each waiting item that is dropped, once it is found.
  private final Consumer<Item> forget;

  /// How many of [#waiting] are dropped but not found yet.
  private long dropped;

  RunQueue(Consumer<Item> forget) {
    this.forget = forget;
  }

  private List<Item> toWatch = Collections.emptyList();

  /// How many items wait for something else, and for no time.
  private long parked;

  /// An item is going to wait, once it is released.
  void willWait(Item item) {
    if (item.marks().dueAt() > 0) {
      waiting = grown(waiting);
      waiting.add(item);
      Tally.waiting(item.place, 1);
    } else if (item.marks().awaits().isPresent()) {
      parked++;
      Tally.waiting(item.place, 1);
    }
  }

  /// What an item waited for has come; another takes its place in the queue.
  void waitsNoLonger(Item item) {
    if (item.marks().dueAt() == 0) {
      parked--;
      Tally.waiting(item.place, -1);
    } else if (remove(waiting, item)) { // else its time has come just before
      remove(delayed, item);
      Tally.waiting(item.place, -1);
    }
  }

  /// An item that waited was dropped, and nobody has found it yet.
  ///
  /// @return false if it is among those that may be executed by now
  boolean forget(Item item) {
    if (item.marks().dueAt() == 0) {
      parked--;
      dropped--;
      forget.accept(item);
      return true;
    }
    remove(delayed, item);
    return found(item);
  }

  private boolean found(Item item) {
    boolean was = remove(waiting, item);
    if (was) {
      dropped--;
      forget.accept(item);
    }
    return was;
  }

  /// Items become runnable, or begin to wait.
  void release(List<Item> items) {
    for (int i = 0; i < items.size(); i++) {
      release(items.get(i));
    }
  }

  /// An item becomes runnable, or begins to wait.
  void release(Item item) {
    var marks = item.marks();
    marks.awaits().filter(awaited -> awaited.run() != null).ifPresent(_ -> toWatch(item));
    if (marks.dueAt() > 0) {
      if (waiting.contains(item)) { // else what it waits for has come before
        delayed = grown(delayed);
        delayed.add(item);
      }
    } else if (marks.awaits().isEmpty()) {
      ready.add(item);
    }
  }

  private void toWatch(Item item) {
    toWatch = Grown.list(toWatch);
    toWatch.add(item);
  }

  /// The items that wait for the end of a run, durably, and were not given out before.
  List<Item> takeToWatch() {
    if (toWatch.isEmpty()) {
      return List.of();
    }
    var items = List.copyOf(toWatch);
    toWatch.clear();
    return items;
  }

  /// Tells all pending items, in no order.
  void forEach(Consumer<Item> action) {
    ready.forEach(action);
    delayed.forEach(action);
  }

  /// Moves the items whose time has come to the tail of the queue.
  ///
  /// @param now in milliseconds of the Unix epoch
  void wake(long now) {
    while (!delayed.isEmpty() && delayed.first().marks().dueAt() <= now) {
      var item = delayed.removeFirst();
      if (Tally.isClosed(item.place)) {
        found(item);
      } else {
        remove(waiting, item);
        Tally.waiting(item.place, -1);
        if (probation == null || !probation.hold(item)) {
          ready.add(item);
        }
      }
    }
  }

  /// Some of the waiting items, among those whose group is closed, are dropped.
  void drop(long count) {
    dropped += count;
  }

  /// Forgets the dropped items that are due before all others.
  private void forgetFirst() {
    while (dropped > 0 && !waiting.isEmpty() && Tally.isClosed(waiting.first().place)) {
      var item = waiting.first();
      remove(delayed, item);
      found(item);
    }
  }

  /// Does something with each item that is ready or waits for a time.
  void each(Consumer<Item> what) {
    ready.forEach(what);
    delayed.stream().filter(item -> !Tally.isClosed(item.place)).forEach(what);
  }

  /// Puts the runnable items in the order of their sequence, as after loading.
  void inSequence() {
    var items = new ArrayList<>(ready);
    items.sort(Comparator.comparingLong(item -> item.sequence));
    ready.clear();
    ready.addAll(items);
  }

  /// How many items wait.
  long waiting() {
    return waiting.size() + parked - dropped;
  }

  /// When the first of the waiting items is due, in milliseconds of the Unix epoch; or 0 if none
  /// waits.
  long firstDue() {
    forgetFirst();
    return waiting.isEmpty() ? 0 : waiting.first().marks().dueAt();
  }

  /// When the next item is to be woken, as [#firstDue], of those whose waiting is durable.
  long firstWake() {
    while (dropped > 0 && !delayed.isEmpty() && Tally.isClosed(delayed.first().place)) {
      found(delayed.removeFirst());
    }
    return delayed.isEmpty() ? 0 : delayed.first().marks().dueAt();
  }

  private static NavigableSet<Item> grown(NavigableSet<Item> set) {
    return set.isEmpty() ? new TreeSet<>(BY_DUE_TIME) : set;
  }

  private static boolean remove(NavigableSet<Item> set, Item item) {
    return !set.isEmpty() && set.remove(item);
  }

  void clear() {
    ready.clear();
    delayed = NONE;
    waiting = NONE;
    dropped = 0;
    parked = 0;
  }
}
