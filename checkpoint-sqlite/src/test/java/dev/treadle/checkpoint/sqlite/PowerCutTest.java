package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.treadle.checkpoint.sqlite.SqliteOptions.Synchronous;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Power cuts and failed forces on a real file system. Needs root on Linux; elsewhere skipped.
final class PowerCutTest {
  private static final String RUN = "a";

  @TempDir private Path folder;

  @Test
  void powerCuts_loseNothingAcknowledged() throws Exception {
    assertThat(cuts(8, Synchronous.FULL)).isZero();
  }

  @Test
  @Tag("soak")
  void aHundredPowerCuts_loseNothingAcknowledged() throws Exception {
    assertThat(cuts(100, Synchronous.FULL)).isZero();
  }

  /// Without it the tests above would prove nothing: a store that does not force each commit loses
  /// some.
  @Test
  void control_thatForcesNoCommit_losesCommits_thoughNotTheDatabase() throws Exception {
    assertThat(cuts(8, Synchronous.NORMAL)).isPositive();
  }

  /// A file system in a file on a disk that is full: what the system had taken can't be written.
  @Test
  void failedForce_closesTheStore_andTheNextOpeningHasAllThatWasAcknowledged() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root mounts");
    var below = Files.createDirectory(folder.resolve("below"));
    assumeTrue(
        LoopDisk.run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", below.toString()),
        "this root can't mount");
    try {
      var view = Files.createDirectory(folder.resolve("view"));
      try (var disk = LoopDisk.make(below.resolve("image"), view, 24)) {
        long acknowledged = untilItFails(view.resolve("runs.db"));
        assertThat(LoopDisk.run("mount", "-o", "remount,size=64m", below.toString())).isTrue();
        disk.restart();
        System.out.printf("a force failed after %d commits%n", acknowledged);
        audit(view.resolve("runs.db"), acknowledged, 0);
      }
    } finally {
      assertThat(LoopDisk.run("umount", below.toString())).isTrue();
    }
  }

  private static long untilItFails(Path file) {
    var store = SqliteCheckpointStore.open(file);
    long sequence = 1;
    StoreException failure = null;
    while (failure == null) {
      try {
        store.append(List.of(Runs.linear(RUN, sequence, new byte[20_000])));
        sequence++;
      } catch (CommitUnknownException | WriteRefusedException e) {
        failure = e;
      }
    }
    var next = List.of(Runs.linear(RUN, sequence));
    assertThat(failure).isInstanceOf(CommitUnknownException.class);
    assertThatThrownBy(() -> store.append(next)).isInstanceOf(CommitUnknownException.class);
    store.close();
    return sequence - 1;
  }

  /// How many commits that were acknowledged are lost, in all.
  private long cuts(int times, Synchronous synchronous) throws Exception {
    long seed = Long.getLong("treadle.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    var view = Files.createDirectory(folder.resolve("view"));
    long lost = 0;
    long commits = 0;
    try (var disk = LoopDisk.make(folder.resolve("image"), view, 48)) {
      for (int cut = 0; cut < times; cut++) {
        var file = view.resolve("runs.db");
        long acknowledged = cut(disk, file, synchronous, random.nextInt(1, 60));
        disk.restart();
        lost += audit(file, acknowledged, synchronous == Synchronous.FULL ? 0 : acknowledged);
        commits += acknowledged;
        for (var suffix : List.of("", "-wal", "-shm")) {
          Files.deleteIfExists(Path.of(file + suffix));
        }
      }
    }
    System.out.printf(
        "%s: %d power cuts, %d commits acknowledged, %d lost (-Dtreadle.seed=%d)%n",
        synchronous, times, commits, lost, seed);
    return lost;
  }

  /// Commits until the power is cut, which is at any moment after so many commits.
  ///
  /// @return how many were acknowledged before the cut
  private static long cut(LoopDisk disk, Path file, Synchronous synchronous, int after)
      throws InterruptedException {
    var acknowledged = new AtomicLong();
    var begun = new CountDownLatch(after);
    var failed = new CountDownLatch(1);
    var writer =
        Thread.ofPlatform()
            .start(() -> {
              try (var store =
                  SqliteCheckpointStore.open(file, set -> set.withSynchronous(synchronous))) {
                for (long sequence = 1; failed.getCount() > 0; sequence++) {
                  store.append(List.of(Runs.linear(RUN, sequence, new byte[700])));
                  acknowledged.set(sequence);
                  begun.countDown();
                }
              } catch (StoreException e) {
                failed.countDown();
              }
            });
    begun.await();
    long before = acknowledged.get(); // a force that the ioctl overtakes may report success
    disk.cut();
    failed.await();
    writer.join();
    return before;
  }

  /// Opens and goes on; fails if more than so many acknowledged commits are lost.
  private static long audit(Path file, long acknowledged, long mayBeLost) {
    try (var store = SqliteCheckpointStore.open(file)) {
      long sequence = Runs.sequence(store, RUN);
      assertThat(acknowledged - sequence)
          .as("lost, of %d acknowledged", acknowledged)
          .isLessThanOrEqualTo(mayBeLost);
      if (sequence > 0) {
        assertThat(Runs.entries(store, RUN)).extracting("id").containsExactly(sequence - 1);
      }
      assertThat(store.append(List.of(Runs.linear(RUN, sequence + 1)))).isEmpty();
      return Math.max(0, acknowledged - sequence);
    }
  }
}
