package dev.treadle.bench.durable;

import dev.treadle.checkpoint.sqlite.SqliteCheckpointStore;
import dev.treadle.executor.spi.CheckpointStore;
import java.nio.file.Path;

/// SQLite as it is unless asked otherwise.
public final class SqliteFullKind implements StoreKind {
  @Override
  public String name() {
    return "sqliteFull";
  }

  @Override
  public CheckpointStore open(Path folder) {
    return SqliteCheckpointStore.open(folder.resolve("runs.db"));
  }

  @Override
  public String durability() {
    return "every commit is forced to the device before anything follows from it";
  }
}
