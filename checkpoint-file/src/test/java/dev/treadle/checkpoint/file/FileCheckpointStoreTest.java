package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.testkit.CheckpointStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class FileCheckpointStoreTest extends CheckpointStoreContract {
  @TempDir private Path folder;

  @Override
  protected CheckpointStore open() {
    return FileCheckpointStore.open(folder.resolve("runs"));
  }

  @Override
  protected CheckpointStore openOver(CheckpointStore former) {
    return Journals.openOver(folder.resolve("runs"), FileOptions.defaults());
  }
}
