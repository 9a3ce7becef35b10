package dev.treadle.executor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What listeners are yet to be told, and the one thread that tells them. Safe for use by many
/// threads; nobody waits but in [#close].
final class ListenerQueue {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);

  /// How many events the thread takes at once.
  private static final int CHUNK = 64;

  private final List<RunListener> listeners;
  private final int capacity;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  // guarded by lock
  private final ArrayDeque<ExecutorEvent> events = new ArrayDeque<>();
  private final OncePerSecond dropLine = new OncePerSecond();
  private long dropped;
  private long logged;
  private boolean closing;

  /// Set under the lock.
  private volatile boolean abandoned;

  /// Touched by the listeners' thread only.
  private long told;

  /// @param capacity how many events wait at most
  ListenerQueue(List<RunListener> listeners, int capacity, ThreadFactory threads) {
    this.listeners = List.copyOf(listeners);
    this.capacity = capacity;
    this.thread = threads.newThread(this::loop);
    thread.start();
  }

  /// Hands an event over, or drops it if there is no room.
  void offer(ExecutorEvent event) {
    long missing = 0;
    lock.lock();
    try {
      if (events.size() < capacity && !abandoned) {
        events.add(event);
        arrived.signal();
        return;
      }
      dropped++;
      if (dropLine.isDue(event.at())) {
        missing = unlogged();
      }
    } finally {
      lock.unlock();
    }
    logDropped(missing);
  }

  /// How many events were dropped so far.
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /// Whether the caller is a listener.
  boolean isTelling() {
    return thread.equals(Thread.currentThread());
  }

  /// Tells what waits and ends the thread.
  ///
  /// @param grace how long that may take; what is not told then is dropped
  void close(Duration grace) throws InterruptedException {
    lock.lock();
    try {
      closing = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(grace)) {
        abandon();
      }
    } catch (InterruptedException e) {
      abandon();
      throw e;
    }
    logRest();
  }

  private void logRest() {
    long missing;
    lock.lock();
    try {
      missing = unlogged();
    } finally {
      lock.unlock();
    }
    logDropped(missing);
  }

  /// A listener does not come back: nobody is told any more.
  private void abandon() {
    lock.lock();
    try {
      abandoned = true;
      dropped += events.size();
      events.clear();
    } finally {
      lock.unlock();
    }
    thread.interrupt();
  }

  private long unlogged() {
    long missing = dropped - logged;
    logged = dropped;
    return missing;
  }

  private static void logDropped(long missing) {
    if (missing > 0) {
      LOG.warn(
          "{} events were dropped: the listeners are slower than the runs; make them quicker, or"
              + " the queue larger by listenerQueue(events)",
          missing);
    }
  }

  // --- the listeners' thread

  private void loop() {
    var chunk = new ArrayDeque<ExecutorEvent>(CHUNK);
    while (take(chunk)) {
      tellDropped();
      while (!chunk.isEmpty() && !abandoned) {
        tell(chunk.removeFirst());
      }
    }
    tellDropped();
  }

  /// Waits for events.
  ///
  /// @return false if it is time to end
  private boolean take(ArrayDeque<ExecutorEvent> chunk) {
    lock.lock();
    try {
      while (events.isEmpty() && !closing) {
        arrived.awaitUninterruptibly();
      }
      dropped += chunk.size(); // left over after a call that did not come back in time
      while (chunk.size() < CHUNK && !events.isEmpty()) {
        chunk.add(events.removeFirst());
      }
      return !chunk.isEmpty() && !abandoned;
    } finally {
      lock.unlock();
    }
  }

  private void tellDropped() {
    long missing = dropped() - told;
    if (missing > 0 && !abandoned) {
      told += missing;
      listeners.forEach(listener -> call(() -> listener.eventsDropped(missing), listener));
    }
  }

  private void tell(ExecutorEvent event) {
    for (var listener : listeners) {
      call(() -> tell(listener, event), listener);
    }
  }

  private static void tell(RunListener listener, ExecutorEvent event) {
    switch (event) {
      case StepEvent.Started started -> listener.stepStarted(started);
      case StepEvent.Processed processed -> listener.stepProcessed(processed);
      case StepEvent.Cut cut -> listener.stepCut(cut);
      case RunEvent changed -> listener.runChanged(changed);
      case StoreEvent worked -> listener.storeWorked(worked);
    }
  }

  private void call(Runnable call, RunListener listener) {
    try {
      call.run();
    } catch (Throwable e) { // a listener's fault is no one else's
      LOG.error("listener {} failed; the runs are not touched by it", listener.getClass(), e);
    }
    if (!abandoned) {
      Thread.interrupted(); // a listener's own
    }
  }
}
