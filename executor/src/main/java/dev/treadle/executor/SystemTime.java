package dev.treadle.executor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The system's clocks and one thread for all timers. The one class that reads the clocks.
final class SystemTime implements TimeSource {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTime.class);

  /// A clock that is set forward is noticed after this time at the latest; and so long the thread
  /// stays when it has nothing to do.
  private static final long LONGEST_WAIT = TimeUnit.MINUTES.toNanos(1);

  private final InstantSource clock = InstantSource.system();
  private final long origin = System.nanoTime();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by lock
  private final TimerQueue byClock = new TimerQueue();
  private final TimerQueue byElapsed = new TimerQueue();
  private boolean running;

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(Instant due, Runnable callback) {
    return schedule(byClock, nanos(due), callback);
  }

  @Override
  public Timer schedule(Duration delay, Runnable callback) {
    long due = elapsed() + TimeUnit.NANOSECONDS.convert(delay);
    return schedule(byElapsed, due < 0 && delay.isPositive() ? Long.MAX_VALUE : due, callback);
  }

  /// How many timers are kept, for tests.
  int size() {
    lock.lock();
    try {
      return byClock.size() + byElapsed.size();
    } finally {
      lock.unlock();
    }
  }

  private Timer schedule(TimerQueue queue, long due, Runnable callback) {
    lock.lock();
    try {
      var entry = queue.add(due, callback);
      if (!running) {
        running = true;
        Thread.ofPlatform().daemon().name("treadle-timers").start(this::loop);
      } else if (queue.isFirst(entry)) {
        changed.signal();
      }
      return () -> cancel(queue, entry);
    } finally {
      lock.unlock();
    }
  }

  private void cancel(TimerQueue queue, TimerQueue.Entry entry) {
    lock.lock();
    try {
      queue.cancel(entry);
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    for (var callback = next(); callback != null; callback = next()) {
      try {
        callback.run();
      } catch (RuntimeException | Error e) { // one timer's fault must not stop the others
        LOG.error("a timer failed", e);
      }
    }
  }

  /// Waits for the next timer to be due; null when there has been none for a while, and then the
  /// thread ends.
  private @Nullable Runnable next() {
    lock.lock();
    try {
      boolean wasIdle = false;
      while (true) {
        var callback = byElapsed.due(elapsed());
        callback = callback == null ? byClock.due(nanos(clock.instant())) : callback;
        if (callback != null) {
          return callback;
        }
        boolean isIdle = byClock.isEmpty() && byElapsed.isEmpty();
        if (isIdle && wasIdle) {
          running = false;
          return null;
        }
        wasIdle = isIdle;
        changed.awaitNanos(Math.min(LONGEST_WAIT, untilNext()));
      }
    } catch (InterruptedException e) { // nobody has this thread, so nobody may stop it
      LOG.warn("the timer thread was interrupted; timers go on with the next schedule");
      running = false;
      return null;
    } finally {
      lock.unlock();
    }
  }

  private long untilNext() {
    return Math.min(byElapsed.untilNext(elapsed()), byClock.untilNext(nanos(clock.instant())));
  }

  private long elapsed() {
    return System.nanoTime() - origin;
  }

  /// Nanoseconds of the Unix epoch, or the nearest number for a time centuries away.
  private static long nanos(Instant time) {
    return TimeUnit.NANOSECONDS.convert(Duration.between(Instant.EPOCH, time));
  }
}
