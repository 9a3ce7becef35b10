package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// A listener that remembers what it was told. Safe for use by many threads.
final class Told implements RunListener {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();

  // guarded by lock
  private final List<ExecutorEvent> events = new ArrayList<>();
  private long dropped;

  @Override
  public void stepStarted(StepEvent.Started event) {
    add(event);
  }

  @Override
  public void stepProcessed(StepEvent.Processed event) {
    add(event);
  }

  @Override
  public void stepCut(StepEvent.Cut event) {
    add(event);
  }

  @Override
  public void runChanged(RunEvent event) {
    add(event);
  }

  @Override
  public void storeWorked(StoreEvent event) {
    add(event);
  }

  @Override
  public void eventsDropped(long count) {
    lock.lock();
    try {
      dropped += count;
    } finally {
      lock.unlock();
    }
  }

  private void add(ExecutorEvent event) {
    lock.lock();
    try {
      events.add(event);
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<ExecutorEvent> all() {
    lock.lock();
    try {
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  <E extends ExecutorEvent> List<E> all(Class<E> type) {
    return all().stream().filter(type::isInstance).map(type::cast).toList();
  }

  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /// What was told of runs and steps, in short.
  List<String> story() {
    return all().stream().filter(event -> !(event instanceof StoreEvent)).map(Told::word).toList();
  }

  private static String word(ExecutorEvent event) {
    return switch (event) {
      case StepEvent.Started e -> e.step() + " started";
      case StepEvent.Processed e -> e.step() + " " + e.outcome();
      case StepEvent.Cut e -> e.step() + " cut";
      case RunEvent e -> e.getClass().getSimpleName();
      case StoreEvent e -> e.getClass().getSimpleName();
    };
  }

  /// Waits until an event of a kind was told.
  <E extends ExecutorEvent> E await(Class<E> type) throws InterruptedException {
    return await(type, _ -> true);
  }

  <E extends ExecutorEvent> E await(Class<E> type, Predicate<E> which) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(Flows.LIMIT);
    lock.lock();
    try {
      while (true) {
        var found = all(type).stream().filter(which).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        assertThat(left).as("waiting for %s, was told %s", type, events).isPositive();
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
