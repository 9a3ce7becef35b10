package dev.treadle.checkpoint.file;

import dev.treadle.proof.FolderInMemory;
import dev.treadle.testkit.ScenarioContract;
import dev.treadle.testkit.StorePlace;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The thousands of deaths are of a process, not of the machine, so the journal may lie in a file
/// system in memory, where a sync costs nothing.
final class FileScenariosTest extends ScenarioContract {
  @TempDir(factory = FolderInMemory.class)
  private Path folder;

  @Override
  protected StorePlace emptyPlace() {
    return () -> FileCheckpointStore.open(folder.resolve("runs"));
  }
}
