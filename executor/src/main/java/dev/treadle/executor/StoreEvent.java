package dev.treadle.executor;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/// Something that has happened between an executor and its store.
public sealed interface StoreEvent extends ExecutorEvent {

  /// Where the store is.
  ///
  /// @return what the store says of itself, without secrets
  String location();

  /// A batch of commits was written and is durable.
  ///
  /// @param location where the store is
  /// @param at when
  /// @param commits how many commits were in it
  /// @param refused how many of them were refused because somebody else has changed their run
  /// @param duration how long the store took, its sync of the disk included
  record BatchAppended(String location, Instant at, int commits, int refused, Duration duration)
      implements StoreEvent {
    /// Rejects missing parts.
    public BatchAppended {
      Objects.requireNonNull(location, "location");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(duration, "duration");
    }
  }
}
