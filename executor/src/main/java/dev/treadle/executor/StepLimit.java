package dev.treadle.executor;

import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The permits of a step whose attempts are limited: one for each attempt that may run at once,
/// over all runs of an executor. Items that find none wait in the order of their coming, each run's
/// in a line of its own.
///
/// Safe for use by many threads. Its lock is the last to be taken: nothing else is called under it.
/// A permit that is given back is offered to one run after another, with no lock held between.
final class StepLimit {
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by lock
  private int free;
  private long arrivals;

  /// The lines that may be offered a permit, by the number of their first item. Empty while a
  /// permit is free.
  private final TreeMap<Long, Line> open = new TreeMap<>();

  StepLimit(int permits) {
    this.free = permits;
  }

  /// An item that waits, and when it came.
  record Waiting(Item item, long arrival) {}

  /// The items of one run that wait for a permit. Guarded by the limit's lock.
  final class Line {
    private final RunPermits run;
    private final ArrayDeque<Waiting> items = new ArrayDeque<>();

    /// Whether the run was offered a permit and had nobody to use it: it is not offered another
    /// until it has asked. Changed under the run's lock too, so that the run may read it.
    private boolean passedOver;

    Line(RunPermits run) {
      this.run = run;
    }

    boolean isPassedOver() {
      return passedOver;
    }

    /// Takes a permit for an item, or lets it wait. Under the run's lock.
    ///
    /// @return whether the item has its permit
    boolean enter(Item item) {
      lock.lock();
      try {
        if (free > 0 && items.isEmpty()) {
          free--;
          return true;
        }
        items.add(new Waiting(item, arrivals++));
        if (items.size() == 1) {
          show();
        }
        return false;
      } finally {
        lock.unlock();
      }
    }

    /// A permit was offered, and the run has nobody to use it. Under the run's lock.
    void passOver(Waiting offered) {
      lock.lock();
      try {
        hide();
        passedOver = true;
        insert(offered);
      } finally {
        lock.unlock();
      }
    }

    /// Asks for what was passed over. Under the run's lock.
    ///
    /// @return an item with its permit, or null if there is none left, and the line waits again
    @Nullable Item claim() {
      lock.lock();
      try {
        Item item = null;
        if (free > 0) {
          free--;
          item = items.remove().item();
        }
        if (items.isEmpty()) {
          passedOver = false;
        } else if (free == 0) {
          passedOver = false;
          show();
        }
        return item;
      } finally {
        lock.unlock();
      }
    }

    /// Does something with each item that waits. Under the run's lock.
    void each(Consumer<Item> what) {
      lock.lock();
      try {
        items.forEach(waiting -> what.accept(waiting.item()));
      } finally {
        lock.unlock();
      }
    }

    /// Nobody in the line waits any more. Under the run's lock.
    void leave() {
      lock.lock();
      try {
        hide();
        passedOver = false;
        items.clear();
      } finally {
        lock.unlock();
      }
    }

    private void show() {
      open.put(items.element().arrival(), this);
    }

    private void hide() {
      if (!passedOver && !items.isEmpty()) {
        open.remove(items.element().arrival());
      }
    }

    /// Back to its place: a later item may have come back before.
    private void insert(Waiting back) {
      var earlier = new ArrayDeque<Waiting>(0);
      while (!items.isEmpty() && items.element().arrival() < back.arrival()) {
        earlier.push(items.remove());
      }
      items.addFirst(back);
      earlier.forEach(items::addFirst);
    }
  }

  /// A permit in the hand of who offers it.
  private record Offer(Line line, Waiting waiting) {}

  /// Gives a permit back, and hands it to who waits for one. The caller holds no lock.
  void release() {
    for (var offer = next(); offer != null; offer = next()) {
      if (offer.line.run.offer(offer.line, offer.waiting)) {
        return;
      }
    }
  }

  /// Who is to be offered the permit; null if nobody waits, and the permit is free then.
  private @Nullable Offer next() {
    lock.lock();
    try {
      var first = open.pollFirstEntry();
      if (first == null) {
        free++;
        return null;
      }
      var line = first.getValue();
      var waiting = line.items.remove();
      if (!line.items.isEmpty()) {
        line.show();
      }
      return new Offer(line, waiting);
    } finally {
      lock.unlock();
    }
  }

  /// How many items wait for a permit, without those of runs that were passed over.
  int waiting() {
    lock.lock();
    try {
      return open.values().stream().mapToInt(line -> line.items.size()).sum();
    } finally {
      lock.unlock();
    }
  }

  /// How many permits nobody holds.
  int free() {
    lock.lock();
    try {
      return free;
    } finally {
      lock.unlock();
    }
  }
}
