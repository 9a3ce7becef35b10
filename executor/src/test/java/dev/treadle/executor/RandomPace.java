package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Brings random runs to their end: whenever no thread has anything to do, the next signal is sent,
/// or time passes, whichever is first. So what comes from outside finds a run in a state that does
/// not depend on threads. Makes the threads that it watches. One run at a time.
final class RandomPace implements ThreadFactory {
  /// How often a run may wait.
  private static final int MOST = 10 * RandomGraphs.BOUND;

  private final ManualTime time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int busy;

  RandomPace(ManualTime time) {
    this.time = time;
  }

  /// The signals of a run that is about to start.
  RandomOutgoing outgoing(RandomGraphs.Case one) {
    return new RandomOutgoing(one.signals(), time.now().toEpochMilli());
  }

  @Override
  public Thread newThread(Runnable work) {
    count(1);
    return Thread.ofVirtual()
        .unstarted(() -> {
          try {
            work.run();
          } finally {
            count(-1);
          }
        });
  }

  private void count(int more) {
    lock.lock();
    try {
      busy += more;
      if (busy == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitIdle(RunId run) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(Flows.LIMIT);
    lock.lock();
    try {
      while (busy > 0) {
        if (left <= 0) {
          throw new AssertionError(run + " hangs with " + busy + " threads");
        }
        left = idle.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the end of a run; one that waits for what never comes is cancelled.
  <O> RunResult<O> pass(WorkflowExecutor executor, RunHandle<O> handle, RandomOutgoing outgoing)
      throws InterruptedException {
    for (int i = 0; i < MOST; i++) {
      awaitIdle(handle.id());
      var result = handle.await(Duration.ZERO);
      if (result.isPresent()) {
        return result.get();
      }
      if (handle.status() != RunStatus.WAITING) {
        throw new AssertionError(handle.id() + " hangs, " + handle.status());
      }
      if (!send(executor, handle, outgoing) && !time.advanceToNext()) {
        var _ = handle.cancel();
      }
    }
    throw new AssertionError(handle.id() + " waits again and again");
  }

  /// Sends the next signal, if that comes before anything else.
  private boolean send(WorkflowExecutor executor, RunHandle<?> handle, RandomOutgoing outgoing) {
    if (!outgoing.hasNext() || time.isDueBefore(outgoing.time())) {
      return false;
    }
    time.advanceTo(outgoing.time());
    outgoing.send(executor, handle.id());
    return true;
  }
}
