package dev.treadle.bench.durable;

import dev.treadle.checkpoint.sqlite.SqliteCheckpointStore;
import dev.treadle.checkpoint.sqlite.SqliteOptions.Synchronous;
import dev.treadle.executor.spi.CheckpointStore;
import java.nio.file.Path;

/// SQLite that does not force each commit.
public final class SqliteNormalKind implements StoreKind {
  @Override
  public String name() {
    return "sqliteNormal";
  }

  @Override
  public CheckpointStore open(Path folder) {
    return SqliteCheckpointStore.open(
        folder.resolve("runs.db"), options -> options.withSynchronous(Synchronous.NORMAL));
  }

  @Override
  public String durability() {
    return "every commit survives the death of the process, the last ones not that of the machine";
  }
}
