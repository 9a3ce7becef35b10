package dev.treadle;

/// A function that may throw, the plainest code of a step.
///
/// @param <I> the type of the input
/// @param <O> the type of the output
@FunctionalInterface
public interface Fn<I, O> {

  /// Computes the output.
  ///
  /// @param input the input
  /// @return the output; never null
  /// @throws Exception whatever the code throws; the step's attempt has then failed
  O apply(I input) throws Exception;
}
