package dev.treadle.testkit;

import dev.treadle.executor.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
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
/// What becomes due runs on the thread that moves the time, in the order of due times; what is due
/// already when it is scheduled runs on a virtual thread of its own.
///
/// Safe for use by many threads.
public final class VirtualTime implements TimeSource {
  /// Where a clock stands unless told: the first of January 2030.
  public static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  // guarded by lock
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparing(Timer::due).thenComparingLong(Timer::number));
  private Instant now;
  private long scheduled;

  private record Timer(Instant due, long number, Runnable callback) {}

  /// A clock that stands at [#BEGIN].
  public VirtualTime() {
    this(BEGIN);
  }

  /// A clock.
  ///
  /// @param start where it stands
  public VirtualTime(Instant start) {
    this.now = start;
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
  public void schedule(Instant due, Runnable callback) {
    lock.lock();
    try {
      if (due.isAfter(now)) {
        timers.add(new Timer(due, scheduled++, callback));
      } else {
        Thread.ofVirtual().start(callback);
      }
      added.signalAll();
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
    runUntil(now().plus(by));
  }

  /// Moves the time to the next timer, if there is one, and runs what is due then.
  ///
  /// @return whether there was a timer
  public boolean advanceToTimer() {
    var due = nextTimer();
    due.ifPresent(this::runUntil);
    return due.isPresent();
  }

  /// When the next timer is due.
  ///
  /// @return the time, or empty if nothing is scheduled
  public Optional<Instant> nextTimer() {
    lock.lock();
    try {
      return Optional.ofNullable(timers.peek()).map(Timer::due);
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
      while (timers.isEmpty()) {
        if (left <= 0) {
          throw new AssertionError("no timer was scheduled within " + limit);
        }
        left = added.awaitNanos(left);
      }
      return timers.element().due;
    } finally {
      lock.unlock();
    }
  }

  private void runUntil(Instant to) {
    for (var timer = next(to); timer != null; timer = next(to)) {
      timer.callback.run();
    }
  }

  private @Nullable Timer next(Instant to) {
    lock.lock();
    try {
      var first = timers.peek();
      if (first == null || first.due.isAfter(to)) {
        now = to.isAfter(now) ? to : now;
        return null;
      }
      now = first.due.isAfter(now) ? first.due : now;
      return timers.poll();
    } finally {
      lock.unlock();
    }
  }
}
