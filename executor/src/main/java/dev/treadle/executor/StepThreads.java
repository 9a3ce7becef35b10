package dev.treadle.executor;

import java.util.concurrent.ThreadFactory;

/// Marks threads that belong to a step beside the one that executes it, such as those of a batch.
final class StepThreads {
  private static final ScopedValue<LiveRuns> OWNER = ScopedValue.newInstance();

  private StepThreads() {}

  /// Threads that are known as part of a step.
  ///
  /// @param owner whose step
  static ThreadFactory of(LiveRuns owner, ThreadFactory threads) {
    return work -> threads.newThread(() -> ScopedValue.where(OWNER, owner).run(work));
  }

  static boolean isInStepOf(LiveRuns owner) {
    return OWNER.isBound() && OWNER.get() == owner;
  }
}
