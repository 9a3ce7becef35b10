package dev.treadle.testkit;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import java.util.List;

/// A store with a bug: it acknowledges a batch at once, and writes it when the next one comes.
///
/// Confined as the store behind it.
///
/// @param behind the store that has no bug
/// @param kept what is acknowledged and not written, empty at first
record HastyStore(CheckpointStore behind, List<StepCommit> kept) implements ForwardingStore {
  @Override
  public List<Integer> append(List<StepCommit> batch) {
    write();
    kept.addAll(batch);
    return List.of();
  }

  /// For all that reads.
  @Override
  public CheckpointStore store() {
    write();
    return behind;
  }

  private void write() {
    if (!kept.isEmpty()) {
      var _ = behind.append(List.copyOf(kept));
      kept.clear();
    }
  }

  @Override
  public String location() {
    return behind.location();
  }

  @Override
  public long epoch() {
    return behind.epoch();
  }

  @Override
  public boolean closedCleanly() {
    return behind.closedCleanly();
  }
}
