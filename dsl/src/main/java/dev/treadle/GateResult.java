package dev.treadle;

import java.util.Objects;

/// What a gate decides: the context after it, and what goes on.
///
/// @param state the new context; the one that the gate was given if it changes nothing
/// @param transition what follows
/// @param <C> the type of the context
/// @param <O> the type of the outputs
public record GateResult<C, O>(C state, Transition<O> transition) {
  /// Rejects a missing part.
  public GateResult {
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(transition, "transition");
  }

  /// One output goes on.
  ///
  /// @param state the new context
  /// @param output the output
  /// @param <C> the type of the context
  /// @param <O> the type of the output
  /// @return the result
  public static <C, O> GateResult<C, O> next(C state, O output) {
    return new GateResult<>(state, Transition.next(output));
  }

  /// The item is consumed and nothing follows.
  ///
  /// @param state the new context
  /// @param <C> the type of the context
  /// @param <O> the type of the output that does not come
  /// @return the result
  public static <C, O> GateResult<C, O> hold(C state) {
    return new GateResult<>(state, Transition.hold());
  }
}
