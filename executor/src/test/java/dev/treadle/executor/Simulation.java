package dev.treadle.executor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One processor for virtual threads on which one seed decides which of them goes on next, at every
/// place where a thread may wait or may be overtaken; with a time that moves when nothing can go
/// on. So what happens once in a million real runs happens again for the same seed.
///
/// Threads are overtaken where they take or give back a lock, ask for the time, start a thread,
/// call the store, or begin and end a step. Used by one platform thread.
class Simulation implements Executor, TimeSource {
  private static final int MANY = 200_000;
  private static final @Nullable MethodHandle MAKE_THREAD = maker();

  private final SplittableRandom random;
  private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
  private final ArrayList<Runnable> runnable = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final PriorityQueue<Due> timers =
      new PriorityQueue<>(Comparator.comparing(Due::due).thenComparingInt(Due::number));
  private final int hurry;
  private Instant now = ManualTime.BEGIN;
  private int scheduled;
  private int switches;
  private @Nullable Throwable thrown;

  private record Due(Instant due, int number, Runnable callback) {}

  /// Nothing can go on, and yet something is unfinished.
  static final class HangException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HangException(String message) {
      super(message);
    }
  }

  Simulation(long seed) {
    this.random = new SplittableRandom(seed);
    this.hurry = random.nextInt(4) == 0 ? 50 : 0;
  }

  /// Whether this JVM lets virtual threads have another scheduler: `--add-opens
  /// java.base/java.lang=ALL-UNNAMED`, which the build gives to the tests.
  static boolean isPossible() {
    return MAKE_THREAD != null;
  }

  private static @Nullable MethodHandle maker() {
    try {
      var builders = Class.forName("java.lang.ThreadBuilders");
      var lookup = MethodHandles.privateLookupIn(builders, MethodHandles.lookup());
      return lookup.findStatic(
          builders,
          "newVirtualThread",
          MethodType.methodType(
              Thread.class, Executor.class, String.class, int.class, Runnable.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  final SplittableRandom random() {
    return random;
  }

  // --- threads

  final Thread thread(String name, Runnable work) {
    if (MAKE_THREAD == null) {
      throw new IllegalStateException("java.lang is not open to tests");
    }
    try {
      var thread = (Thread) MAKE_THREAD.invoke((Executor) this, name, 0, guarded(work));
      threads.add(thread);
      return thread;
    } catch (Throwable e) {
      throw new LinkageError("no virtual thread on this JDK", e);
    }
  }

  private Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (Throwable e) { // told at the end
        thrown = thrown == null ? e : thrown;
      }
    };
  }

  final ThreadFactory factory(String name) {
    return work -> {
      pause();
      return thread(name + threads.size(), work);
    };
  }

  /// A place where the calling thread may be overtaken.
  final void pause() {
    if (random.nextInt(3) == 0) {
      giveWay();
    }
  }

  /// Lets the seed decide who goes on.
  @SuppressWarnings("ThreadPriorityCheck") // here a yield is a choice of the simulation's
  final void giveWay() {
    Thread.yield();
  }

  @Override
  public final void execute(Runnable continuation) {
    submitted.add(continuation);
  }

  /// Runs something and everything that it starts, until nothing is left to run.
  ///
  /// @throws HangException if a thread waits for something that can't happen any more
  final void run(Runnable main) throws Throwable {
    var first = thread("main", main);
    first.start();
    while (canGoOn() || (first.isAlive() && fire() && canGoOn())) {
      next().run();
      if (++switches > MANY) {
        throw new HangException("threads go round in circles:" + waiting());
      }
      if (hurry > 0 && random.nextInt(hurry) == 0) {
        var _ = fire();
      }
    }
    if (thrown != null) {
      throw thrown;
    }
    if (threads.stream().anyMatch(Thread::isAlive)) {
      throw new HangException("threads wait for what can't happen any more:" + waiting());
    }
  }

  /// Whether a thread can go on. One that waits for a monitor of the JDK, which a thread outside
  /// has, is waited for.
  private boolean canGoOn() {
    while (true) {
      for (var one = submitted.poll(); one != null; one = submitted.poll()) {
        runnable.add(one);
      }
      if (!runnable.isEmpty() || threads.stream().noneMatch(Simulation::isBlocked)) {
        if (submitted.isEmpty()) {
          return !runnable.isEmpty();
        }
      }
      Thread.onSpinWait();
    }
  }

  private static boolean isBlocked(Thread thread) {
    return switch (thread.getState()) {
      case BLOCKED, RUNNABLE -> true;
      case NEW, WAITING, TIMED_WAITING, TERMINATED -> false;
    };
  }

  private Runnable next() {
    int chosen = random.nextInt(runnable.size());
    var continuation = runnable.get(chosen);
    var last = runnable.removeLast();
    if (chosen < runnable.size()) {
      runnable.set(chosen, last);
    }
    return continuation;
  }

  private String waiting() {
    var told = new StringBuilder();
    for (var thread : threads) {
      if (thread.isAlive()) {
        told.append("\n  ").append(thread.getName());
        for (var frame : thread.getStackTrace()) {
          told.append("\n    ").append(frame);
        }
      }
    }
    return told.toString();
  }

  /// How often a thread went on.
  final int switches() {
    return switches;
  }

  // --- time

  @Override
  public final Instant now() {
    pause();
    return now;
  }

  @Override
  public Timer schedule(Instant due, Runnable callback) {
    var timer = new Due(due, scheduled++, callback);
    timers.add(timer);
    pause();
    return () -> timers.remove(timer);
  }

  @Override
  public final Timer schedule(Duration delay, Runnable callback) {
    return schedule(now.plus(delay), callback); // nobody sets this clock
  }

  /// Moves the time to the next timer, if there is one, and has it called.
  private boolean fire() {
    var timer = timers.poll();
    if (timer == null) {
      return false;
    }
    now = timer.due.isAfter(now) ? timer.due : now;
    thread("timer-" + timer.number, timer.callback).start();
    return true;
  }

  // --- what a planted bug gets wrong

  /// Whether the store acknowledges what it has not written.
  boolean storeLies() {
    return false;
  }

  ReentrantLock newLock() {
    return new PausingLock(this);
  }

  /// A lock before and after which a thread may be overtaken.
  static class PausingLock extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    private final transient Simulation simulation;

    PausingLock(Simulation simulation) {
      this.simulation = simulation;
    }

    @Override
    public void lock() {
      simulation.pause();
      super.lock();
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
      simulation.pause();
      super.lockInterruptibly();
    }

    @Override
    public void unlock() {
      super.unlock();
      simulation.pause();
    }
  }
}
