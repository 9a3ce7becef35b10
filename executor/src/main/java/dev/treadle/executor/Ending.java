package dev.treadle.executor;

import dev.treadle.TreadleException;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a run comes to stand still: because it is over, because it fails or is cancelled, because
/// its executor closes, because its store has failed. Guarded by the run's lock: a method is called
/// with the lock held, except where it says that it takes it.
final class Ending {
  private final ReentrantLock lock;
  private final RunDriver driver;
  private final RunIdentity run;
  private final RunState state;
  private final Crew crew;
  private final RunTimers timers;
  private final RunChildren children;
  private final RunEnd end;
  private final Consumer<Object> whenOver;

  /// Nothing new may start. Set under the lock; read by a solo worker without.
  private volatile boolean stop;

  private boolean settling;
  private @Nullable TreadleException halt;

  /// @param whenOver told once how the run has ended, when it will not go on here
  Ending(
      ReentrantLock lock,
      RunDriver driver,
      RunIdentity run,
      RunState state,
      Crew crew,
      RunTimers timers,
      RunChildren children,
      RunEnd end,
      Consumer<Object> whenOver) {
    this.lock = lock;
    this.driver = driver;
    this.run = run;
    this.state = state;
    this.crew = crew;
    this.timers = timers;
    this.children = children;
    this.end = end;
    this.whenOver = whenOver;
  }

  /// Whether nothing new may start. May be called without the lock.
  boolean isStopping() {
    return stop;
  }

  /// Whether what comes of an attempt has no place in the run any more.
  boolean isReached() {
    return state.isOver() || end.isReached();
  }

  /// Has the run fail at its deadline, or at once if that has passed already.
  void watchDeadline() {
    var deadline = run.deadline();
    if (deadline == null || stop || state.isDoomed()) {
      return;
    }
    // the commit waits for the store, which the thread of the timers must not
    if (timers.isPast(deadline)) {
      stopStarting(); // no step begins any more
      crew.detached(() -> miss(deadline));
    } else {
      timers.beginDeadline(deadline, () -> crew.detached(() -> miss(deadline)));
    }
  }

  /// Takes the lock.
  private void miss(Instant deadline) {
    lock.lock();
    try {
      if (state.isDoomed() || isReached() || halt != null) {
        return; // somebody was first, or the next process will see to it
      }
      decide(() -> driver.miss(deadline));
    } catch (TreadleException e) {
      broken(e);
    } finally {
      lock.unlock();
    }
  }

  /// Has a commit made by which the run begins to end, by a thread that is no worker. Whoever finds
  /// meanwhile that nothing is in flight leaves the rest to that thread: nothing may be undone
  /// before the commit is durable.
  void decide(Runnable commit) {
    settling = true;
    try {
      commit.run();
    } finally {
      settling = false;
    }
    if (crew.isEmpty()) {
      quiet();
    }
  }

  /// Nothing new starts from now on; what is being executed goes on.
  void stopStarting() {
    stop = true;
    driver.closePermits();
  }

  /// Nothing new starts from now on, and what is being executed is interrupted.
  void stopAll() {
    if (stop) {
      return;
    }
    stopStarting();
    crew.interrupt();
    if (state.isEnding() && crew.isExecuting()) {
      timers.beginGrace(this::graceIsOver);
    }
  }

  /// Takes the lock.
  private void graceIsOver() {
    lock.lock();
    try {
      if (!state.isEnding() || end.isReached()) {
        return;
      }
      crew.fence();
      if (crew.isEmpty()) {
        // a durable end waits for the store, and the thread of the timers must not
        crew.detached(this::quietIfEmpty);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Takes the lock.
  private void quietIfEmpty() {
    lock.lock();
    try {
      if (crew.isEmpty()) {
        quiet();
      }
    } finally {
      lock.unlock();
    }
  }

  /// No worker is left: the run is over, or stands still, or waits.
  void quiet() {
    if (end.isReached() || settling) {
      return;
    }
    if (state.isEnding()) {
      cancelChildren();
    }
    if (end.isReached()) {
      return;
    }
    if (state.isEnding() && state.undos.areDue(state.status(), run.compensation())) {
      undo();
    } else if (state.isEnding()) {
      settle();
    }
    if (end.isReached()) {
      return;
    }
    if (state.isOver()) {
      complete(state.result());
    } else if (halt != null) {
      complete(halt);
    } else {
      driver.goOn();
    }
  }

  private void cancelChildren() {
    settling = true;
    try {
      children.cancel();
    } finally {
      settling = false;
    }
  }

  private void undo() {
    if (halt == null) {
      driver.undo();
      stop = false;
    }
  }

  private void settle() {
    settling = true;
    try {
      driver.settle();
    } catch (TreadleException e) {
      broken(e);
    } finally {
      settling = false;
    }
  }

  /// The store has failed: the run stops here, whatever its state.
  void broken(TreadleException e) {
    stopStarting();
    crew.interrupt();
    complete(e);
  }

  /// Nothing new starts from now on, and the run is left as it is when the last attempt is back.
  void halt(TreadleException why) {
    halt = why;
    stopStarting();
    if (crew.isEmpty()) {
      quiet();
    }
  }

  /// The run has ended, with a [RunResult] or a [TreadleException].
  void complete(Object how) {
    if (end.reach(how)) {
      if (state.queue.probation != null) {
        state.queue.probation.close();
      }
      timers.cancelAll();
      children.end();
      whenOver.accept(how);
    }
  }
}
