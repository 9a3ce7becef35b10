package dev.treadle.executor;

import java.time.Instant;

/// The timers of a run: one for all items that wait, and one for the grace of its end. Guarded by
/// the run's lock, which the callbacks take.
final class RunTimers {
  private final TimeSource time;
  private final Runnable wake;
  private final Runnable graceIsOver;

  /// When the next wake is due, in milliseconds of the Unix epoch, or 0 if none is scheduled.
  private long wakeAt;

  RunTimers(TimeSource time, Runnable wake, Runnable graceIsOver) {
    this.time = time;
    this.wake = wake;
    this.graceIsOver = graceIsOver;
  }

  /// Asks to be woken, unless that is going to happen no later anyway.
  ///
  /// @param due when, in milliseconds of the Unix epoch, or 0 for never
  void wakeAt(long due) {
    if (due != 0 && (wakeAt == 0 || due < wakeAt)) {
      wakeAt = due;
      time.schedule(Instant.ofEpochMilli(due), wake);
    }
  }

  /// The wake that was asked for has come.
  void woken() {
    wakeAt = 0;
  }

  void beginGrace() {
    time.schedule(time.now().plus(LiveRun.GRACE), graceIsOver);
  }
}
