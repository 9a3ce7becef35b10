package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Consumer;

/// Work on a disk whose power may be cut at any moment: makes states that it may be in then, and
/// looks at each.
final class CrashStates {
  private static final int EACH = 12;
  private static final int EACH_RECOVERED = 120;
  private static final int EACH_CONTINUED = 90;
  private static final int MORE = 3;
  private static final int EACH_IN_RECOVERY = 2;

  private final Random random;
  private final WorkOnDisk done;
  private final SimulatedDisk disk = new SimulatedDisk();
  private long states;

  private CrashStates(long seed) {
    this.random = new Random(seed);
    this.done = new WorkOnDisk(work(seed), disk, random.nextInt(1, 6) * 1500L);
  }

  /// Makes and looks at the states that belong to a seed.
  ///
  /// @param bug done to the disk before work begins
  /// @return how many there were
  static long of(long seed, Consumer<SimulatedDisk> bug) {
    var states = new CrashStates(seed);
    try {
      bug.accept(states.disk);
      states.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "after %d states of CrashStates.of(%d, _ -> {})".formatted(states.states, seed), e);
    }
    return states.states;
  }

  static Workload work(long seed) {
    return Workload.of(seed, 60, seed % 4 == 0 ? 8000 : 1500);
  }

  private void run() {
    disk.afterChange(() -> states(EACH));
    done.run(() -> states(1));
  }

  private void states(int count) {
    for (int i = disk.isDirty() ? count : 1; i > 0; i--) {
      var left = disk.cutPower(random);
      if (++states % EACH_RECOVERED == 0) {
        recover(left);
      }
      int held = done.check(left);
      if (states % EACH_CONTINUED == 0) {
        done.goOn(left, held, MORE);
      }
    }
  }

  /// The power goes once more, while the store is opened.
  private void recover(SimulatedDisk left) {
    var torn = done.torn(left);
    left.afterChange(() -> {
      for (int i = 0; i < EACH_IN_RECOVERY; i++) {
        states++;
        var twice = left.cutPower(random);
        done.check(twice);
        assertThat(torn.length == 0 || twice.holds(".cut-", torn)).as("what was cut off").isTrue();
      }
    });
    done.check(left);
    left.afterChange(() -> {});
  }
}
