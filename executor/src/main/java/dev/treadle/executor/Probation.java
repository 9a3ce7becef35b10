package dev.treadle.executor;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The items of a run that were pending at an unclean death: the first execution of each is marked
/// in the store, and those that were marked at a death before are executed last, and alone.
/// Confined like the [RunState] that it belongs to.
final class Probation {
  private final Suspects suspects;
  private final EntryCodec codec;
  private final long epoch;
  private final Map<Long, Kept> items = new HashMap<>();

  /// Items that were in flight at a death, in the order in which they may be executed.
  private final PriorityQueue<Item> held =
      new PriorityQueue<>(
          Comparator.<Item>comparingInt(this::strikes).thenComparingLong(item -> item.sequence));

  /// Items that were taken and are not back.
  private final Set<Item> active = Collections.newSetFromMap(new IdentityHashMap<>());

  /// The one of these that was in flight at a death.
  private @Nullable Item suspect;

  /// Whether one of those that were held has its turn.
  private boolean suspectOut;

  private Suspects.@Nullable Turn turn;
  private boolean granted;

  /// @param entry the id of the mark's entry, or 0 if it has none
  private record Kept(long entry, StartMark mark) {}

  /// @param epoch the present opening of the store
  Probation(Suspects suspects, EntryCodec codec, long epoch) {
    this.suspects = suspects;
    this.codec = codec;
    this.epoch = epoch;
  }

  void add(long entry, StartMark mark) {
    items.put(mark.item(), new Kept(entry, mark));
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /// The run begins to be driven.
  void open(ArrayDeque<Item> ready) {
    suspects.busy(this);
    ready.removeIf(this::hold);
  }

  /// Keeps an item back if it was in flight at a death.
  boolean hold(Item item) {
    return strikes(item) > 0 && held.add(item);
  }

  /// The run is not driven any more.
  void close() {
    suspects.idle(this);
    endTurn();
  }

  /// The next item to execute, or null if there is none now.
  ///
  /// @param next gives the next of the queue, if it may be executed
  @Nullable Item take(ArrayDeque<Item> ready, RunPermits permits, Supplier<@Nullable Item> next) {
    if (suspect != null) {
      return null;
    }
    var item = next.get();
    suspectOut &= item != null || !permits.isIdle();
    while (item == null && hasTurn()) {
      ready.add(held.remove());
      item = next.get(); // none if it was dropped meanwhile, or has to wait for a permit
      suspectOut = item != null || !permits.isIdle();
    }
    if (item != null) {
      active.add(item);
      suspect = strikes(item) > 0 ? item : null;
    } else if (granted && !suspectOut && held.isEmpty()) {
      endTurn();
    }
    return item;
  }

  /// Asks for a turn for those that are held, if there is nothing else to do.
  ///
  /// @param whenGranted told on another thread
  void askForTurn(ArrayDeque<Item> ready, Runnable whenGranted) {
    if (!active.isEmpty() || !ready.isEmpty()) {
      return;
    }
    suspects.idle(this);
    if (turn == null && !held.isEmpty()) {
      turn = suspects.ask(strikes(held.element()), whenGranted);
    }
  }

  /// An item that was taken is back, whatever came of it, or has an outcome without being back.
  @SuppressWarnings("ReferenceEquality") // an item that is tried again is another one
  void back(Item item) {
    active.remove(item);
    if (suspect == item) {
      suspect = null;
      suspectOut = false;
      endTurn();
    }
  }

  /// It is the turn of one that waits.
  void granted() {
    if (turn != null) {
      granted = true;
    }
  }

  /// Whether one that is held may be executed.
  boolean hasTurn() {
    return granted && !suspectOut && active.isEmpty() && !held.isEmpty();
  }

  private void endTurn() {
    var last = turn;
    turn = null;
    granted = false;
    if (last != null) {
      suspects.end(last);
    }
  }

  /// Whether the execution of an item has to be marked.
  boolean mustMark(Item item) {
    var kept = items.get(item.sequence);
    return kept != null && kept.mark.epoch() != epoch;
  }

  /// The execution of an item begins.
  void mark(Item item, RunState state, CommitBuilder out) {
    var kept = items.get(item.sequence);
    if (kept == null) {
      throw new IllegalStateException(item + " is not kept");
    }
    long entry = kept.entry == 0 ? state.nextId++ : kept.entry;
    var mark = kept.mark.begun(epoch);
    items.put(item.sequence, new Kept(entry, mark));
    out.mark(entry, item.step.name, codec.mark(mark));
  }

  /// An item has an outcome.
  void settled(Item item, CommitBuilder out) {
    back(item);
    var kept = items.remove(item.sequence);
    if (kept != null && kept.entry != 0) {
      out.remove(kept.entry, kept.entry);
    }
  }

  private int strikes(Item item) {
    var kept = items.get(item.sequence);
    return kept == null ? 0 : kept.mark.strikes();
  }
}
