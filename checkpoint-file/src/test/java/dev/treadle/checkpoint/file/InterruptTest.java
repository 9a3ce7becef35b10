package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.proof.InterruptContract;
import java.nio.file.Path;

final class InterruptTest extends InterruptContract {
  @Override
  protected CheckpointStore open(Path place) {
    return FileCheckpointStore.open(place);
  }
}
