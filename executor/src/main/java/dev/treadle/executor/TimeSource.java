package dev.treadle.executor;

import java.time.Duration;
import java.time.Instant;

/// The time, and being called at a time. One implementation reads the system's clocks; a test can
/// bring its own, so that nothing has to sleep. Safe for use by many threads.
///
/// There are two kinds of timers, since a clock can be set: one for a time of day, which is what
/// outlives a process, and one for a time that has to pass.
public interface TimeSource {

  /// The time of day.
  ///
  /// @return the instant
  Instant now();

  /// A clock that only goes forward, to measure how long something takes.
  ///
  /// @return nanoseconds since some moment that does not matter; unless implemented, those of
  ///   [#now]
  default long nanos() {
    var now = now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }

  /// Runs something once, at a time of day or as soon as possible after it. A time that has passed
  /// is at once. The callback is short and never blocks; it runs on a thread of this source's, or
  /// on the one that moves the time, but never on the thread that calls this method.
  ///
  /// @param due when
  /// @param callback what
  /// @return the timer, which can be cancelled
  Timer schedule(Instant due, Runnable callback);

  /// Runs something once when a time has passed, whatever becomes of the time of day meanwhile. The
  /// callback is as above.
  ///
  /// @param delay how long to wait; zero or less is at once
  /// @param callback what
  /// @return the timer, which can be cancelled
  Timer schedule(Duration delay, Runnable callback);

  /// The system's clocks, with one daemon thread for all timers. It is started with the first timer
  /// and ends a while after the last.
  ///
  /// @return a new source
  static TimeSource system() {
    return new SystemTime();
  }

  /// Something that is going to happen. Safe for use by many threads.
  @FunctionalInterface
  interface Timer {

    /// Makes sure that the callback is not begun any more, if it has not been; it may be running
    /// already. Quick: most timers are cancelled. Does nothing the second time, or after the
    /// callback.
    void cancel();
  }
}
