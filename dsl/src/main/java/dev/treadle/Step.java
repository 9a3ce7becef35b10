package dev.treadle;

import java.util.Optional;

/// A named node of a graph.
///
/// @param <C> context
/// @param <I> input
/// @param <O> output
public interface Step<C, I, O> {
  /// Its name.
  ///
  /// @return the name
  String name();

  /// Its input type.
  ///
  /// @return the type
  TypeRef<I> inputType();

  /// Its output type.
  ///
  /// @return the type
  TypeRef<O> outputType();

  /// Its retry policy.
  ///
  /// @return the policy
  Optional<RetryPolicy> retryPolicy();

  /// What it does.
  ///
  /// @return the body
  StepBody<C, I, O> body();
}
