package dev.treadle.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Power cuts and failed forces on a real file system. Needs root on Linux; elsewhere skipped.
public abstract class PowerCutContract {
  private static final String RUN = "a";

  @TempDir private Path folder;

  /// For subclasses.
  protected PowerCutContract() {}

  /// Opens the store.
  protected abstract CheckpointStore open(Path place);

  /// Opens one that forces nothing.
  protected abstract CheckpointStore openCareless(Path place);

  @Test
  final void powerCuts_loseNothingAcknowledged() throws Exception {
    losesNothing(8);
  }

  @Test
  @Tag("soak")
  final void aHundredPowerCuts_loseNothingAcknowledged() throws Exception {
    losesNothing(Integer.getInteger("treadle.soak.cuts", 100));
  }

  /// Without it the tests above would prove nothing.
  @Test
  final void control_thatForcesNothing_losesCommits() throws Exception {
    var report = cuts("forcing nothing", 8, this::openCareless);
    assertThat(report.lost() + report.damaged()).isPositive();
    checkControl(report.damaged());
  }

  /// What else is true of the store that forces nothing.
  ///
  /// @param damaged how often it could not be opened after a cut
  protected void checkControl(int damaged) {}

  private void losesNothing(int times) throws Exception {
    var report = cuts("forcing each commit", times, this::open);
    assertThat(report.lost()).isZero();
    assertThat(report.damaged()).isZero();
  }

  private PowerCuts.Report cuts(String how, int times, StoreOpener opener) throws Exception {
    long seed = Long.getLong("treadle.seed", System.nanoTime());
    var view = Files.createDirectory(folder.resolve("view"));
    try (var disk = LoopDisk.make(folder.resolve("image"), view, 48)) {
      var report = new PowerCuts(disk, view, opener).cut(times, seed);
      System.out.printf("%s, %s: %s%n", getClass().getSimpleName(), how, report);
      return report;
    }
  }

  /// A file system in a file on a disk that is full: what the system had taken can't be written.
  @Test
  final void failedForce_closesTheStore_andTheNextOpeningHasAllThatWasAcknowledged()
      throws Exception {
    failForce(this::open, this::audit);
  }

  @Test
  final void plantedBug_takingAFailedForceForDone_isCaught() throws Exception {
    failForce(
        place -> new Hopeful(open(place)),
        (place, acknowledged) ->
            assertThatThrownBy(() -> audit(place, acknowledged))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("lost"));
  }

  private void failForce(StoreOpener opener, ObjLongConsumer<Path> audit) throws Exception {
    var below = Files.createDirectory(folder.resolve("below"));
    try (var full = MemoryDisk.mount(below, 3)) {
      var view = Files.createDirectory(folder.resolve("view"));
      try (var disk = LoopDisk.make(below.resolve("image"), view, 24)) {
        var place = view.resolve("runs");
        long acknowledged = untilItFails(opener, place);
        full.grow(64);
        disk.restart();
        audit.accept(place, acknowledged);
        System.out.printf(
            "%s: a force failed after %d commits%n", getClass().getSimpleName(), acknowledged);
      }
    }
  }

  private static long untilItFails(StoreOpener opener, Path place) {
    var store = opener.open(place);
    long sequence = 1;
    StoreException failure = null;
    while (failure == null) {
      try {
        store.append(List.of(LinearRun.commit(RUN, sequence, new byte[20_000])));
        sequence++;
      } catch (CommitUnknownException | WriteRefusedException e) {
        failure = e;
      }
    }
    var next = List.of(LinearRun.commit(RUN, sequence, new byte[9]));
    assertThat(failure).isInstanceOf(CommitUnknownException.class);
    assertThatThrownBy(() -> store.append(next)).isInstanceOf(CommitUnknownException.class);
    store.close();
    return sequence - 1;
  }

  private void audit(Path place, long acknowledged) {
    try (var store = open(place)) {
      long sequence = LinearRun.sequence(store, RUN);
      assertThat(sequence)
          .as("%d acknowledged, %d lost", acknowledged, acknowledged - sequence)
          .isBetween(acknowledged, acknowledged + 1);
      assertThat(LinearRun.entries(store, RUN)).extracting("id").containsExactly(sequence - 1);
      assertThat(store.append(List.of(LinearRun.commit(RUN, sequence + 1, new byte[9])))).isEmpty();
    }
  }

  /// The bug: it takes the first commits that may be lost for done.
  private static final class Hopeful implements ForwardingStore {
    private final CheckpointStore behind;
    private int hope = 3;

    Hopeful(CheckpointStore behind) {
      this.behind = behind;
    }

    @Override
    public CheckpointStore store() {
      return behind;
    }

    @Override
    public List<Integer> append(List<StepCommit> batch) {
      try {
        return behind.append(batch);
      } catch (CommitUnknownException e) {
        if (hope-- > 0) {
          return List.of();
        }
        throw e;
      }
    }
  }
}
