package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The other runs that a run has to do with: those it has started, and those it waits for. Guarded
/// by the run's lock: a method is called with the lock held, except where it says that it takes it.
final class RunChildren {
  private final ReentrantLock lock;
  private final ExecutorImpl executor;
  private final RunState state;
  private final Runnable wake;

  /// In a transient executor, which forgets them, the runs that this one has started.
  private Map<RunId, LiveRun> own = Collections.emptyMap();

  private boolean cancelled;
  private Set<ChildWatches.Watch> watches = Collections.emptySet();

  /// @param wake has a worker come if there is something to do; called under the lock
  RunChildren(ReentrantLock lock, ExecutorImpl executor, RunState state, Runnable wake) {
    this.lock = lock;
    this.executor = executor;
    this.state = state;
    this.wake = wake;
  }

  /// Runs have begun that this one has started.
  void started(List<LiveRun> runs) {
    if (executor.stored() == null && !runs.isEmpty()) {
      own = Grown.map(own);
      runs.forEach(child -> own.put(child.run.id(), child));
    }
  }

  /// Waits for the runs that items began to wait for.
  void watch() {
    for (var item : state.queue.takeToWatch()) {
      var run = run(item);
      var await = item.step.await;
      if (await != null && await.child != null) {
        var watch = new ChildWatches.Watch(run, await.child, end -> ended(item, end));
        watches = Grown.set(watches);
        watches.add(watch);
        executor.watches().add(watch, own.get(run));
      }
    }
  }

  /// Takes the lock.
  private void ended(Item item, ChildEnd end) {
    lock.lock();
    try {
      if (state.waits.runEnded(item, end)) {
        wake.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /// A run that is being cancelled takes those along that it waits for, once. Gives the lock up
  /// meanwhile.
  void cancel() {
    var items = state.status() == RunStatus.CANCELLING ? state.waits.forRuns() : List.<Item>of();
    if (items.isEmpty() || cancelled) {
      return;
    }
    cancelled = true;
    boolean compensates = state.undos.areAsked();
    lock.unlock();
    try {
      for (var item : items) {
        if (item.step.await != null && item.step.await.child != null) {
          executor.cancel(item.step.await.child, run(item), compensates);
        }
      }
    } finally {
      lock.lock();
    }
  }

  /// The run goes on no longer.
  void end() {
    watches.forEach(executor.watches()::remove);
    watches.clear();
    own.clear();
  }

  private static RunId run(Item item) {
    var run = item.marks().awaits().orElseThrow().run();
    if (run == null) {
      throw new IllegalStateException(item + " waits for no run");
    }
    return run;
  }
}
