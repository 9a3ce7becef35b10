package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.proof.FolderInMemory;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a store with many runs takes: memory, and time to open.
final class FootprintTest {
  private static final int LIVE = 10_000;
  private static final int FINISHED = 90_000;
  private static final int BATCH = 1_000;

  @TempDir(factory = FolderInMemory.class)
  private Path folder;

  @Test
  void manyRuns_takeLittleMemory_andOpenSoon() {
    var runs = folder.resolve("runs");
    write(runs);
    long before = used();
    long start = System.nanoTime();
    var store = FileCheckpointStore.open(runs, o -> o.withRetention(Retention.all()));
    var took = Duration.ofNanos(System.nanoTime() - start);
    long each = (used() - before) / (LIVE + FINISHED);
    System.out.printf(
        "%d runs: %d bytes of heap each, opened in %s%n", LIVE + FINISHED, each, took);
    assertThat(each).isBetween(50L, 500L);
    assertThat(took).isLessThan(Duration.ofSeconds(30));
    assertThat(Journals.sequence(store, "live-17")).isEqualTo(2);
    store.close();
  }

  private static void write(Path runs) {
    var payload = "x".repeat(200);
    try (var store = FileCheckpointStore.open(runs, o -> o.withRetention(Retention.all()))) {
      write(store, "finished-", FINISHED, RunStatus.COMPLETED, payload);
      write(store, "live-", LIVE, RunStatus.RUNNING, payload);
    }
  }

  private static void write(
      FileCheckpointStore store, String prefix, int runs, RunStatus status, String payload) {
    for (int from = 0; from < runs; from += BATCH) {
      var batch = new ArrayList<StepCommit>();
      for (int i = from; i < from + BATCH; i++) {
        batch.add(Journals.linear(prefix + i, 1, payload));
        batch.add(Journals.commit(prefix + i, 2, status, Journals.CREATED, payload));
      }
      assertThat(store.append(batch)).isEmpty();
    }
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
