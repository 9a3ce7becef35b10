package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.testkit.CheckpointStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class SqliteCheckpointStoreTest extends CheckpointStoreContract {
  @TempDir private Path folder;
  private int openings;

  @Override
  protected CheckpointStore open() {
    return SqliteCheckpointStore.open(folder.resolve("runs.db"));
  }

  @Override
  protected CheckpointStore openOver(CheckpointStore former) {
    var lockOfItsOwn = folder.resolve("lock-" + ++openings);
    return SqliteCheckpointStore.open(
        folder.resolve("runs.db"), SqliteOptions.defaults(), Driver.real(), lockOfItsOwn);
  }
}
