package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every bit of a journal flips, and sectors are zeroed, swapped, doubled and stale.
final class DamageSweepTest {
  private static final int JOURNAL = 1 << 16;
  private static final int FLIPS = 500_000;
  private static final int OPENED = 101;
  private static final long SECTORS = 6_000;
  private static final long SOAK = Long.getLong("treadle.soak.damages", 50_000_000);
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);

  /// What a store without checksums would see.
  private interface Mend {
    void mend(byte[] bytes, JournalFrame frame);
  }

  @Test
  void everyBitThatFlips_isNoticed_andNeverReadAsSomethingElse() throws Exception {
    int flips = flips(1, OPENED, (_, _) -> {});
    System.out.printf("%d bits flipped, the store opened for each %dth%n", flips, OPENED);
    assertThat(flips).isGreaterThanOrEqualTo(FLIPS);
  }

  @Test
  void sectorsThatAreZeroedSwappedDoubledOrStale_areNoticed() throws Exception {
    long sectors = sectors(1, SECTORS);
    System.out.printf("%d sectors zeroed, swapped, doubled or stale%n", sectors);
  }

  @Test
  @Tag("soak")
  void manyMoreDamages_areNoticed() throws Exception {
    long damages = 0;
    for (long seed = SEED; damages < SOAK; seed++) {
      damages += flips(seed, 17, (_, _) -> {}) + sectors(seed, 200_000);
    }
    System.out.printf("%d damages, from seed %d on%n", damages, SEED);
  }

  @Test
  void plantedBug_framesWithoutChecksums_areCaught() {
    assertThatThrownBy(() -> flips(1, OPENED, DamageSweepTest::seal))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("of journal 1")
        .hasRootCauseMessage("the frame at 44 is taken for whole");
  }

  @Test
  void plantedBug_damageThatIsNotReported_isCaught() throws Exception {
    var journal = new DamagedJournal(1, JOURNAL);
    var frame = journal.frames().get(journal.frames().size() / 2);
    var bytes = journal.bytes();
    bytes[frame.end() - 2] ^= 1;
    seal(bytes, frame);
    assertThatThrownBy(() -> journal.check(bytes, false)).isInstanceOf(AssertionError.class);
  }

  private static int flips(long seed, int each, Mend mend) throws MalformedException {
    var journal = new DamagedJournal(seed, JOURNAL);
    var bytes = journal.bytes();
    int bits = 0;
    try {
      for (; bits < SegmentHead.SIZE * 8; bits++) {
        flip(bytes, bits);
        assertThat(journal.check(bytes, false)).isFalse();
        flip(bytes, bits);
      }
      for (var frame : journal.frames()) {
        for (; bits < frame.end() * 8; bits++) {
          flip(bytes, bits);
          mend.mend(bytes, frame);
          frame.check(bytes);
          if (bits % each == 0) {
            journal.check(bytes, false);
          }
          flip(bytes, bits);
        }
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("bit %d of journal %d".formatted(bits, seed), e);
    }
    return bits;
  }

  private static void flip(byte[] bytes, int bit) {
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
  }

  private static void seal(byte[] bytes, JournalFrame frame) {
    var sealed = new Encoder();
    sealed.raw(bytes, frame.at(), frame.end() - frame.at());
    var head = Frame.head(bytes, frame.at());
    Frame.seal(sealed, frame.salt(), head.sequence(), head.epoch());
    System.arraycopy(sealed.copy(0, sealed.size()), 0, bytes, frame.at(), sealed.size());
  }

  private static long sectors(long seed, long count) throws MalformedException {
    var journal = new DamagedJournal(seed, JOURNAL);
    var stale = new DamagedJournal(seed + 1, JOURNAL).bytes();
    var random = new Random(seed);
    long done = 0;
    while (done < count) {
      var bytes = journal.bytes();
      int kind = done < SECTORS / 40 ? 0 : 1 + random.nextInt(3);
      var what = damageSectors(bytes, stale, random, kind);
      try {
        journal.check(bytes, kind == 1 || kind == 2);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("%s, damage %d to journal %d".formatted(what, done, seed), e);
      }
      done++;
    }
    return done;
  }

  /// @param kind 0: zeros, 1: one for the other, 2: one as the other, 3: of another journal
  private static String damageSectors(byte[] bytes, byte[] stale, Random random, int kind) {
    int size = SimulatedFile.SECTOR;
    int sectors = bytes.length / size;
    int one = random.nextInt(sectors);
    int other = (one + random.nextInt(1, sectors)) % sectors;
    var before = bytes.clone();
    switch (kind) {
      case 0 -> Arrays.fill(bytes, one * size, (one + 1) * size, (byte) 0);
      case 1 -> {
        System.arraycopy(before, one * size, bytes, other * size, size);
        System.arraycopy(before, other * size, bytes, one * size, size);
      }
      case 2 -> System.arraycopy(before, one * size, bytes, other * size, size);
      default -> System.arraycopy(stale, other * size, bytes, one * size, size);
    }
    return "sectors %d and %d, kind %d".formatted(one, other, kind);
  }
}
