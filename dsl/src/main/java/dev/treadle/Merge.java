package dev.treadle;

import java.util.Objects;
import java.util.function.BinaryOperator;

/// How deltas of a context combine: associative, with an identity. Need not be commutative; deltas
/// are merged in the order of their commits.
///
/// @param identity the delta that changes nothing
/// @param combine from the earlier and the later to both; quick and free of effects, never null
/// @param <C> the type of the context
public record Merge<C>(C identity, BinaryOperator<C> combine) {
  /// Rejects a missing part.
  public Merge {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(combine, "combine");
  }

  /// A merge by a function.
  ///
  /// @param identity the delta that changes nothing
  /// @param combine from the earlier and the later to both
  /// @param <C> the type of the context
  /// @return the merge
  public static <C> Merge<C> of(C identity, BinaryOperator<C> combine) {
    return new Merge<>(identity, combine);
  }
}
