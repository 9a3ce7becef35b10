package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.Retention;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/// How a SQLite store is opened.
///
/// Immutable.
///
/// @param synchronous what an acknowledged commit survives
/// @param busyTimeout how long a write waits for another program, such as a shell, that holds the
///   database; from zero to an hour, counted in whole milliseconds
/// @param retention how long finished runs are kept; those that are not are deleted a few at a time
///   as commits are written, so that none waits for it, and within some minutes
/// @param clock tells how old finished runs are
public record SqliteOptions(
    Synchronous synchronous, Duration busyTimeout, Retention retention, InstantSource clock) {
  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

  /// Rejects a missing part and an impossible time.
  ///
  /// @throws IllegalArgumentException if the time is negative or above an hour
  public SqliteOptions {
    Objects.requireNonNull(synchronous, "synchronous");
    Objects.requireNonNull(retention, "retention");
    Objects.requireNonNull(clock, "clock");
    if (busyTimeout.isNegative() || busyTimeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "busyTimeout must be from zero to an hour, was " + busyTimeout);
    }
  }

  /// What an acknowledged commit survives. There is no setting that risks the database itself.
  public enum Synchronous {
    /// A power loss.
    FULL,
    /// The death of the process. A power loss may take the newest commits with it, so that steps
    /// whose commit was acknowledged run again; the database stays whole.
    NORMAL
  }

  /// What holds unless asked otherwise: [Synchronous#FULL], five seconds of patience, finished runs
  /// kept for 7 days, the system's clock.
  ///
  /// @return the options
  public static SqliteOptions defaults() {
    return new SqliteOptions(
        Synchronous.FULL,
        Duration.ofSeconds(5),
        Retention.during(Duration.ofDays(7)),
        InstantSource.system());
  }

  /// The same options but for what a commit survives.
  ///
  /// @param value what an acknowledged commit survives
  /// @return the options
  public SqliteOptions withSynchronous(Synchronous value) {
    return new SqliteOptions(value, busyTimeout, retention, clock);
  }

  /// The same options but for the patience with other programs.
  ///
  /// @param value how long a write waits, from zero to an hour
  /// @return the options
  /// @throws IllegalArgumentException if the time is negative or above an hour
  public SqliteOptions withBusyTimeout(Duration value) {
    return new SqliteOptions(synchronous, value, retention, clock);
  }

  /// The same options but for finished runs.
  ///
  /// @param value how long they are kept
  /// @return the options
  public SqliteOptions withRetention(Retention value) {
    return new SqliteOptions(synchronous, busyTimeout, value, clock);
  }

  /// The same options but for the clock.
  ///
  /// @param value tells how old finished runs are
  /// @return the options
  public SqliteOptions withClock(InstantSource value) {
    return new SqliteOptions(synchronous, busyTimeout, retention, value);
  }
}
