package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.proof.InterruptContract;
import java.nio.file.Path;

final class InterruptTest extends InterruptContract {
  @Override
  protected CheckpointStore open(Path place) {
    return SqliteCheckpointStore.open(place);
  }
}
