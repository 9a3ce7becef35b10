package dev.treadle.executor;

import dev.treadle.executor.TimeSource.Timer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The timers of a run: one for all items that wait, however many, one for its deadline, and one
/// for the grace of its end. Guarded by the run's lock, which the callbacks take.
final class RunTimers {
  private final TimeSource time;

  /// When the next wake is due, in milliseconds of the Unix epoch, or 0 if none is scheduled.
  private long wakeAt;

  private @Nullable Timer waking;
  private @Nullable Timer grace;
  private @Nullable Timer deadline;

  RunTimers(TimeSource time) {
    this.time = time;
  }

  /// Asks to be woken, unless that is going to happen no later anyway.
  ///
  /// @param due when, in milliseconds of the Unix epoch, or 0 for never
  /// @param wake what to do when items may be due; a wake can come in vain
  void wakeAt(long due, Runnable wake) {
    if (due != 0 && (wakeAt == 0 || due < wakeAt)) {
      cancel(waking);
      wakeAt = due;
      waking = time.schedule(Instant.ofEpochMilli(due), wake);
    }
  }

  /// A wake has come. Should it be one that was cancelled too late, then the one that took its
  /// place is asked for again.
  void woken() {
    cancel(waking);
    waking = null;
    wakeAt = 0;
  }

  /// Whether a time of day has passed.
  boolean isPast(Instant instant) {
    return !instant.isAfter(time.now());
  }

  /// The run is to fail at a time of day.
  void beginDeadline(Instant at, Runnable miss) {
    deadline = time.schedule(at, miss);
  }

  /// Attempts in flight are waited for, but not for ever.
  void beginGrace(Runnable graceIsOver) {
    grace = time.schedule(LiveRun.GRACE, graceIsOver);
  }

  /// Nothing is to happen any more.
  void cancelAll() {
    woken();
    cancel(grace);
    cancel(deadline);
    grace = null;
    deadline = null;
  }

  private static void cancel(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
