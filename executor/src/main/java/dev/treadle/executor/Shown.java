package dev.treadle.executor;

import dev.treadle.RunStatus;
import org.jspecify.annotations.Nullable;

/// A run as last made durable, which is all that steps and handles may see of it. Guarded by the
/// run's lock.
final class Shown {
  private long sequence;
  private RunStatus status;
  private int outputs;
  private @Nullable Object context;

  Shown(RunState state) {
    this.status = state.status();
    this.outputs = state.outputs().size();
    this.context = state.context;
  }

  /// A commit is durable. Commits may be acknowledged out of order; the newest one counts.
  void advance(long to, RunStatus newStatus, int newOutputs, @Nullable Object newContext) {
    if (to > sequence) {
      sequence = to;
      status = newStatus;
      outputs = newOutputs;
      context = newContext;
    }
  }

  long sequence() {
    return sequence;
  }

  RunStatus status() {
    return status;
  }

  /// How many of the run's outputs are durable.
  int outputs() {
    return outputs;
  }

  @Nullable Object context() {
    return context;
  }
}
