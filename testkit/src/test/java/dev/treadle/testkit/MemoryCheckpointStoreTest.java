package dev.treadle.testkit;

import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointStore;

final class MemoryCheckpointStoreTest extends CheckpointStoreContract {
  private MemoryCheckpointStore latest = MemoryCheckpointStore.create();

  @Override
  protected CheckpointStore open() {
    latest = latest.reopen();
    return latest;
  }

  @Override
  protected CheckpointStore openOver(CheckpointStore former) {
    return open();
  }
}
