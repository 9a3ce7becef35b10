package dev.treadle.executor;

import dev.treadle.RunId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Locks for any number of ids: whoever begins, loads or deletes a run of a chosen id holds the one
/// that its hash code chooses, so that nobody else does meanwhile. Safe for use by many threads.
final class IdLocks {
  private final ReentrantLock[] locks = new ReentrantLock[256];

  IdLocks(Supplier<ReentrantLock> made) {
    for (int i = 0; i < locks.length; i++) {
      locks[i] = made.get();
    }
  }

  /// Does something while nobody else does so for the same id.
  <T extends @Nullable Object> T locked(RunId id, Supplier<T> work) {
    var lock = locks[place(id)];
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /// Locks ids, in an order that everybody keeps; each lock of the answer is to be unlocked.
  List<ReentrantLock> lockAll(Set<RunId> ids) {
    var places = new TreeSet<Integer>();
    ids.forEach(id -> places.add(place(id)));
    var taken = places.stream().map(place -> locks[place]).toList();
    taken.forEach(ReentrantLock::lock);
    return taken;
  }

  private int place(RunId id) {
    return Math.floorMod(id.hashCode(), locks.length);
  }
}
