package dev.treadle.testkit;

import dev.treadle.executor.spi.CheckpointStore;

/// Where the data of one store are, which outlive the processes that open it one after another. For
/// the memory store: `MemoryCheckpointStore.create()::reopen`.
///
/// Used by one thread.
@FunctionalInterface
public interface StorePlace {

  /// Opens the data; the former opening has been closed.
  ///
  /// @return the store, which the caller closes
  CheckpointStore open();
}
