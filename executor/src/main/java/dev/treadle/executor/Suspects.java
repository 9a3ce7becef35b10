package dev.treadle.executor;

import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets the items that were in flight at an unclean death be executed one at a time over all runs
/// of an executor, after what else these runs had pending. So the one that kills the process takes
/// no other with it twice, and the others get done before. Safe for use by many threads; calls no
/// run while it holds its lock.
final class Suspects {
  /// How long one waits for others, in case these wait for it, or never end.
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Comparator<Turn> FEWEST_STRIKES_FIRST =
      Comparator.<Turn>comparingInt(turn -> turn.strikes).thenComparingLong(turn -> turn.number);

  private final TimeSource time;
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by lock
  private final Set<Object> busy = Collections.newSetFromMap(new IdentityHashMap<>());
  private final PriorityQueue<Turn> waiting = new PriorityQueue<>(FEWEST_STRIKES_FIRST);
  private final Set<Turn> granted = new HashSet<>();
  private long asked;

  Suspects(TimeSource time) {
    this.time = time;
  }

  /// One wish to execute one suspect.
  static final class Turn {
    private final int strikes;
    private final long number;
    private final Runnable whenGranted;
    private TimeSource.@Nullable Timer patience;

    private Turn(int strikes, long number, Runnable whenGranted) {
      this.strikes = strikes;
      this.number = number;
      this.whenGranted = whenGranted;
    }
  }

  /// Somebody has other things to do first.
  void busy(Object who) {
    lock.lock();
    try {
      busy.add(who);
    } finally {
      lock.unlock();
    }
  }

  /// Somebody has nothing but suspects left.
  void idle(Object who) {
    lock.lock();
    try {
      busy.remove(who);
      tell(next());
    } finally {
      lock.unlock();
    }
  }

  /// Asks for a turn.
  ///
  /// @param whenGranted told on another thread, without locks; the turn is to be ended then, even
  ///   if it is not used
  Turn ask(int strikes, Runnable whenGranted) {
    lock.lock();
    try {
      var turn = new Turn(strikes, asked++, whenGranted);
      waiting.add(turn);
      turn.patience = time.schedule(PATIENCE, () -> outOfPatience(turn));
      tell(next());
      return turn;
    } finally {
      lock.unlock();
    }
  }

  /// A turn is over, or not wanted any more.
  void end(Turn turn) {
    lock.lock();
    try {
      waiting.remove(turn);
      granted.remove(turn);
      endPatience(turn);
      tell(next());
    } finally {
      lock.unlock();
    }
  }

  private void outOfPatience(Turn turn) {
    lock.lock();
    try {
      if (!waiting.remove(turn)) {
        return;
      }
      granted.add(turn);
    } finally {
      lock.unlock();
    }
    turn.whenGranted.run();
  }

  private @Nullable Turn next() {
    if (!busy.isEmpty() || !granted.isEmpty() || waiting.isEmpty()) {
      return null;
    }
    var turn = waiting.remove();
    granted.add(turn);
    endPatience(turn);
    return turn;
  }

  private static void endPatience(Turn turn) {
    if (turn.patience != null) {
      turn.patience.cancel();
    }
  }

  private void tell(@Nullable Turn turn) {
    if (turn != null) {
      // on another thread, for who asks may hold the lock of a run
      var _ = time.schedule(Duration.ZERO, turn.whenGranted);
    }
  }
}
