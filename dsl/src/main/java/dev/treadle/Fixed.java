package dev.treadle;

import java.util.Optional;

/// A part of a context that is set once and never changes by merging: the earlier value stays.
///
/// Merging is associative and idempotent, and [#unset] is its identity.
///
/// Immutable, and as safe for use by many threads as its value is.
///
/// @param value the value, or empty if it was not set
/// @param <T> the type of the value
public record Fixed<T>(Optional<T> value) {
  /// Rejects a missing part.
  public Fixed {
    if (value == null) {
      throw new NullPointerException("value");
    }
  }

  /// A value that was not set: what a delta holds that is about something else.
  ///
  /// @param <T> the type of the value
  /// @return the identity of [#merge]
  public static <T> Fixed<T> unset() {
    return new Fixed<>(Optional.empty());
  }

  /// A value for good.
  ///
  /// @param value the value
  /// @param <T> the type of the value
  /// @return the fixed value
  public static <T> Fixed<T> of(T value) {
    return new Fixed<>(Optional.of(value));
  }

  /// This, if it is set; otherwise the other.
  ///
  /// @param other the later one
  /// @return the earlier of those that are set
  public Fixed<T> merge(Fixed<T> other) {
    return value.isPresent() ? this : other;
  }
}
