package dev.treadle.executor;

import java.time.Duration;

/// One attempt as those who watch see it: how long it takes. Confined to the thread that executes
/// the attempt.
final class AttemptWatch {
  final Item item;
  private final TimeSource time;
  private final long begun;
  private long nanos;

  AttemptWatch(Item item, TimeSource time) {
    this.item = item;
    this.time = time;
    this.begun = time.nanos();
  }

  /// The step's code has returned.
  void end() {
    nanos = Math.max(0, time.nanos() - begun);
  }

  Duration duration() {
    return Duration.ofNanos(nanos);
  }
}
