package dev.treadle.checkpoint.sqlite;

import dev.treadle.proof.FolderInMemory;
import dev.treadle.testkit.ScenarioContract;
import dev.treadle.testkit.StorePlace;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The thousands of deaths are of a process, not of the machine, so the database may lie in a file
/// system in memory, where a sync costs nothing.
final class SqliteScenariosTest extends ScenarioContract {
  @TempDir(factory = FolderInMemory.class)
  private Path folder;

  @Override
  protected StorePlace emptyPlace() {
    return () -> SqliteCheckpointStore.open(folder.resolve("runs.db"));
  }
}
