package dev.treadle.executor;

import org.jspecify.annotations.Nullable;

/// A thread that executes items of a run, one after another. Its fields are guarded by the run's
/// lock, but for the context, which is confined to the thread.
final class Worker {
  final Thread thread = Thread.currentThread();
  final StepContextImpl ctx;

  /// Whether the thread is that of a caller of `run`, whose own interrupts are to be kept.
  final boolean caller;

  /// The item that the thread is busy with; of a solo worker the first of a stretch.
  @Nullable Item item;

  /// Whether the run has interrupted the thread.
  boolean interrupted;

  /// Whether the run goes on without the attempt that the thread is busy with.
  boolean fenced;

  /// The timer of an attempt with a timeout; null in other attempts. When the first attempt of that
  /// item began, as of [Attempt#since].
  long since;

  TimeSource.@Nullable Timer timer;

  /// Whether another worker commits its attempt, which has taken too long.
  boolean replaced;

  /// The attempt as those who watch see it, or null if nobody watches.
  @Nullable AttemptWatch watched;

  // the list of those that are executing a step
  @Nullable Worker before;
  @Nullable Worker after;

  Worker(StepContextImpl ctx, boolean caller) {
    this.ctx = ctx;
    this.caller = caller;
  }

  /// Takes back an interrupt of the run's, so that it does not outlive the attempt it was meant
  /// for; on a thread of the executor's also one that a step has left behind.
  ///
  /// @return whether there was one
  boolean clearInterrupt() {
    boolean was = interrupted;
    if (was || !caller) {
      interrupted = false;
      Thread.interrupted();
    }
    return was;
  }
}
