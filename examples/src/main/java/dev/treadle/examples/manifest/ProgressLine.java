package dev.treadle.examples.manifest;

import java.util.Locale;

/// Puts progress into words. Stateless.
final class ProgressLine {
  private static final int BAR_WIDTH = 16;
  // a small file costs about as much as reading this many bytes
  private static final long BYTES_PER_FILE = 32 << 10;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private ProgressLine() {}

  /// A bar of one line, shorter than a terminal is wide.
  ///
  /// @param now where the run stands
  /// @param nanos how long this process has been at it
  /// @return the line
  static String bar(Progress.Snapshot now, long nanos) {
    var part = share(now);
    var filled = (int) (part * BAR_WIDTH);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d%%  %,d/%,d files  %s/%s  %s/s  %s",
        "#".repeat(filled),
        ".".repeat(BAR_WIDTH - filled),
        (int) (part * 100),
        now.files(),
        now.totalFiles(),
        size(now.bytes()),
        size(now.totalBytes()),
        size(rate(now, nanos)),
        left(now, nanos));
  }

  /// A sentence for a log.
  ///
  /// @param now where the run stands
  /// @param nanos how long this process has been at it
  /// @return the line
  static String plain(Progress.Snapshot now, long nanos) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d files, %s of %s, %s/s, %s",
        now.files(),
        now.totalFiles(),
        size(now.bytes()),
        size(now.totalBytes()),
        size(rate(now, nanos)),
        left(now, nanos));
  }

  /// A number of bytes in a unit that fits.
  ///
  /// @param bytes the number
  /// @return three digits and a unit, about
  static String size(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    var value = (double) bytes;
    var unit = 0;
    while (value >= 999.5) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }

  /// A time in minutes and seconds.
  ///
  /// @param nanos the time
  /// @return such as `0:07` or `1:02:03`
  static String time(long nanos) {
    var seconds = (nanos + 500_000_000L) / 1_000_000_000L;
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private static long rate(Progress.Snapshot now, long nanos) {
    return nanos <= 0 ? 0 : (long) ((now.bytes() - now.storedBytes()) * 1e9 / nanos);
  }

  private static String left(Progress.Snapshot now, long nanos) {
    var done = work(now.files() - now.storedFiles(), now.bytes() - now.storedBytes());
    var open = work(now.totalFiles() - now.files(), now.totalBytes() - now.bytes());
    if (now.files() == now.totalFiles()) {
      return "writing";
    }
    return done <= 0 || nanos <= 0
        ? "-:-- left"
        : time((long) ((double) nanos * open / done)) + " left";
  }

  private static double share(Progress.Snapshot now) {
    var all = work(now.totalFiles(), now.totalBytes());
    return all == 0 ? 1 : (double) work(now.files(), now.bytes()) / all;
  }

  private static long work(long files, long bytes) {
    return files * BYTES_PER_FILE + bytes;
  }
}
