package dev.treadle;

/// Code that takes a value and answers nothing; it may throw.
///
/// @param <T> the type of the value
@FunctionalInterface
public interface Action<T> {

  /// Does what is to be done.
  ///
  /// @param value the value
  /// @throws Exception whatever the code throws; the step's attempt has then failed
  void run(T value) throws Exception;
}
