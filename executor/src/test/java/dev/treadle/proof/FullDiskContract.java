package dev.treadle.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.TreadleException;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.WriteRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk that becomes full: an ext4 file system, most of which another file takes until there is
/// room again. Needs root on Linux; elsewhere skipped.
@Timeout(180)
public abstract class FullDiskContract {
  private static final int SIZE = 64;
  private static final int FREE = 4;

  @TempDir private Path folder;

  /// For subclasses.
  protected FullDiskContract() {}

  /// Opens the store.
  protected abstract CheckpointStore open(Path place);

  @Test
  final void runs_onAFullDisk_areSuspended_andGoOnWhenThereIsRoom_withoutExecutingAgain()
      throws Exception {
    onSmallDisk(
        (place, ballast) -> new FullDiskRuns(this::open, store -> store).drive(place, ballast));
  }

  @Test
  final void append_onAFullDisk_losesNothing_andGoesOnWhenThereIsRoom() throws Exception {
    onSmallDisk(this::fill);
  }

  @Test
  final void plantedBug_takingARefusedCommitForDone_isCaught() throws Exception {
    catches(ClumsyStore.Bug.TAKES_REFUSED_FOR_DONE);
  }

  @Test
  final void plantedBug_writingHalfOfARefusedBatch_isCaught() throws Exception {
    catches(ClumsyStore.Bug.WRITES_HALF);
  }

  @Test
  final void plantedBug_givingUpOnAFullDisk_isCaught() throws Exception {
    catches(ClumsyStore.Bug.GIVES_UP);
  }

  private void catches(ClumsyStore.Bug bug) throws Exception {
    onSmallDisk((place, ballast) -> {
      var runs = new FullDiskRuns(this::open, store -> new ClumsyStore(store, bug));
      assertThatThrownBy(() -> runs.drive(place, ballast))
          .isInstanceOfAny(AssertionError.class, TreadleException.class);
    });
  }

  /// What is done on a disk.
  private interface Work {
    void on(Path place, Path ballast) throws Exception;
  }

  private void onSmallDisk(Work work) throws Exception {
    var view = Files.createDirectory(folder.resolve("view"));
    try (var _ = LoopDisk.make(folder.resolve("image"), view, SIZE)) {
      var ballast = view.resolve("ballast");
      long room = Files.getFileStore(view).getUsableSpace();
      try (var out = Files.newOutputStream(ballast)) {
        for (long left = room / (1 << 20) - FREE; left > 0; left--) {
          out.write(new byte[1 << 20]);
        }
      }
      work.on(view.resolve("runs"), ballast);
    }
  }

  private void fill(Path place, Path ballast) throws Exception {
    var payload = new byte[20_000];
    int acknowledged = 0;
    try (var store = open(place)) {
      while (append(store, acknowledged + 1, payload)) {
        acknowledged++;
      }
      assertThat(acknowledged).isBetween(5, 2 * FREE * (1 << 20) / payload.length);
      var next = commit(acknowledged + 1, payload);
      assertThatThrownBy(() -> store.append(next)).isInstanceOf(WriteRefusedException.class);
      assertThat(store.list(RunQuery.all(1000))).hasSize(acknowledged);
      Files.delete(ballast);
      assertThat(store.append(next)).isEmpty();
      acknowledged++;
    }
    try (var store = open(place)) {
      assertThat(store.list(RunQuery.all(1000))).hasSize(acknowledged);
      for (int i = 1; i <= acknowledged; i++) {
        assertThat(LinearRun.entries(store, "run-" + i)).hasSize(1);
      }
    }
  }

  private static boolean append(CheckpointStore store, int run, byte[] payload) {
    try {
      return store.append(commit(run, payload)).isEmpty();
    } catch (WriteRefusedException e) {
      return false;
    }
  }

  private static List<StepCommit> commit(int run, byte[] payload) {
    return List.of(LinearRun.commit("run-" + run, 1, payload));
  }
}
