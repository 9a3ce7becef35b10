package dev.treadle.executor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// The pending items of a run that nobody executes. Confined like the [RunState] that it belongs
/// to.
final class RunQueue {
  private static final Comparator<Item> BY_DUE_TIME =
      Comparator.<Item>comparingLong(item -> item.marks().dueAt())
          .thenComparingLong(item -> item.sequence);

  /// Items that may be executed now, in the order of their release.
  final ArrayDeque<Item> ready = new ArrayDeque<>();

  /// Items that wait for their time and may be woken.
  private final TreeSet<Item> delayed = new TreeSet<>(BY_DUE_TIME);

  /// These, and those whose commit is not durable yet.
  private final TreeSet<Item> waiting = new TreeSet<>(BY_DUE_TIME);

  /// An item is going to wait, once it is released.
  void willWait(Item item) {
    if (item.marks().dueAt() > 0) {
      waiting.add(item);
    }
  }

  /// Items become runnable, or begin to wait.
  void release(List<Item> items) {
    for (int i = 0; i < items.size(); i++) {
      release(items.get(i));
    }
  }

  /// An item becomes runnable, or begins to wait.
  void release(Item item) {
    if (item.marks().dueAt() > 0) {
      delayed.add(item);
    } else {
      ready.add(item);
    }
  }

  /// Moves the items whose time has come to the tail of the queue.
  ///
  /// @param now in milliseconds of the Unix epoch
  void wake(long now) {
    while (!delayed.isEmpty() && delayed.first().marks().dueAt() <= now) {
      var item = delayed.removeFirst();
      waiting.remove(item);
      ready.add(item);
    }
  }

  /// Puts the runnable items in the order of their sequence, as after loading.
  void inSequence() {
    var items = new ArrayList<>(ready);
    items.sort(Comparator.comparingLong(item -> item.sequence));
    ready.clear();
    ready.addAll(items);
  }

  /// How many items wait for their time.
  int waiting() {
    return waiting.size();
  }

  /// When the first of the waiting items is due, in milliseconds of the Unix epoch; or 0 if none
  /// waits.
  long firstDue() {
    return waiting.isEmpty() ? 0 : waiting.first().marks().dueAt();
  }

  /// When the next item is to be woken, as [#firstDue], of those whose waiting is durable.
  long firstWake() {
    return delayed.isEmpty() ? 0 : delayed.first().marks().dueAt();
  }

  void clear() {
    ready.clear();
    delayed.clear();
    waiting.clear();
  }
}
