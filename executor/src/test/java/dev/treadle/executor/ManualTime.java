package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
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

  private static final Comparator<Scheduled> ORDER =
      Comparator.comparing(Scheduled::due).thenComparingLong(Scheduled::number);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  // guarded by lock
  private final NavigableSet<Scheduled> byClock = new TreeSet<>(ORDER);
  private final NavigableSet<Scheduled> byElapsed = new TreeSet<>(ORDER);
  private Instant now = BEGIN;

  /// The time as it would be if nobody had set the clock.
  private Instant elapsed = BEGIN;

  private long count;
  private int most;
  private int late;

  private record Scheduled(Instant due, long number, Runnable callback) {}

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
  public Timer schedule(Instant due, Runnable callback) {
    lock.lock();
    try {
      return schedule(byClock, now, due, callback);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable callback) {
    lock.lock();
    try {
      return schedule(byElapsed, elapsed, elapsed.plus(delay), callback);
    } finally {
      lock.unlock();
    }
  }

  private Timer schedule(
      NavigableSet<Scheduled> timers, Instant from, Instant due, Runnable callback) {
    if (!due.isAfter(from)) {
      late++;
      Thread.ofVirtual().start(callback);
      added.signalAll();
      return () -> {};
    }
    var timer = new Scheduled(due, count++, callback);
    timers.add(timer);
    most = Math.max(most, byClock.size() + byElapsed.size());
    added.signalAll();
    return () -> cancel(timers, timer);
  }

  private void cancel(NavigableSet<Scheduled> timers, Scheduled timer) {
    lock.lock();
    try {
      timers.remove(timer);
    } finally {
      lock.unlock();
    }
  }

  /// Lets time pass and runs what becomes due.
  void advance(Duration by) {
    var to = elapsed().plus(by);
    for (var timer = next(to); timer != null; timer = next(to)) {
      timer.callback.run();
    }
  }

  /// Moves the time to when something is due next, and runs it.
  ///
  /// @return false if there is nothing
  boolean advanceToNext() {
    var wait = untilNext();
    if (wait != null) {
      advance(wait);
    }
    return wait != null;
  }

  /// Lets time pass until the clock shows a time, if it is not over.
  void advanceTo(Instant clock) {
    var wait = Duration.between(now(), clock);
    if (wait.isPositive()) {
      advance(wait);
    }
  }

  /// Whether something is due before the clock shows a time.
  boolean isDueBefore(Instant clock) {
    var wait = untilNext();
    return wait != null && now().plus(wait).isBefore(clock);
  }

  private @Nullable Duration untilNext() {
    lock.lock();
    try {
      var clock = byClock.isEmpty() ? null : Duration.between(now, byClock.first().due);
      var other = byElapsed.isEmpty() ? null : Duration.between(elapsed, byElapsed.first().due);
      if (clock == null || other == null) {
        return clock == null ? other : clock;
      }
      return clock.compareTo(other) <= 0 ? clock : other;
    } finally {
      lock.unlock();
    }
  }

  private Instant elapsed() {
    lock.lock();
    try {
      return elapsed;
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
        var _ = advanceToNext();
      }
    }
    throw new AssertionError(handle.id() + " hangs, " + handle.status());
  }

  /// Sets the clock, and runs what becomes due by that; no time passes.
  void setClock(Instant to) {
    lock.lock();
    try {
      now = to;
    } finally {
      lock.unlock();
    }
    advance(Duration.ZERO);
  }

  /// Waits until something is to happen at the given time from the beginning.
  void awaitTimer(Duration sinceBegin) throws InterruptedException {
    var due = BEGIN.plus(sinceBegin);
    long left = TimeUnit.NANOSECONDS.convert(Flows.LIMIT);
    lock.lock();
    try {
      while (!isScheduled(byClock, due) && !isScheduled(byElapsed, due)) {
        assertThat(left)
            .as("waiting for a timer at %s, have %s %s", due, byClock, byElapsed)
            .isPositive();
        left = added.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean isScheduled(NavigableSet<Scheduled> timers, Instant due) {
    return timers.stream().anyMatch(timer -> timer.due.equals(due));
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

  /// How many timers are waiting.
  int pending() {
    lock.lock();
    try {
      return byClock.size() + byElapsed.size();
    } finally {
      lock.unlock();
    }
  }

  /// How many timers were waiting at once at most.
  int most() {
    lock.lock();
    try {
      return most;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Scheduled next(Instant to) {
    lock.lock();
    try {
      var clock = byClock.isEmpty() ? null : byClock.first();
      var other = byElapsed.isEmpty() ? null : byElapsed.first();
      boolean isClock =
          clock != null
              && (other == null
                  || Duration.between(now, clock.due)
                          .compareTo(Duration.between(elapsed, other.due))
                      <= 0);
      var first = isClock ? clock : other;
      var due =
          first == null
              ? Instant.MAX
              : isClock ? elapsed.plus(Duration.between(now, first.due)) : first.due;
      if (first == null || due.isAfter(to)) {
        pass(to);
        return null;
      }
      pass(due);
      (isClock ? byClock : byElapsed).remove(first);
      return first;
    } finally {
      lock.unlock();
    }
  }

  private void pass(Instant to) {
    if (to.isAfter(elapsed)) {
      now = now.plus(Duration.between(elapsed, to));
      elapsed = to;
    }
  }
}
