package dev.treadle;

/// One pending piece of a run: an input that waits for its step. An `ArrayDeque` of them is a run's
/// queue.
public interface WorkItem {

  /// The step that will take the input.
  ///
  /// @return the step's name
  String step();

  /// What the step will get.
  ///
  /// @return the input
  Object input();

  /// The item's number within its run, ascending in the order of creation.
  ///
  /// @return from 1; 0 for an item that no run has numbered yet
  long sequence();
}
