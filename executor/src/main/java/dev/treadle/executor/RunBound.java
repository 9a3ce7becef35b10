package dev.treadle.executor;

import dev.treadle.RunId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How many runs an executor drives at most, and who waits for room: callers, and stored runs that
/// are to be recovered, first come, first served. Room that becomes free is kept for the id of who
/// is next, until a run of that id enters or it is given up.
///
/// Safe for use by many threads. Its lock is the last to be taken: nothing else is called under it.
final class RunBound {
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by lock
  private final ArrayDeque<Waiter> line = new ArrayDeque<>();
  private final Set<RunId> later = new HashSet<>();
  private final Map<RunId, Integer> kept = new HashMap<>();
  private boolean closed;

  /// Runs that have entered, and room that is kept.
  private int taken;

  RunBound(int most) {
    this.most = most;
  }

  /// A caller, or a stored run and how it goes on.
  private static final class Waiter {
    private final RunId id;
    private final Condition turn;
    private final @Nullable Runnable goOn;
    private boolean called;

    Waiter(RunId id, Condition turn, @Nullable Runnable goOn) {
      this.id = id;
      this.turn = turn;
      this.goOn = goOn;
    }
  }

  int most() {
    return most;
  }

  /// A run takes room, if there is some that nobody else waits for.
  ///
  /// @return whether it has entered
  boolean enter(RunId id) {
    lock.lock();
    try {
      if (unkeep(id)) {
        return true;
      }
      if (isFull()) {
        return false;
      }
      taken++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  boolean hasRoom() {
    lock.lock();
    try {
      return !isFull();
    } finally {
      lock.unlock();
    }
  }

  /// A run that has entered is over.
  void leave() {
    free(null);
  }

  /// Whoever has waited for room needs it no more; nothing happens if it was used.
  void giveUp(RunId id) {
    free(id);
  }

  /// Waits for room, which is then kept for the id. Returns early when the executor closes.
  void await(RunId id) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var me = new Waiter(id, lock.newCondition(), null);
      if (!isFull()) {
        call(me);
      } else {
        line.add(me);
      }
      await(me);
    } finally {
      lock.unlock();
    }
  }

  /// Goes on with something as soon as there is room, which is then kept for the id. It is called
  /// by whoever leaves, and must be quick. Does nothing if it was asked for the id before, or if
  /// the executor closes first.
  void whenRoom(RunId id, Runnable goOn) {
    lock.lock();
    try {
      if (!later.add(id)) {
        return;
      }
      var waiter = new Waiter(id, lock.newCondition(), goOn);
      if (isFull()) {
        line.add(waiter);
        return;
      }
      call(waiter);
    } finally {
      lock.unlock();
    }
    goOn.run();
  }

  /// Nobody waits any more.
  void close() {
    lock.lock();
    try {
      closed = true;
      line.forEach(waiter -> waiter.turn.signal());
      line.clear();
      later.clear();
    } finally {
      lock.unlock();
    }
  }

  private void await(Waiter me) throws InterruptedException {
    try {
      while (!me.called && !closed) {
        me.turn.await();
      }
    } catch (InterruptedException e) {
      if (!me.called) {
        line.remove(me);
        throw e;
      }
      Thread.currentThread().interrupt(); // for who starts the run now
    }
  }

  private boolean isFull() {
    return taken >= most || !line.isEmpty();
  }

  /// @param id whose kept room becomes free, if there is any; null for that of a run
  private void free(@Nullable RunId id) {
    Waiter next;
    lock.lock();
    try {
      if (id != null && !unkeep(id)) {
        return;
      }
      taken--;
      next = line.poll();
      if (next != null) {
        call(next);
      }
    } finally {
      lock.unlock();
    }
    if (next != null && next.goOn != null) {
      next.goOn.run();
    }
  }

  private void call(Waiter waiter) {
    taken++;
    kept.merge(waiter.id, 1, Integer::sum);
    later.remove(waiter.id);
    waiter.called = true;
    waiter.turn.signal();
  }

  /// @return whether room was kept for the id
  private boolean unkeep(RunId id) {
    var before = kept.get(id);
    if (before == null) {
      return false;
    }
    if (before == 1) {
      kept.remove(id);
    } else {
      kept.put(id, before - 1);
    }
    return true;
  }
}
