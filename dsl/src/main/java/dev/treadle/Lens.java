package dev.treadle;

import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/// How an inlined workflow sees its own context as a part of another one.
///
/// @param get from the context of the run to the part
/// @param set from the context of the run and a new part to the context with that part; like `get`
///   quick and free of effects, and neither answers null
/// @param <P> the type of the run's context
/// @param <C> the type of the part
public record Lens<P, C>(
    Function<? super P, ? extends C> get, BiFunction<? super P, ? super C, ? extends P> set) {
  /// Rejects a missing part.
  public Lens {
    Objects.requireNonNull(get, "get");
    Objects.requireNonNull(set, "set");
  }

  /// A lens by two functions: `Lens.of(Totals::billing, Totals::withBilling)`.
  ///
  /// @param get from the context of the run to the part
  /// @param set from the context of the run and a new part to the context with that part
  /// @param <P> the type of the run's context
  /// @param <C> the type of the part
  /// @return the lens
  public static <P, C> Lens<P, C> of(
      Function<? super P, ? extends C> get, BiFunction<? super P, ? super C, ? extends P> set) {
    return new Lens<>(get, set);
  }
}
