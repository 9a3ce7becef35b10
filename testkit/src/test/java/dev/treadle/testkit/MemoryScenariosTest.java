package dev.treadle.testkit;

import dev.treadle.executor.MemoryCheckpointStore;

final class MemoryScenariosTest extends ScenarioContract {
  @Override
  protected StorePlace emptyPlace() {
    return MemoryCheckpointStore.create()::reopen;
  }
}
