package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.Retention;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/// How a file store is opened.
///
/// Immutable.
///
/// @param segmentSize from how many bytes on a file of the journal is followed by another; from 64
///   KiB to 1 GiB
/// @param retention how long finished runs are kept
/// @param clock tells how old finished runs are
public record FileOptions(long segmentSize, Retention retention, InstantSource clock) {
  private static final long SMALLEST = 1L << 16;
  private static final long LARGEST = 1L << 30;

  /// Rejects missing parts and an impossible size.
  ///
  /// @throws IllegalArgumentException if the size is below 64 KiB or above 1 GiB
  public FileOptions {
    Objects.requireNonNull(retention, "retention");
    Objects.requireNonNull(clock, "clock");
    if (segmentSize < SMALLEST || segmentSize > LARGEST) {
      throw new IllegalArgumentException(
          "segmentSize must be from 65536 to 1073741824 bytes, was " + segmentSize);
    }
  }

  /// What holds unless asked otherwise: files of 64 MiB, finished runs kept for 7 days, the
  /// system's clock.
  ///
  /// @return the options
  public static FileOptions defaults() {
    return new FileOptions(1L << 26, Retention.during(Duration.ofDays(7)), InstantSource.system());
  }

  /// The same options but for the size of files.
  ///
  /// @param bytes from how many bytes on a file is followed by another, from 64 KiB to 1 GiB
  /// @return the options
  /// @throws IllegalArgumentException if the size is below 64 KiB or above 1 GiB
  public FileOptions withSegmentSize(long bytes) {
    return new FileOptions(bytes, retention, clock);
  }

  /// The same options but for finished runs.
  ///
  /// @param value how long they are kept
  /// @return the options
  public FileOptions withRetention(Retention value) {
    return new FileOptions(segmentSize, value, clock);
  }

  /// The same options but for the clock.
  ///
  /// @param value tells how old finished runs are
  /// @return the options
  public FileOptions withClock(InstantSource value) {
    return new FileOptions(segmentSize, retention, value);
  }
}
