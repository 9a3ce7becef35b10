package dev.treadle.executor;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The end of a run as those who wait for it see it: a [RunResult], or the
/// [dev.treadle.TreadleException] that keeps the run from going on here. Guarded by the run's lock.
final class RunEnd {
  private final Condition reached;
  private @Nullable Object result;

  RunEnd(ReentrantLock lock) {
    this.reached = lock.newCondition();
  }

  boolean isReached() {
    return result != null;
  }

  @Nullable Object result() {
    return result;
  }

  /// Wakes everybody who waits.
  ///
  /// @return false if the end was reached before
  boolean reach(Object end) {
    if (result != null) {
      return false;
    }
    result = end;
    reached.signalAll();
    return true;
  }

  Object awaitUninterruptibly() {
    var end = result;
    while (end == null) {
      reached.awaitUninterruptibly();
      end = result;
    }
    return end;
  }

  /// Waits for the end.
  ///
  /// @param nanos how long at most, or less than 0 for as long as it takes
  /// @return the end, or null if the time is over
  @Nullable Object await(long nanos) throws InterruptedException {
    long left = nanos;
    while (result == null) {
      if (nanos < 0) {
        reached.await();
      } else if (left <= 0) {
        return null;
      } else {
        left = reached.awaitNanos(left);
      }
    }
    return result;
  }
}
