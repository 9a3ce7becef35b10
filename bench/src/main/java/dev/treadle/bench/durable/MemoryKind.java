package dev.treadle.bench.durable;

import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointStore;
import java.nio.file.Path;

/// The store for tests: what durable runs cost without a disk.
public final class MemoryKind implements StoreKind {
  @Override
  public String name() {
    return "memory";
  }

  @Override
  public CheckpointStore open(Path folder) {
    return MemoryCheckpointStore.create();
  }

  @Override
  public String durability() {
    return "nothing: a map in memory, for tests";
  }
}
