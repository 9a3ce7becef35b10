package dev.treadle;

/// Code that takes two values and answers nothing; it may throw.
///
/// @param <A> the type of the first value
/// @param <B> the type of the second value
@FunctionalInterface
public interface Action2<A, B> {

  /// Does what is to be done.
  ///
  /// @param first the first value
  /// @param second the second value
  /// @throws Exception whatever the code throws; the step's attempt has then failed
  void run(A first, B second) throws Exception;
}
