package dev.treadle.executor.spi;

import java.time.Duration;
import java.util.Objects;

/// How long a store keeps finished runs, those that are COMPLETED or CANCELLED. All others are kept
/// until somebody deletes them.
///
/// A run that is gone is unknown: its id can be started again, and a step that awaits it fails. So
/// keep runs longer than another run may wait for them.
public sealed interface Retention {

  /// Keeps all.
  ///
  /// @return the retention
  static Retention all() {
    return new All();
  }

  /// Keeps those that finished last.
  ///
  /// @param runs how many, 0 or more
  /// @return the retention
  /// @throws IllegalArgumentException if the number is negative
  static Retention last(int runs) {
    return new Last(runs);
  }

  /// Keeps them for some time after their last commit.
  ///
  /// @param time how long, zero or more
  /// @return the retention
  /// @throws IllegalArgumentException if the time is negative
  static Retention during(Duration time) {
    return new During(time);
  }

  /// See [Retention#all].
  record All() implements Retention {}

  /// See [Retention#last].
  ///
  /// @param runs how many are kept
  record Last(int runs) implements Retention {
    /// Rejects a negative number.
    public Last {
      if (runs < 0) {
        throw new IllegalArgumentException("runs must be 0 or more, was " + runs);
      }
    }
  }

  /// See [Retention#during].
  ///
  /// @param time how long a run is kept
  record During(Duration time) implements Retention {
    /// Rejects a negative time.
    public During {
      Objects.requireNonNull(time, "time");
      if (time.isNegative()) {
        throw new IllegalArgumentException("time must be zero or more, was " + time);
      }
    }
  }
}
