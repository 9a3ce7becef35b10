package dev.treadle;

import java.util.Objects;

/// A kind of message to a waiting run: a name and the type of the value that comes along. Steps
/// wait for it by [Step#await(String, Class, Signal, Fn)], and an executor sends it. Best kept as a
/// constant that both sides share.
///
/// @param name the name: 1 to 128 characters, not blank, none a control character; unique within a
///   workflow
/// @param type the type of the value
/// @param <S> the type of the value
public record Signal<S>(String name, TypeRef<S> type) {
  /// Rejects a name that cannot serve.
  ///
  /// @throws IllegalArgumentException if the name cannot serve
  public Signal {
    Names.checked("signal", name);
    Objects.requireNonNull(type, "type");
  }

  /// A signal.
  ///
  /// @param name its name
  /// @param type the class of the value
  /// @param <S> the type of the value
  /// @return the signal
  /// @throws IllegalArgumentException if the name or the class cannot serve
  public static <S> Signal<S> of(String name, Class<S> type) {
    return new Signal<>(name, TypeRef.of(type));
  }

  /// The name and the type.
  @Override
  public String toString() {
    return "Signal[%s: %s]".formatted(name, type);
  }
}
