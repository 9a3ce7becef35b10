package dev.treadle.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    soak(SHORT, SHORT_LIFE, Leak.NONE);
  }

  /// The property `treadle.soak.seconds` says for how long, a minute unless set.
  @Test
  @Tag("soak")
  final void failuresUnderLoad_forLong_leaveNothingBehind() throws Exception {
    long seconds = Long.getLong("treadle.soak.seconds", 60);
    soak((int) Math.max(SHORT, seconds / LONG_LIFE.toSeconds()), LONG_LIFE, Leak.NONE);
  }

  /// What a store may leave behind each time it is opened.
  enum Leak {
    NONE,
    HEAP,
    DESCRIPTORS,
    THREADS,
    DISK
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  final void plantedBug_leavingSomethingBehind_isCaught(Leak leak) {
    assertThatThrownBy(() -> soak(SHORT, SHORT_LIFE, leak))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(leak.name().toLowerCase(Locale.ROOT) + " grows");
  }

  private void soak(int lives, Duration life, Leak leak) throws Exception {
    var runs = new SoakRuns();
    var footprints = new ArrayList<Footprint>();
    int failures = 0;
    try (var leaks = new Leaks(folder)) {
      for (int i = 0; i < lives; i++) {
        leaks.leak(leak);
        failures += live(runs, life, i % 4 != 3) ? 1 : 0;
        footprints.add(Footprint.now(folder));
      }
      Footprint.checkFlat(footprints);
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

  /// The bugs.
  private static final class Leaks implements AutoCloseable {
    private final Path folder;
    private final List<Object> heap = new ArrayList<>();
    private final List<FileChannel> descriptors = new ArrayList<>();
    private final CountDownLatch threads = new CountDownLatch(1);
    private int files;

    Leaks(Path folder) {
      this.folder = folder;
    }

    void leak(Leak leak) throws IOException {
      switch (leak) {
        case NONE -> {}
        case HEAP -> heap.add(new byte[1 << 21]);
        case DESCRIPTORS ->
            descriptors.add(
                FileChannel.open(
                    folder.resolve("leak"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        case THREADS -> Thread.ofPlatform().daemon().start(this::hang);
        case DISK -> Files.write(folder.resolve("leak-" + files++), new byte[1 << 20]);
      }
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
