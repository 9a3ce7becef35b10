package dev.treadle;

import java.util.Objects;

/// What waited and what came for it, for awaits that have nothing more to say: `Signalled::new`.
///
/// @param input the input of the step that waited
/// @param value the value of the signal
/// @param <I> the type of the input
/// @param <S> the type of the value
public record Signalled<I, S>(I input, S value) {
  /// Rejects missing parts.
  public Signalled {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(value, "value");
  }
}
