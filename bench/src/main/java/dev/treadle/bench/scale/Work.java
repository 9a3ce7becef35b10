package dev.treadle.bench.scale;

import dev.treadle.executor.WorkflowExecutor;

/// A kind of work that can be of any size.
interface Work {

  /// What grows.
  String dimension();

  /// How many steps or commits are timed.
  long units(int size);

  /// Does it, and calls the probe once at its widest point.
  void run(WorkflowExecutor executor, int size, Runnable probe) throws Exception;
}
