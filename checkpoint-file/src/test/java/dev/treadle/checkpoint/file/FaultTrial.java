package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreFencedException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.util.List;
import java.util.Random;

/// Work on a disk on which one operation fails, or all from one on; then the process dies or the
/// power goes, and an operation of the next opening fails; and then all is well again.
final class FaultTrial {
  private static final int CHANGES = 14;
  private static final int LONGEST = 900;
  private static final long SEGMENT = 1100;
  private static final int MORE = 2;

  private final long seed;
  private final Workload work;
  private final WorkOnDisk.Maker maker;

  /// @param seed gives the work
  FaultTrial(long seed, WorkOnDisk.Maker maker) {
    this.seed = seed;
    this.work = Workload.of(seed, CHANGES, LONGEST);
    this.maker = maker;
  }

  /// Where what fails.
  ///
  /// @param at the number of the operation
  /// @param fault how it fails
  /// @param forEver whether all that follow fail so too
  /// @param second the number of an operation of the next opening that fails, or -1 for none
  /// @param secondFault how that one fails
  /// @param powerLoss whether the power goes, instead of the process alone
  record Plan(
      long at, Fault fault, boolean forEver, int second, Fault secondFault, boolean powerLoss) {}

  /// The operations that the work takes when nothing fails.
  List<Fault.Operation> operations() {
    var disk = new SimulatedDisk();
    var done = work(disk);
    done.run(() -> {});
    done.close();
    var all = List.copyOf(disk.operations());
    assertThat(done.check(disk)).isEqualTo(CHANGES);
    return all;
  }

  /// Tries a plan.
  ///
  /// @return how many faults were met, 0 to 2, or more if the first is for ever
  int run(Plan plan) {
    try {
      return tried(plan);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "new FaultTrial(%d, WorkOnDisk::opened).run(new %s)".formatted(seed, plan), e);
    }
  }

  private int tried(Plan plan) {
    var random = new Random(seed * 1_000_003 + plan.toString().hashCode());
    var disk = new SimulatedDisk();
    disk.faults(n -> n == plan.at || (plan.forEver && n > plan.at) ? plan.fault : null);
    var done = work(disk);
    boolean patient = random.nextBoolean() && !plan.forEver;
    attempt(() -> work(done, patient));
    int fired = disk.fired();
    disk.faults(_ -> null);
    var next = plan.powerLoss ? disk.cutPower(random) : disk;
    if (plan.second >= 0) {
      next.faults(n -> n == plan.second ? plan.secondFault : null);
      attempt(() -> done.on(next, done.made()).open());
      fired += next.fired();
      next.faults(_ -> null);
    }
    var last = random.nextBoolean() ? next.cutPower(random) : next;
    int held = done.check(last);
    done.goOn(last, held, MORE);
    return fired;
  }

  private WorkOnDisk work(SimulatedDisk disk) {
    return new WorkOnDisk(work, disk, SEGMENT, maker);
  }

  /// @param patient whether what was refused is tried again
  private static void work(WorkOnDisk done, boolean patient) {
    done.open();
    while (!done.isDone()) {
      try {
        done.make();
      } catch (WriteRefusedException e) {
        done.refused();
        if (!patient || done.isOpening()) {
          return;
        }
        done.checkSeen();
      } catch (StoreFencedException e) {
        done.refused();
        return;
      }
    }
    done.close();
  }

  /// Until something fails of which the process dies.
  private static void attempt(Runnable part) {
    try {
      part.run();
    } catch (StoreDamagedException e) {
      throw new AssertionError("a fault was taken for damage", e);
    } catch (StoreException e) {
      assertThat(e).hasMessageContaining("disk");
    } catch (OutOfMemoryError e) {
      assertThat(e).hasMessage("planted");
    }
  }
}
