package dev.treadle.executor;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Everybody who watches an executor: its listeners. Safe for use by many threads.
final class Watch {
  /// How long listeners may take at the end, however much in a hurry its caller is.
  private static final Duration LEAST_GRACE = Duration.ofSeconds(5);

  private final @Nullable ListenerQueue listeners;
  private final TimeSource time;

  Watch(@Nullable ListenerQueue listeners, TimeSource time) {
    this.listeners = listeners;
    this.time = time;
  }

  /// Whether somebody wants to know of each step.
  boolean isOn() {
    return listeners != null;
  }

  Instant now() {
    return time.now();
  }

  long nanos() {
    return time.nanos();
  }

  /// An attempt begins.
  AttemptWatch attempt(Item item) {
    return new AttemptWatch(item, time);
  }

  void tell(ExecutorEvent event) {
    if (listeners != null) {
      listeners.offer(event);
    }
  }

  /// How many events no listener will ever hear of.
  long dropped() {
    return listeners == null ? 0 : listeners.dropped();
  }

  // --- closing

  /// @throws IllegalStateException if the caller is a listener
  void requireNoListener() {
    if (listeners != null && listeners.isTelling()) {
      throw new IllegalStateException(
          "a listener closes the executor that it listens to; close it from outside");
    }
  }

  /// Tells what is yet to be told.
  void close(Duration grace) throws InterruptedException {
    if (listeners != null) {
      listeners.close(grace.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : grace);
    }
  }
}
