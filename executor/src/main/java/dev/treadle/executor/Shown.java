package dev.treadle.executor;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.RunHeader;
import java.util.ArrayList;
import java.util.List;
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

  /// The run was resumed before it was driven here, by a commit that is durable.
  void resumed(RunStatus now) {
    status = now;
  }

  long sequence() {
    return sequence;
  }

  RunStatus status() {
    return status;
  }

  /// The outputs of the run's that are durable, in the order of their commits.
  List<Object> outputs(RunState state) {
    var values = new ArrayList<Object>(outputs);
    for (var output : state.outputs().subList(0, outputs)) {
      values.add(output.value());
    }
    return List.copyOf(values);
  }

  /// What is known of a transient run.
  ///
  /// @param due when its first item is due, in milliseconds of the Unix epoch, or 0
  /// @param on whether its deadline can still be missed
  RunHeader header(RunIdentity run, Plan plan, long due, boolean on) {
    return new RunHeader(
        run.id(),
        plan.workflow.name(),
        status,
        "",
        Math.max(1, sequence),
        CommitBuilder.FIRST_FREE_ID,
        run.createdAt(),
        run.createdAt(),
        run.due(due, on),
        run.labels(),
        "{}");
  }

  @Nullable Object context() {
    return context;
  }
}
