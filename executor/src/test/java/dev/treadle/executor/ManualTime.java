package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunStatus;
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
  /// How often a run is looked at that may be waiting for its time.
  private static final Duration LOOK = Duration.ofNanos(50_000);

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

  /// Moves the time to when something is due next, and runs it; does nothing if there is nothing.
  void advanceToNext() {
    var due = firstDue();
    if (due != null) {
      advance(Duration.between(now(), due));
    }
  }

  private @Nullable Instant firstDue() {
    lock.lock();
    try {
      var first = timers.peek();
      return first == null ? null : first.due;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the end of a run; whenever all of it waits for its time, time passes.
  <O> RunResult<O> pass(RunHandle<O> handle) throws InterruptedException {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < TimeUnit.NANOSECONDS.convert(Flows.LIMIT)) {
      var result = handle.await(LOOK);
      if (result.isPresent()) {
        return result.get();
      }
      if (handle.status() == RunStatus.WAITING) {
        advanceToNext();
      }
    }
    throw new AssertionError(handle.id() + " hangs, " + handle.status());
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
