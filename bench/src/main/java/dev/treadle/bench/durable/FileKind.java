package dev.treadle.bench.durable;

import dev.treadle.checkpoint.file.FileCheckpointStore;
import dev.treadle.executor.spi.CheckpointStore;
import java.nio.file.Path;

/// The store that appends to files.
public final class FileKind implements StoreKind {
  @Override
  public String name() {
    return "file";
  }

  @Override
  public CheckpointStore open(Path folder) {
    return FileCheckpointStore.open(folder.resolve("runs"));
  }

  @Override
  public String durability() {
    return "every commit is forced to the device before anything follows from it";
  }
}
