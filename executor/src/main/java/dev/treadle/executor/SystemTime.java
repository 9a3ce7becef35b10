package dev.treadle.executor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The system's clock and one thread for all timers. The one class that reads the clock.
final class SystemTime implements TimeSource {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTime.class);

  /// A clock that is set forward is noticed after this time at the latest.
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final InstantSource clock = InstantSource.system();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by lock
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private long count;
  private boolean running;

  private record Timer(Instant due, long number, Runnable callback) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byDue = due.compareTo(other.due);
      return byDue != 0 ? byDue : Long.compare(number, other.number);
    }
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void schedule(Instant due, Runnable callback) {
    lock.lock();
    try {
      timers.add(new Timer(due, count++, callback));
      if (!running) {
        running = true;
        Thread.ofPlatform().daemon().name("treadle-timers").start(this::loop);
      } else {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    for (var timer = next(); timer != null; timer = next()) {
      try {
        timer.callback.run();
      } catch (RuntimeException e) { // one timer's fault must not stop the others
        LOG.error("a timer failed", e);
      }
    }
  }

  /// Waits for the next timer to be due; null when there is none, and then the thread ends.
  private @Nullable Timer next() {
    lock.lock();
    try {
      while (true) {
        var first = timers.peek();
        if (first == null) {
          running = false;
          return null;
        }
        var wait = Duration.between(clock.instant(), first.due);
        if (!wait.isPositive()) {
          return timers.poll();
        }
        changed.awaitNanos(
            wait.compareTo(LONGEST_WAIT) < 0 ? wait.toNanos() : LONGEST_WAIT.toNanos());
      }
    } catch (InterruptedException e) { // nobody has this thread, so nobody may stop it
      LOG.warn("the timer thread was interrupted; timers go on with the next schedule");
      running = false;
      return null;
    } finally {
      lock.unlock();
    }
  }
}
