package dev.treadle.executor;

import dev.treadle.executor.SourceSummary.End;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// How far a source is: what is in flight, what came of the rest, and whether to go on. Safe for
/// use by many threads.
final class SourceDrive {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by lock
  private int atOnce;
  private boolean goesOn;
  private boolean begun;
  private boolean pulled;
  private boolean stopped;
  private boolean interrupted;
  private End end = End.EXHAUSTED;
  private final Set<Thread> flying = new HashSet<>();
  private long started;
  private long completed;
  private long failed;
  private long left;
  private long skipped;

  /// What ended the source before its time.
  private @Nullable Throwable problem;

  /// Takes from the source what it gives, and launches its runs.
  interface Pull {
    void run() throws InterruptedException;
  }

  void begin(int most, boolean afterFailures) {
    lock.lock();
    try {
      if (begun) {
        throw new IllegalStateException(
            "this source was driven already; make another by executor.source(workflow)");
      }
      begun = true;
      atOnce = most;
      goesOn = afterFailures;
    } finally {
      lock.unlock();
    }
  }

  // --- the thread that takes from the source

  /// Drives the source on the calling thread, and waits for its runs.
  SourceSummary over(Pull pull) {
    try {
      pull.run();
    } catch (InterruptedException e) {
      interrupted();
    } catch (RuntimeException | Error e) { // the source's, thrown when its runs are over
      broken(e);
    } finally {
      pulled();
    }
    return finish();
  }

  /// Drives the source on a thread of its own, which alone is interrupted when the source is to
  /// end; and waits for its runs.
  SourceSummary overOnThread(ThreadFactory threads, Pull pull) {
    var puller = threads.newThread(() -> pullAlone(pull));
    puller.start();
    lock.lock();
    try {
      awaitUntil(() -> pulled, puller);
    } finally {
      lock.unlock();
    }
    return finish();
  }

  private void pullAlone(Pull pull) {
    try {
      pull.run();
    } catch (InterruptedException e) {
      if (isGoingOn()) { // not meant to end it: one of the functions interrupts its own thread
        interrupted();
      }
    } catch (RuntimeException | Error e) { // the source's, thrown when its runs are over
      broken(e);
    } finally {
      pulled();
    }
  }

  /// Waits until there is room for one more run.
  ///
  /// @return false if nothing more is to be taken from the source
  boolean awaitRoom() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!isEnding() && flying.size() >= atOnce) {
        changed.await();
      }
      return !isEnding();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a time.
  ///
  /// @return false if nothing more is to be taken from the source
  boolean awaitTime(TimeSource time, Instant due) throws InterruptedException {
    if (!time.now().isBefore(due)) {
      return true;
    }
    var alarm = new Alarm();
    var timer = time.schedule(due, alarm);
    lock.lock();
    try {
      while (!isEnding() && !alarm.rung) {
        changed.await();
      }
      return !isEnding();
    } finally {
      lock.unlock();
      timer.cancel();
    }
  }

  private final class Alarm implements Runnable {
    private boolean rung;

    @Override
    public void run() {
      lock.lock();
      try {
        rung = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /// Starts a thread for a run.
  void launch(Thread thread) {
    lock.lock();
    try {
      thread.start();
      flying.add(thread);
      started++;
    } finally {
      lock.unlock();
    }
  }

  void skipped(long ticks) {
    lock.lock();
    try {
      skipped += ticks;
    } finally {
      lock.unlock();
    }
  }

  // --- the runs

  void completed() {
    lock.lock();
    try {
      completed++;
    } finally {
      lock.unlock();
    }
  }

  void left() {
    lock.lock();
    try {
      left++;
    } finally {
      lock.unlock();
    }
  }

  void failed(Throwable e) {
    lock.lock();
    try {
      failed++;
      if (!goesOn) {
        end(e);
      }
    } finally {
      lock.unlock();
    }
  }

  /// The thread of a run has nothing more to do.
  void landed() {
    lock.lock();
    try {
      flying.remove(Thread.currentThread());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // --- the end

  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The driving thread was interrupted.
  void interrupted() {
    lock.lock();
    try {
      interrupted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Something that is no failure of an element ends the source.
  void broken(Throwable e) {
    lock.lock();
    try {
      end(e);
    } finally {
      lock.unlock();
    }
  }

  private void pulled() {
    lock.lock();
    try {
      pulled = true;
      end = stopped ? End.STOPPED : interrupted ? End.INTERRUPTED : End.EXHAUSTED;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings(
      "ReferenceEquality") // a handler may throw what it was given; equals is the user's
  private void end(Throwable e) {
    if (problem == null) {
      problem = e;
    } else if (problem != e) {
      problem.addSuppressed(e);
    }
    changed.signalAll();
  }

  private boolean isGoingOn() {
    lock.lock();
    try {
      return !isEnding();
    } finally {
      lock.unlock();
    }
  }

  private boolean isEnding() {
    return stopped || interrupted || problem != null;
  }

  /// Waits for something to be so. The first interrupt ends the source, the second leaves its runs.
  ///
  /// @param pullers are interrupted when the source is to end
  private void awaitUntil(BooleanSupplier reached, Thread... pullers) {
    while (!reached.getAsBoolean()) {
      if (isEnding()) {
        List.of(pullers).forEach(Thread::interrupt);
      }
      try {
        changed.await();
      } catch (InterruptedException e) {
        if (interrupted) {
          flying.forEach(Thread::interrupt);
        }
        interrupted = true;
      }
    }
  }

  private SourceSummary finish() {
    lock.lock();
    try {
      awaitUntil(flying::isEmpty);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      switch (problem) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
      return new SourceSummary(end, started, completed, failed, left, skipped);
    } finally {
      lock.unlock();
    }
  }
}
