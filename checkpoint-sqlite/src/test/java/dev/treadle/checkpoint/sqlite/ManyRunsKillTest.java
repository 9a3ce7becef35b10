package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.testkit.KillHarness;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A thousand runs at once in a process that is killed outright, again and again.
final class ManyRunsKillTest {
  @TempDir private Path folder;

  /// On another file system, where there is one.
  @TempDir(factory = FolderInMemory.class)
  private Path logs;

  @Test
  void killedWithAThousandRuns_losesNothingAcknowledged_executesNothingAgain_completesAll()
      throws Exception {
    kill(KilledProcess.class, 8);
  }

  @Test
  @Tag("soak")
  void killedAHundredTimes_losesNothingAcknowledged_executesNothingAgain_completesAll()
      throws Exception {
    kill(KilledProcess.class, 100);
  }

  @Test
  void plantedBug_acknowledgingBeforeWriting_isCaught() {
    assertThatThrownBy(() -> kill(KilledProcess.Hasty.class, 20))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("acknowledged");
  }

  private void kill(Class<?> main, int times) throws Exception {
    long seed = Long.getLong("treadle.seed", System.nanoTime());
    var harness =
        new KillHarness(
            arguments -> Jvm.builder(main, "256m", arguments.toArray(String[]::new)),
            folder.resolve("runs.db"),
            logs,
            SqliteCheckpointStore::openReadOnly);
    System.out.println(harness.kill(times, seed));
  }
}
