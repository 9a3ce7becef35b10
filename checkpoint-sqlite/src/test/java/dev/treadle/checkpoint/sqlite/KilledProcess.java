package dev.treadle.checkpoint.sqlite;

import dev.treadle.testkit.KilledRuns;
import java.nio.file.Path;

/// The process that [ManyRunsKillTest] kills.
final class KilledProcess {
  private KilledProcess() {}

  public static void main(String[] arguments) throws Exception {
    KilledRuns.main(() -> SqliteCheckpointStore.open(Path.of(arguments[0])), arguments);
  }
}
