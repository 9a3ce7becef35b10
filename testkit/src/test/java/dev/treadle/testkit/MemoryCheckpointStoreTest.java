package dev.treadle.testkit;

import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointStore;
import org.jspecify.annotations.Nullable;

final class MemoryCheckpointStoreTest extends CheckpointStoreContract {
  private @Nullable MemoryCheckpointStore latest;

  @Override
  protected CheckpointStore open() {
    latest = latest == null ? MemoryCheckpointStore.create() : latest.reopen();
    return latest;
  }

  @Override
  protected CheckpointStore openOver(CheckpointStore former) {
    return open();
  }
}
