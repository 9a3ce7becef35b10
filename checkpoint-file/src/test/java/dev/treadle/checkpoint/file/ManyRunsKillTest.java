package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.proof.FolderInMemory;
import dev.treadle.proof.Jvm;
import dev.treadle.testkit.KillContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

final class ManyRunsKillTest extends KillContract {
  @TempDir private Path folder;

  /// On another file system, where there is one.
  @TempDir(factory = FolderInMemory.class)
  private Path logs;

  @Override
  protected ProcessBuilder process(List<String> arguments) {
    return Jvm.builder(KilledProcess.class, "256m", arguments.toArray(String[]::new));
  }

  @Override
  protected CheckpointReader reader(Path place) {
    return FileCheckpointStore.openReadOnly(place);
  }

  @Override
  protected Path place() {
    return folder.resolve("runs");
  }

  @Override
  protected Path logs() {
    return logs;
  }

  @Override
  protected void report(String counts) {
    System.out.println(counts);
  }
}
