package dev.treadle.testkit;

import dev.treadle.executor.TimeSource;
import java.time.Duration;
import java.util.Objects;

/// What happens to a call of a [FaultyStore].
public sealed interface Fault {

  /// A write is refused and nothing is written, as on a full disk: the outcome is known. An
  /// executor suspends its runs and tries the write again.
  ///
  /// @return the fault
  static Fault refused() {
    return new Refused();
  }

  /// Nobody knows whether a write took effect, as after a failed sync. The store has closed itself:
  /// all later calls fail too, until somebody opens the data again.
  ///
  /// @param written whether it did
  /// @return the fault
  static Fault unknown(boolean written) {
    return new Unknown(written);
  }

  /// What is read is found to be damaged; of a call about one run only that run is.
  ///
  /// @return the fault
  static Fault damaged() {
    return new Damaged();
  }

  /// The call is done later. Its thread waits meanwhile, so somebody else has to move a
  /// [VirtualTime].
  ///
  /// @param by how much later, more than nothing
  /// @param time whose time
  /// @return the fault
  /// @throws IllegalArgumentException if the time is zero or less
  static Fault delayed(Duration by, TimeSource time) {
    return new Delayed(by, time);
  }

  /// See [Fault#refused].
  record Refused() implements Fault {}

  /// See [Fault#unknown].
  ///
  /// @param written whether the write took effect
  record Unknown(boolean written) implements Fault {}

  /// See [Fault#damaged].
  record Damaged() implements Fault {}

  /// See [Fault#delayed].
  ///
  /// @param by how much later
  /// @param time whose time
  record Delayed(Duration by, TimeSource time) implements Fault {
    /// Rejects missing parts, and a time of zero or less.
    public Delayed {
      Objects.requireNonNull(by, "by");
      Objects.requireNonNull(time, "time");
      if (!by.isPositive()) {
        throw new IllegalArgumentException("a delay is longer than nothing, was " + by);
      }
    }
  }
}
