package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// States that a disk may be in after its power was cut: what was not forced is there or not, in
/// any order, sector by sector. Each is opened, and must hold what was acknowledged.
final class CrashStatesTest {
  private static final long BUILD = 50_000;
  private static final long SOAK = Long.getLong("treadle.soak.crashes", 20_000_000);
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);

  @Test
  void whateverAPowerLossLeaves_opens_andHoldsWhatWasAcknowledged_once() {
    run(1, BUILD);
  }

  @Test
  @Tag("soak")
  void manyMoreStates_openAndHoldWhatWasAcknowledged() {
    run(SEED, SOAK);
  }

  private static void run(long seed, long count) {
    long states = Seeds.until(seed, count, each -> CrashStates.of(each, _ -> {}));
    System.out.printf("%d states after power losses, from seed %d on%n", states, seed);
  }

  @Test
  void theWork_beginsFiles_movesWhatIsNeeded_deletesFiles_andForgetsOldRuns() {
    var disk = new SimulatedDisk();
    var work = CrashStates.work(1);
    var done = new WorkOnDisk(work, disk, 1500);
    done.run(() -> {});
    var segments = disk.segments();
    assertThat(segments.getFirst()).as("deleted").isGreaterThan(5);
    assertThat(segments).as("there").hasSizeGreaterThan(1);
    assertThat(done.check(disk)).isEqualTo(work.size());
    assertThat(work.after(work.size()).runs()).hasSizeGreaterThan(done.shown(disk).runs().size());
  }

  @Test
  void plantedBug_filesThatAreNotForced_isCaught() {
    assertCaught(SimulatedDisk::lieOfFiles);
  }

  @Test
  void plantedBug_namesThatAreNotForced_isCaught() {
    assertCaught(SimulatedDisk::lieOfNames);
  }

  private static void assertCaught(Consumer<SimulatedDisk> bug) {
    assertThatThrownBy(() -> CrashStates.of(1, bug))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("states of CrashStates.of(1, ");
  }
}
