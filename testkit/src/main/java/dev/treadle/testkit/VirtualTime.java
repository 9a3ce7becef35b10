package dev.treadle.testkit;

import dev.treadle.executor.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A clock that moves only when told, so that a test of hours takes no time: give it to an executor
/// by `WorkflowExecutor.builder().time(time)`, and move it on when the run waits.
///
/// ```java
/// var time = new VirtualTime();
/// try (var executor = WorkflowExecutor.builder().time(time).build()) {
///   var handle = executor.start(reminder, order);
///   time.awaitTimer(Duration.ofSeconds(10));   // the step that sleeps has been reached
///   time.advance(Duration.ofDays(3));
///   handle.await();
/// }
/// ```
///
/// Time that passes moves the clock with it; the clock may also be set, without time passing. What
/// becomes due runs on the thread that moves the time, in the order of due times; what is due
/// already when it is scheduled runs on a virtual thread of its own.
///
/// Safe for use by many threads.
public final class VirtualTime implements TimeSource {
  /// Where a clock stands unless told: the first of January 2030.
  public static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private static final Comparator<Scheduled> ORDER =
      Comparator.comparing(Scheduled::due).thenComparingLong(Scheduled::number);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  // guarded by lock
  private final NavigableSet<Scheduled> byClock = new TreeSet<>(ORDER);
  private final NavigableSet<Scheduled> byElapsed = new TreeSet<>(ORDER);
  private Instant now;

  /// Where the clock would stand if nobody had set it.
  private Instant elapsed;

  private long scheduled;

  private record Scheduled(Instant due, long number, Runnable callback) {}

  /// A clock that stands at [#BEGIN].
  public VirtualTime() {
    this(BEGIN);
  }

  /// A clock.
  ///
  /// @param start where it stands
  public VirtualTime(Instant start) {
    this.now = start;
    this.elapsed = start;
  }

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
      return schedule(byClock, due, !due.isAfter(now), callback);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable callback) {
    lock.lock();
    try {
      return schedule(byElapsed, elapsed.plus(delay), !delay.isPositive(), callback);
    } finally {
      lock.unlock();
    }
  }

  private Timer schedule(
      NavigableSet<Scheduled> timers, Instant due, boolean isDue, Runnable callback) {
    added.signalAll();
    if (isDue) {
      Thread.ofVirtual().start(callback);
      return () -> {};
    }
    var timer = new Scheduled(due, scheduled++, callback);
    timers.add(timer);
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

  /// Moves the time and runs what becomes due.
  ///
  /// @param by how far, zero or more
  /// @throws IllegalArgumentException if it would go back
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not go back, was to go by " + by);
    }
    run(by);
  }

  /// Sets the clock, as an operator might, and runs what is due then; no time passes, so timeouts
  /// do not come nearer.
  ///
  /// @param to what it shows from now on
  public void setClock(Instant to) {
    lock.lock();
    try {
      now = to;
    } finally {
      lock.unlock();
    }
    run(Duration.ZERO);
  }

  /// Moves the time to the next timer, if there is one, and runs what is due then.
  ///
  /// @return whether there was a timer
  public boolean advanceToTimer() {
    var due = nextTimer();
    due.ifPresent(time -> run(Duration.between(now(), time)));
    return due.isPresent();
  }

  /// When the next timer is due.
  ///
  /// @return the time, or empty if nothing is scheduled
  public Optional<Instant> nextTimer() {
    lock.lock();
    try {
      return isIdle() ? Optional.empty() : Optional.of(now.plus(untilNext()));
    } finally {
      lock.unlock();
    }
  }

  /// Waits, in real time, until something is scheduled.
  ///
  /// @param limit how long at most
  /// @return when the next timer is due
  /// @throws AssertionError if nothing was scheduled in time
  /// @throws InterruptedException if the caller is interrupted
  public Instant awaitTimer(Duration limit) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(limit);
    lock.lockInterruptibly();
    try {
      while (isIdle()) {
        if (left <= 0) {
          throw new AssertionError("no timer was scheduled within " + limit);
        }
        left = added.awaitNanos(left);
      }
      return now.plus(untilNext());
    } finally {
      lock.unlock();
    }
  }

  private boolean isIdle() {
    return byClock.isEmpty() && byElapsed.isEmpty();
  }

  /// How long it is until the next timer; there is one.
  private Duration untilNext() {
    if (byElapsed.isEmpty()) {
      return Duration.between(now, byClock.first().due);
    }
    var wait = Duration.between(elapsed, byElapsed.first().due);
    if (byClock.isEmpty()) {
      return wait;
    }
    var other = Duration.between(now, byClock.first().due);
    return other.compareTo(wait) <= 0 ? other : wait;
  }

  private Instant elapsed() {
    lock.lock();
    try {
      return elapsed;
    } finally {
      lock.unlock();
    }
  }

  private void run(Duration by) {
    var end = elapsed().plus(by);
    for (var timer = next(end); timer != null; timer = next(end)) {
      timer.callback.run();
    }
  }

  /// Lets time pass to the next timer, or to an end if there is none before.
  private @Nullable Scheduled next(Instant end) {
    lock.lock();
    try {
      var left = Duration.between(elapsed, end);
      if (isIdle() || untilNext().compareTo(left) > 0) {
        pass(left);
        return null;
      }
      var wait = untilNext();
      boolean isClock =
          !byClock.isEmpty() && Duration.between(now, byClock.first().due).equals(wait);
      pass(wait);
      return (isClock ? byClock : byElapsed).pollFirst();
    } finally {
      lock.unlock();
    }
  }

  private void pass(Duration time) {
    if (time.isPositive()) {
      now = now.plus(time);
      elapsed = elapsed.plus(time);
    }
  }
}
