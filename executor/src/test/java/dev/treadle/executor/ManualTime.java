package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A time that moves only when told. What becomes due runs on the thread that moves it; what is due
/// already when it is scheduled runs on a thread of its own. Safe for use by many threads.
final class ManualTime implements TimeSource {
  static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  // guarded by lock
  private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparing(Timer::due));
  private Instant now = BEGIN;
  private int late;

  private record Timer(Instant due, Runnable callback) {}

  @Override
  public Instant now() {
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void schedule(Instant due, Runnable callback) {
    lock.lock();
    try {
      if (due.isAfter(now)) {
        timers.add(new Timer(due, callback));
      } else {
        late++;
        Thread.ofVirtual().start(callback);
      }
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Moves the time and runs what becomes due.
  void advance(Duration by) {
    var to = now().plus(by);
    for (var timer = next(to); timer != null; timer = next(to)) {
      timer.callback.run();
    }
  }

  /// Waits until something is to happen at the given time from the beginning.
  void awaitTimer(Duration sinceBegin) throws InterruptedException {
    var due = BEGIN.plus(sinceBegin);
    long left = TimeUnit.NANOSECONDS.convert(Flows.LIMIT);
    lock.lock();
    try {
      while (timers.stream().noneMatch(timer -> timer.due.equals(due))) {
        assertThat(left).as("waiting for a timer at %s, have %s", due, timers).isPositive();
        left = added.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// How many callbacks were due already when they were scheduled.
  int late() {
    lock.lock();
    try {
      return late;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Timer next(Instant to) {
    lock.lock();
    try {
      var first = timers.peek();
      if (first == null || first.due.isAfter(to)) {
        now = to;
        return null;
      }
      now = first.due;
      return timers.poll();
    } finally {
      lock.unlock();
    }
  }
}
