package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.proof.FullDiskContract;
import java.nio.file.Path;

final class FullDiskTest extends FullDiskContract {
  @Override
  protected CheckpointStore open(Path place) {
    return FileCheckpointStore.open(place, _ -> Journals.SMALL);
  }
}
