package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Journals that end anywhere, as a death in the midst of a write leaves them.
final class PrefixesTest {
  private static final long WORKLOADS = 20;
  private static final long LEAST = 1_000_000;
  private static final long SOAK = Long.getLong("treadle.soak.prefixes", 100_000_000);
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);

  @Test
  void everyPrefix_ofTheJournalsOf20Workloads_showsWhatWasAcknowledged() {
    long all =
        LongStream.rangeClosed(1, WORKLOADS)
            .parallel()
            .map(seed -> Prefixes.of(seed, Arrays::copyOfRange))
            .sum();
    System.out.printf("%d prefixes of the journals of %d workloads%n", all, WORKLOADS);
    assertThat(all).isGreaterThanOrEqualTo(LEAST);
  }

  @Test
  @Tag("soak")
  void manyMorePrefixes_showWhatWasAcknowledged() {
    long all = Seeds.until(SEED, SOAK, seed -> Prefixes.of(seed, Arrays::copyOfRange));
    System.out.printf("%d prefixes of journals, from seed %d on%n", all, SEED);
  }

  @Test
  void plantedBug_aFrameWithoutAChecksum_isCaught() {
    assertThatThrownBy(() -> Prefixes.of(1, PrefixesTest::sealed))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("prefixes of Prefixes.of(1, ");
  }

  /// A torn frame that looks whole, as all do where nothing is checked.
  private static byte[] sealed(byte[] segment, int at, int end) {
    var frame = new Encoder();
    frame.raw(segment, at, end - at);
    if (end - at >= Frame.HEAD) {
      var head = Frame.head(segment, at);
      Frame.seal(frame, Arrays.copyOfRange(segment, 32, 40), head.sequence(), head.epoch());
    }
    return frame.copy(0, frame.size());
  }
}
