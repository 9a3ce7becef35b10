package dev.treadle.executor;

import dev.treadle.RunId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Everybody who watches an executor: its listeners, the Flight Recorder, the log. Safe for use by
/// many threads.
final class Watch {
  /// How long listeners may take at the end, however much in a hurry its caller is.
  private static final Duration LEAST_GRACE = Duration.ofSeconds(5);

  private final @Nullable ListenerQueue listeners;
  private final TimeSource time;
  private final boolean counts;
  final Mdc mdc;
  final RunLog log;

  /// @param counts whether steps are counted also in transient runs
  Watch(@Nullable ListenerQueue listeners, TimeSource time, boolean counts, Mdc mdc, RunLog log) {
    this.listeners = listeners;
    this.time = time;
    this.counts = counts;
    this.mdc = mdc;
    this.log = log;
  }

  /// Whether somebody wants to know of each step.
  boolean isOn() {
    return listeners != null || counts || mdc.everyStep || Jfr.recordsSteps();
  }

  /// Whether there are listeners.
  boolean listens() {
    return listeners != null;
  }

  /// Whether somebody wants to know also of what happens in every run.
  boolean tellsEverything() {
    return listeners != null || log.tellsEverything();
  }

  Instant now() {
    return time.now();
  }

  long nanos() {
    return time.nanos();
  }

  void tell(ExecutorEvent event) {
    if (event instanceof RunEvent change) {
      log.tell(change);
    }
    if (listeners != null) {
      listeners.offer(event);
    }
  }

  /// A signal was sent to a run that nobody drives.
  void signalled(RunId run, String workflow, Awaited to, SignalAnswer answer) {
    if (tellsEverything()) {
      tell(new RunEvent.Signalled(run, workflow, now(), to.signal(), to.key(), answer));
    }
  }

  /// How many events no listener will ever hear of.
  long dropped() {
    return listeners == null ? 0 : listeners.dropped();
  }

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
