package dev.treadle;

/// The code of a step: takes one input and answers what follows from it.
///
/// A node may run more than once for the same input, after a crash, a retry or a timeout; what it
/// answers takes effect once. Effects outside the run should carry [StepContext#idempotencyKey()].
///
/// A node is called by many threads at once, so an implementation must be safe for that.
///
/// @param <C> the type of the run's context
/// @param <I> the type of the input
/// @param <O> the type of the outputs
@FunctionalInterface
public interface Node<C, I, O> {

  /// Processes one input.
  ///
  /// @param ctx the run as this step may see and change it; valid only during the call and only on
  ///   its thread
  /// @param input the input
  /// @return what follows; never null
  /// @throws Exception whatever the code throws; the step's attempt has then failed
  Transition<O> process(StepContext<C> ctx, I input) throws Exception;
}
