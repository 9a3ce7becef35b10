package dev.treadle.executor;

import java.time.Instant;
import java.util.Objects;

/// One beat of [RunSource#every].
///
/// @param number which, from 1; numbers that are missing were skipped, since there was no room for
///   their runs
/// @param due when it was due, which is earlier than now if it had to wait for room
public record Tick(long number, Instant due) {
  /// Rejects a missing time.
  public Tick {
    Objects.requireNonNull(due, "due");
  }
}
