package dev.treadle.executor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The workers of a run: how many there are, and which of them are executing a step. Guarded by the
/// run's lock.
///
/// At most one worker is starting at a time. So items that are done at once are executed by as many
/// threads as there are processors, and items that block by as many as the run's parallelism
/// allows.
final class Crew {
  private final ThreadFactory threads;
  private final int size;

  /// Workers that count: those that are starting, executing or committing, but not the fenced.
  private int busy;

  private boolean starting;

  /// The first of a list of those that are executing a step; adding and removing cost the same for
  /// one as for thousands.
  private @Nullable Worker executing;

  /// @param size how many workers there may be at once
  Crew(ThreadFactory threads, int size) {
    this.threads = threads;
    this.size = size;
  }

  /// The caller becomes a worker.
  void join() {
    busy++;
  }

  /// Starts one more worker, unless there are enough or one is starting.
  void grow(Runnable work) {
    if (!starting && busy < size) {
      starting = true;
      busy++;
      threads.newThread(work).start();
    }
  }

  /// Whether a worker would come at once, besides those that are claimed.
  ///
  /// @param claimed how many items wait for a worker already
  boolean hasRoom(int claimed) {
    return claimed < size - busy + (starting ? 1 : 0);
  }

  /// The worker that was starting has begun.
  void begun() {
    starting = false;
  }

  void leave(Worker worker) {
    if (!worker.fenced) {
      busy--;
    }
  }

  boolean isEmpty() {
    return busy == 0;
  }

  /// Whether one worker does everything, now and until it asks for more.
  boolean isSingle() {
    return busy == 1;
  }

  /// Whether items are executed strictly one after another.
  boolean isSequential() {
    return size == 1;
  }

  void beginStep(Worker worker, Item item) {
    worker.item = item;
    worker.before = null;
    worker.after = executing;
    if (executing != null) {
      executing.before = worker;
    }
    executing = worker;
  }

  void endStep(Worker worker) {
    if (worker.before == null) {
      executing = worker.after;
    } else {
      worker.before.after = worker.after;
    }
    if (worker.after != null) {
      worker.after.before = worker.before;
    }
  }

  /// The items that are being executed and count.
  List<Item> inFlight() {
    var items = new ArrayList<Item>();
    for (var worker = executing; worker != null; worker = worker.after) {
      if (!worker.fenced && worker.item != null) {
        items.add(worker.item);
      }
    }
    return items;
  }

  boolean isExecuting() {
    return executing != null;
  }

  /// Whether a thread is executing a step of the run.
  boolean isExecuting(Thread thread) {
    for (var worker = executing; worker != null; worker = worker.after) {
      if (worker.thread.equals(thread)) {
        return true;
      }
    }
    return false;
  }

  /// Does something with each item that is being executed; of a solo worker, the first of a
  /// stretch.
  void each(Consumer<Item> what) {
    for (var worker = executing; worker != null; worker = worker.after) {
      if (worker.item != null && !worker.fenced) {
        what.accept(worker.item);
      }
    }
  }

  void interrupt() {
    for (var worker = executing; worker != null; worker = worker.after) {
      worker.interrupted = true;
      worker.thread.interrupt();
    }
  }

  /// Interrupts the attempts of items that were dropped.
  void interruptDropped() {
    for (var worker = executing; worker != null; worker = worker.after) {
      var item = worker.item;
      if (item != null && !worker.interrupted && Tally.isClosed(item.place)) {
        worker.interrupted = true;
        worker.thread.interrupt();
      }
    }
  }

  /// Gives up the attempts that are still being executed: what comes of them is dropped.
  void fence() {
    for (var worker = executing; worker != null; worker = worker.after) {
      fence(worker);
    }
  }

  private void fence(Worker worker) {
    if (!worker.fenced) {
      worker.fenced = true;
      busy--;
    }
  }

  /// Gives up one attempt, and lets a new worker take its place.
  void replace(Worker worker, Runnable work) {
    fence(worker);
    handOver(work);
  }

  /// Lets a new worker take the place of one that leaves.
  void handOver(Runnable work) {
    busy++;
    threads.newThread(work).start();
  }

  /// Runs something on a thread of its own, which is no worker.
  void detached(Runnable work) {
    threads.newThread(work).start();
  }
}
