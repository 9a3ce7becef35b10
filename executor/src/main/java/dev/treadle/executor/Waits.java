package dev.treadle.executor;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The items of a run that wait for signals or for the end of other runs, the signals that no item
/// has asked for yet, and the marks of waits that are over. Confined like the [RunState] that it
/// belongs to; each event costs the same whatever the number of waits.
final class Waits {
  private static final byte[] NO_PAYLOAD = {};

  private final RunState state;
  private Map<Awaited, Slot> slots = Collections.emptyMap();

  /// The items that wait for the end of a run; any number for one run.
  private Set<Item> forRuns = Collections.emptySet();

  /// What dropped items have waited for, until the commit that removes the items marks it.
  private Set<Awaited> unmarked = Collections.emptySet();

  private int open;

  /// What is known of one signal and key. A value is kept only before the first wait.
  private static final class Slot {
    @Nullable MarkedItem waiting;
    @Nullable Object kept;
    long keptId;
    boolean over;
  }

  Waits(RunState state) {
    this.state = state;
  }

  /// How many items wait.
  int open() {
    return open;
  }

  /// Does something with each item that waits for a signal and for no time.
  void each(Consumer<Item> what) {
    for (var slot : slots.values()) {
      var item = slot.waiting;
      if (item != null && item.marks().dueAt() == 0 && !Tally.isClosed(item.place)) {
        what.accept(item);
      }
    }
  }

  /// Whether an item waits under the key already.
  boolean isTaken(Awaited awaited) {
    var slot = slots.get(awaited);
    return slot != null && slot.waiting != null && !Tally.isClosed(slot.waiting.place);
  }

  /// Whether an item has waited, and its signal has come while its deadline was being looked after.
  @SuppressWarnings("ReferenceEquality") // the item is replaced by another when the signal comes
  boolean isStale(Item item) {
    var awaited = item.marks().awaits();
    if (awaited.isEmpty()) {
      return false;
    }
    if (awaited.get().run() != null) {
      return item.sent() == null && !forRuns.contains(item);
    }
    var slot = slots.get(awaited.get());
    return slot == null || slot.waiting != item;
  }

  // --- events

  /// An item begins to wait, or gets the signal that was kept for it.
  ///
  /// @param dueAt when it gives up, in milliseconds of the Unix epoch, or 0 for never
  /// @param payload its input as it is stored
  void begin(Item item, Awaited awaited, long dueAt, byte[] payload, @Nullable CommitBuilder out) {
    if (awaited.run() != null) {
      beginForRun(item.with(item.marks().awaiting(awaited, dueAt), null), payload, out);
      return;
    }
    var slot = slot(awaited);
    drop(awaited, slot, out);
    var value = slot.kept;
    if (value == null) {
      var waiting = item.with(item.marks().awaiting(awaited, dueAt), null);
      wait(slot, waiting);
      release(waiting, payload, out);
      return;
    }
    slot.kept = null;
    end(awaited, slot, out);
    release(item.with(item.marks().signalled(slot.keptId), value), payload, out);
  }

  private void beginForRun(Item waiting, byte[] payload, @Nullable CommitBuilder out) {
    forRuns = Grown.orderedSet(forRuns);
    forRuns.add(waiting);
    open++;
    state.queue.willWait(waiting);
    release(waiting, payload, out);
  }

  /// The run that an item waits for is over. No commit: that can be found out again.
  ///
  /// @return whether the item goes on
  boolean runEnded(Item waiting, ChildEnd end) {
    if (Tally.isClosed(waiting.place) || !forRuns.remove(waiting)) {
      return false;
    }
    open--;
    state.queue.waitsNoLonger(waiting);
    state.queue.ready.add(waiting.with(waiting.marks(), end));
    return true;
  }

  /// The items that wait for the end of a run.
  List<Item> forRuns() {
    return forRuns.stream().filter(item -> !Tally.isClosed(item.place)).toList();
  }

  /// A signal comes.
  ///
  /// @param payload its value as it is stored
  /// @throws PayloadException if the input of the waiting item can't be stored any more; nothing
  ///   has changed then
  SignalAnswer signal(Awaited to, Object value, byte[] payload, @Nullable CommitBuilder out) {
    var slot = slot(to);
    drop(to, slot, out);
    var waiting = slot.waiting;
    if (waiting != null && !Tally.isClosed(waiting.place)) {
      var input = out == null ? NO_PAYLOAD : StoredRuns.payload(waiting, waiting.step);
      long id = store(to, payload, out);
      stop(slot, waiting);
      end(to, slot, out);
      release(waiting.with(waiting.marks().signalled(id), value), input, out);
      return SignalAnswer.DELIVERED;
    }
    if (slot.kept != null || slot.over) {
      return SignalAnswer.LATE;
    }
    slot.keptId = store(to, payload, out);
    slot.kept = value;
    return SignalAnswer.KEPT;
  }

  /// An item waits no longer, since its time is over.
  void expire(Item item, @Nullable CommitBuilder out) {
    var awaited = item.marks().awaits().orElseThrow();
    if (forRuns.remove(item)) {
      open--;
      state.queue.waitsNoLonger(item);
    }
    var slot = slots.get(awaited);
    if (slot != null && slot.waiting != null) {
      stop(slot, slot.waiting);
      end(awaited, slot, out);
    }
  }

  /// The wait of an item is over, as the item was dropped and is removed.
  void ended(Awaited awaited) {
    var slot = slot(awaited);
    if (!slot.over) {
      slot.over = true;
      unmarked = Grown.orderedSet(unmarked);
      unmarked.add(awaited);
    }
  }

  /// Marks what is over since dropped items were removed; nothing is stored of a transient run.
  void markEnded(@Nullable CommitBuilder out) {
    if (unmarked.isEmpty()) {
      return;
    }
    if (out != null) {
      for (var awaited : unmarked) {
        out.signal(state.nextId++, new SignalNote(awaited, true), NO_PAYLOAD);
      }
    }
    unmarked.clear();
  }

  // --- from a store

  void restore(MarkedItem waiting) {
    waiting
        .marks()
        .awaits()
        .ifPresent(awaited -> {
          open++;
          if (awaited.run() != null) {
            forRuns = Grown.orderedSet(forRuns);
            forRuns.add(waiting);
            return;
          }
          var slot = slot(awaited);
          slot.waiting = waiting;
        });
  }

  void restoreKept(Awaited awaited, long id, Object value) {
    var slot = slot(awaited);
    if (!slot.over) { // else it is what a dropped item has left behind
      slot.kept = value;
      slot.keptId = id;
    }
  }

  void restoreOver(Awaited awaited) {
    slot(awaited).over = true;
  }

  // --- inside an event

  private Slot slot(Awaited awaited) {
    slots = Grown.map(slots);
    return slots.computeIfAbsent(awaited, _ -> new Slot());
  }

  private void wait(Slot slot, MarkedItem item) {
    slot.waiting = item;
    open++;
    state.queue.willWait(item);
  }

  private void stop(Slot slot, MarkedItem item) {
    slot.waiting = null;
    open--;
    state.queue.waitsNoLonger(item);
  }

  /// Forgets an item that was dropped with its group; its wait is over.
  private void drop(Awaited awaited, Slot slot, @Nullable CommitBuilder out) {
    var item = slot.waiting;
    if (item != null && Tally.isClosed(item.place)) {
      if (state.queue.forget(item)) {
        slot.waiting = null;
        open--;
      }
      end(awaited, slot, out);
    }
  }

  /// Remembers that a wait was ended, so that later signals are known to be late.
  private void end(Awaited awaited, Slot slot, @Nullable CommitBuilder out) {
    if (!slot.over) {
      slot.over = true;
      if (out != null) {
        out.signal(state.nextId++, new SignalNote(awaited, true), NO_PAYLOAD);
      }
    }
  }

  /// A transient run's numbers belong to the thread that drives it, and are not needed here.
  private long store(Awaited to, byte[] payload, @Nullable CommitBuilder out) {
    if (out == null) {
      return 0;
    }
    long id = state.nextId++;
    out.signal(id, new SignalNote(to, false), payload);
    return id;
  }

  private void release(Item item, byte[] payload, @Nullable CommitBuilder out) {
    if (out == null) {
      state.queue.release(item);
    } else {
      out.item(item, payload);
    }
  }
}
