package dev.treadle.executor.spi;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// A stretch of time, open at either side or both.
///
/// @param from the first instant in it, or empty if it has no beginning
/// @param before the first instant after it, or empty if it has no end
public record TimeRange(Optional<Instant> from, Optional<Instant> before) {
  /// All time.
  public static final TimeRange ANY = new TimeRange(Optional.empty(), Optional.empty());

  /// Rejects missing parts.
  public TimeRange {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(before, "before");
  }

  /// All time from an instant on.
  ///
  /// @param first the first instant in it
  /// @return the range
  public static TimeRange from(Instant first) {
    return new TimeRange(Optional.of(first), Optional.empty());
  }

  /// All time before an instant.
  ///
  /// @param end the first instant after it
  /// @return the range
  public static TimeRange before(Instant end) {
    return new TimeRange(Optional.empty(), Optional.of(end));
  }

  /// From an instant until before another.
  ///
  /// @param first the first instant in it
  /// @param end the first instant after it
  /// @return the range
  public static TimeRange between(Instant first, Instant end) {
    return new TimeRange(Optional.of(first), Optional.of(end));
  }

  /// Whether an instant lies in it.
  ///
  /// @param instant the instant
  /// @return whether it does
  public boolean contains(Instant instant) {
    return from.map(first -> !instant.isBefore(first)).orElse(true)
        && before.map(instant::isBefore).orElse(true);
  }
}
