package dev.treadle.examples.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgressLineTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "9949, 9.9 kB",
    "9950, 10 kB",
    "999499, 999 kB",
    "999500, 1.0 MB",
    "123456789, 123 MB",
    "9223372036854775807, 9.2 EB"
  })
  void size_bytes_hasAUnitThatFits(long bytes, String expected) {
    assertThat(ProgressLine.size(bytes)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 0:00", "1, 0:01", "61, 1:01", "3599, 59:59", "3600, 1:00:00", "36061, 10:01:01"})
  void time_seconds_isMinutesOrHours(long seconds, String expected) {
    assertThat(ProgressLine.time(TimeUnit.SECONDS.toNanos(seconds))).isEqualTo(expected);
  }

  @Test
  void bar_halfway_showsShareRateAndTimeLeft() {
    var now = new Progress.Snapshot(500, 1000, 50_000_000, 100_000_000, 0, 0);

    assertThat(ProgressLine.bar(now, TimeUnit.SECONDS.toNanos(10)))
        .isEqualTo("[########........]  50%  500/1,000 files  50 MB/100 MB  5.0 MB/s  0:10 left");
  }

  @Test
  void bar_afterRestart_countsOnlyItsOwnSpeed() {
    var now = new Progress.Snapshot(600, 1000, 60_000_000, 100_000_000, 500, 50_000_000);

    assertThat(ProgressLine.plain(now, TimeUnit.SECONDS.toNanos(2)))
        .isEqualTo("600 of 1,000 files, 60 MB of 100 MB, 5.0 MB/s, 0:08 left");
  }

  @Test
  void bar_beforeTheFirstFile_promisesNothing() {
    var now = new Progress.Snapshot(0, 10, 0, 10, 0, 0);

    assertThat(ProgressLine.bar(now, 0)).endsWith("0 B/s  -:-- left");
  }

  @Test
  void bar_nothingToDo_isFull() {
    var now = new Progress.Snapshot(0, 0, 0, 0, 0, 0);

    assertThat(ProgressLine.bar(now, 1)).startsWith("[################] 100%").endsWith("writing");
  }

  @Test
  void bar_largeNumbers_fitsALine() {
    var now =
        new Progress.Snapshot(
            12_345_678, 123_456_789, 123_000_000_000L, 999_000_000_000_000L, 0, 0);

    assertThat(ProgressLine.bar(now, TimeUnit.MINUTES.toNanos(1)).length()).isLessThan(100);
  }
}
