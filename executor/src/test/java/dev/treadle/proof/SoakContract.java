package dev.treadle.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Load for a while, and again and again a failure of the store that closes it, or an orderly end:
/// memory, descriptors, threads and files stay as they are, and all runs complete.
public abstract class SoakContract {
  private static final int SHORT = 12;
  private static final Duration SHORT_LIFE = Duration.ofMillis(100);
  private static final Duration LONG_LIFE = Duration.ofSeconds(2);

  @TempDir private Path folder;

  /// For subclasses.
  protected SoakContract() {}

  /// Opens the store, which keeps few finished runs.
  protected abstract CheckpointStore open(Path place);

  /// Makes one of the next operations of the opened store on its files fail, so that it closes
  /// itself. Called by the store's thread.
  protected abstract void fail();

  @Test
  final void failuresUnderLoad_leaveNothingBehind() throws Exception {
    assertThat(soak(SHORT, SHORT_LIFE, () -> {})).isEmpty();
  }

  /// The property `treadle.soak.seconds` says for how long, a minute unless set.
  @Test
  @Tag("soak")
  final void failuresUnderLoad_forLong_leaveNothingBehind() throws Exception {
    long seconds = Long.getLong("treadle.soak.seconds", 60);
    int lives = (int) Math.max(SHORT, seconds / LONG_LIFE.toSeconds());
    assertThat(soak(lives, LONG_LIFE, () -> {})).isEmpty();
  }

  @Test
  final void plantedBugs_leavingSomethingBehindAtEachOpening_areCaught() throws Exception {
    try (var leaks = new Leaks(folder)) {
      var grown = soak(SHORT, SHORT_LIFE, leaks::leak);
      assertThat(grown)
          .extracting(what -> what.substring(0, what.indexOf(' ')))
          .containsExactly("heap", "descriptors", "threads", "disk");
    }
  }

  /// What is done before each life.
  private interface Before {
    void life() throws IOException;
  }

  /// @return what has grown
  private List<String> soak(int lives, Duration life, Before before) throws Exception {
    var runs = new SoakRuns();
    var footprints = new ArrayList<Footprint>();
    int failures = 0;
    for (int i = 0; i < lives; i++) {
      before.life();
      failures += live(runs, life, i % 4 != 3) ? 1 : 0;
      footprints.add(Footprint.now(folder));
    }
    assertThat(runs.completed()).isGreaterThan(lives);
    System.out.printf(
        "%s: %d lives of %s, %d failures, %d runs, at first %s, in the end %s%n",
        getClass().getSimpleName(),
        lives,
        life,
        failures,
        runs.completed(),
        footprints.get(lives / 3),
        footprints.getLast());
    return Footprint.grown(footprints);
  }

  /// @return whether the store has failed
  private boolean live(SoakRuns runs, Duration life, boolean failing) throws InterruptedException {
    var store = new Failing(open(folder.resolve("runs")));
    try (var executor = WorkflowExecutor.create(store)) {
      var lanes = runs.begin(executor);
      if (!store.failed.await(life.toMillis(), TimeUnit.MILLISECONDS)) {
        store.failing = failing;
      }
      if (!failing) {
        runs.stop();
      }
      for (var lane : lanes) {
        assertThat(lane.join(Duration.ofSeconds(30))).as("a run hangs").isTrue();
      }
    }
    assertThat(store.failed.getCount() == 0).as("the store has failed").isEqualTo(failing);
    return failing;
  }

  /// Fails when told to, and notes that it did.
  private final class Failing implements ForwardingStore {
    private final CheckpointStore behind;
    private final CountDownLatch failed = new CountDownLatch(1);
    private volatile boolean failing;

    Failing(CheckpointStore behind) {
      this.behind = behind;
    }

    @Override
    public CheckpointStore store() {
      return behind;
    }

    @Override
    public List<Integer> append(List<StepCommit> batch) {
      if (failing) {
        failing = false;
        fail();
      }
      try {
        return behind.append(batch);
      } catch (RuntimeException e) {
        failed.countDown();
        throw e;
      }
    }
  }

  /// What a store with bugs would leave behind.
  private static final class Leaks implements AutoCloseable {
    private final Path folder;
    private final List<Object> heap = new ArrayList<>();
    private final List<FileChannel> descriptors = new ArrayList<>();
    private final CountDownLatch threads = new CountDownLatch(1);
    private int files;

    Leaks(Path folder) {
      this.folder = folder;
    }

    void leak() throws IOException {
      heap.add(new byte[1 << 21]);
      descriptors.add(
          FileChannel.open(
              folder.resolve("leak"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      for (int i = 0; i < 3; i++) {
        Thread.ofPlatform().daemon().start(this::hang);
      }
      Files.write(folder.resolve("leak-" + files++), new byte[1 << 20]);
    }

    private void hang() {
      try {
        threads.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() throws IOException {
      threads.countDown();
      for (var descriptor : descriptors) {
        descriptor.close();
      }
    }
  }
}
