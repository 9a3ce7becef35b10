package dev.treadle.executor;

import java.time.Instant;

/// The time, and waking at a time. One implementation reads the system's clock; a test can bring
/// its own, so that nothing has to sleep. Safe for use by many threads.
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
  /// on the one that moves the time.
  ///
  /// @param due when
  /// @param callback what
  void schedule(Instant due, Runnable callback);

  /// The system's clock, with one daemon thread that is started with the first timer and ends when
  /// none is left.
  ///
  /// @return a new source
  static TimeSource system() {
    return new SystemTime();
  }
}
