package dev.treadle.examples.manifest;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Shows a run's progress each time it is asked to. Confined to one thread.
final class Reporter {
  private static final long PLAIN_INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final Progress progress;
  private final Screen screen;
  private final LongSupplier nanoTime;
  private final long started;
  private long begun = -1;
  private long spoken;

  /// A reporter that begins now.
  ///
  /// @param progress what to show
  /// @param screen where
  /// @param nanoTime a clock of nanoseconds from any origin
  Reporter(Progress progress, Screen screen, LongSupplier nanoTime) {
    this.progress = progress;
    this.screen = screen;
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
    this.spoken = started;
  }

  /// Shows where the run is: on a terminal at once, else when some time has passed.
  void tick() {
    var now = nanoTime.getAsLong();
    var snapshot = progress.snapshot();
    if (snapshot == null) {
      if (screen.terminal()) {
        screen.draw("listing the folder, " + ProgressLine.time(now - started));
      }
      return;
    }
    if (begun < 0) {
      begun = now - started;
      if (snapshot.storedFiles() > 0) {
        screen.print(fromCheckpoint(snapshot));
      }
    }
    var elapsed = now - started - begun;
    if (screen.terminal()) {
      screen.draw(ProgressLine.bar(snapshot, elapsed));
    } else if (now - spoken >= PLAIN_INTERVAL) {
      spoken = now;
      screen.print(ProgressLine.plain(snapshot, elapsed));
    }
  }

  private static String fromCheckpoint(Progress.Snapshot snapshot) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d files (%s) are in the checkpoint and are not hashed again.",
        snapshot.storedFiles(),
        snapshot.totalFiles(),
        ProgressLine.size(snapshot.storedBytes()));
  }
}
