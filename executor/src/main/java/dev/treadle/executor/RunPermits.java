package dev.treadle.executor;

import dev.treadle.executor.StepLimit.Line;
import dev.treadle.executor.StepLimit.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a run may execute next, where steps are limited: the items that wait for a permit are
/// parked here, and hold neither a thread nor a place among the workers. Guarded by the run's lock.
///
/// A permit is taken only for an item that a worker is there for, so that no permit waits for a
/// place while somebody in that place waits for the permit.
final class RunPermits {
  private final ReentrantLock lock;
  private final Crew crew;
  private final Runnable wake;
  private Map<StepLimit, Line> lines = Collections.emptyMap();

  /// Items that have their permit; a worker comes for each.
  private List<Item> admitted = Collections.emptyList();

  /// How many items wait, are being offered a permit, or are admitted.
  private long parked;

  private boolean closed;

  /// @param lock the run's lock
  /// @param wake has a worker come if there is something to do; called under the lock
  RunPermits(ReentrantLock lock, Crew crew, Runnable wake) {
    this.lock = lock;
    this.crew = crew;
    this.wake = wake;
  }

  /// The limit that the attempt of an item counts for, or null.
  static @Nullable StepLimit limit(Item item) {
    var limit = item.step.limit;
    // what only delivers an output after a delay runs no code
    return limit == null || item.marks().delivers() ? null : limit;
  }

  /// The next item to execute, which has its permit if it needs one; or null.
  private @Nullable Item next(RunState state) {
    if (parked > 0) {
      var item = admitted();
      if (item != null) {
        parked--;
        return item;
      }
    }
    while (!isBlocked()) {
      var item = state.next();
      if (item == null) {
        return null;
      }
      var limit = limit(item);
      if (limit == null || line(limit).enter(item)) {
        return item;
      }
      parked++;
    }
    return null;
  }

  /// As [#next], without the items that were dropped while they waited for their permit.
  @Nullable Item nextWanted(RunState state) {
    var item = next(state);
    while (item != null && Tally.isClosed(item.place)) {
      var limit = limit(item);
      if (limit != null) {
        crew.detached(limit::release); // another run may be next, whose lock nobody may take here
      }
      state.closing().drop(item);
      item = next(state);
    }
    return item;
  }

  /// Whether [#next] may have an item.
  boolean hasNext(ArrayDeque<Item> ready) {
    return (!ready.isEmpty() && !isBlocked())
        || (parked > 0
            && (!admitted.isEmpty() || lines.values().stream().anyMatch(Line::isPassedOver)));
  }

  /// Whether no item of the run waits for a permit.
  boolean isIdle() {
    return parked == 0;
  }

  /// Does something with each item that waits for a permit, or for a worker.
  void each(Consumer<Item> what) {
    admitted.forEach(what);
    lines.values().forEach(line -> line.each(what));
  }

  /// Offers a permit to an item of this run that waits. Takes the run's lock; the caller holds
  /// none.
  ///
  /// @return false if the run does not take it: it has stopped, or has nobody to execute the item
  boolean offer(Line line, Waiting waiting) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      if (!crew.hasRoom(admitted.size())) {
        line.passOver(waiting);
        return false;
      }
      admitted = Grown.list(admitted);
      admitted.add(waiting.item());
      wake.run();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Nothing new is executed any more: gives up all places and permits.
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    lines.values().forEach(Line::leave);
    var held = new ArrayList<StepLimit>(0);
    for (var item : admitted) {
      if (item.step.limit != null) {
        held.add(item.step.limit);
      }
    }
    admitted.clear();
    if (!held.isEmpty()) {
      // another run may be next, whose lock nobody may take who holds this one
      crew.detached(() -> held.forEach(StepLimit::release));
    }
  }

  /// Whether what waits must not be overtaken: the order of a sequential run is strict.
  private boolean isBlocked() {
    return parked > 0 && crew.isSequential();
  }

  private @Nullable Item admitted() {
    if (!admitted.isEmpty()) {
      return admitted.removeFirst(); // there are no more than workers
    }
    for (var line : lines.values()) {
      if (line.isPassedOver()) {
        var claimed = line.claim();
        if (claimed != null) {
          return claimed;
        }
      }
    }
    return null;
  }

  private Line line(StepLimit limit) {
    lines = Grown.map(lines);
    return lines.computeIfAbsent(limit, key -> key.new Line(this));
  }
}
