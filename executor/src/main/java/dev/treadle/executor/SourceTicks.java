package dev.treadle.executor;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The ticks of a source. Confined to the thread that drives it.
final class SourceTicks {
  private final TimeSource time;
  private final SourceDrive drive;
  private final Duration period;
  private final long count;
  private final Instant begin;
  private long number;

  SourceTicks(TimeSource time, SourceDrive drive, Duration period, long count) {
    this.time = time;
    this.drive = drive;
    this.period = period;
    this.count = count;
    this.begin = time.now();
  }

  /// Waits for room and for the next tick's time; null if there is none.
  @Nullable Tick next() throws InterruptedException {
    if (number == count || !drive.awaitRoom()) {
      return null;
    }
    long newest = Duration.between(begin, time.now()).dividedBy(period);
    long next = Math.min(count, Math.max(number + 1, newest));
    drive.skipped(next - number - 1);
    number = next;
    var due = begin.plus(period.multipliedBy(next));
    return drive.awaitTime(time, due) ? new Tick(next, due) : null;
  }
}
