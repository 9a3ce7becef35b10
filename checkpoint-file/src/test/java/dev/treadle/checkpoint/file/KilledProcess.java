package dev.treadle.checkpoint.file;

import dev.treadle.testkit.KilledRuns;
import java.nio.file.Path;

/// The process that [ManyRunsKillTest] kills.
final class KilledProcess {
  private KilledProcess() {}

  public static void main(String[] arguments) throws Exception {
    KilledRuns.main(
        () -> FileCheckpointStore.open(Path.of(arguments[0]), o -> o.withSegmentSize(1 << 20)),
        arguments);
  }
}
