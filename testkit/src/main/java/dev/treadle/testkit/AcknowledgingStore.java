package dev.treadle.testkit;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.StepCommit;
import java.util.List;

/// Notes each commit when the store has acknowledged it, before the executor hears of it.
///
/// Confined as the store behind it.
record AcknowledgingStore(CheckpointStore store, KillLog log) implements ForwardingStore {
  @Override
  public List<Integer> append(List<StepCommit> batch) {
    var refused = store.append(batch);
    var lines = new StringBuilder();
    for (int i = 0; i < batch.size(); i++) {
      if (!refused.contains(i)) {
        line(batch.get(i), lines);
      }
    }
    log.write(lines);
    return refused;
  }

  private static void line(StepCommit commit, StringBuilder lines) {
    var header = commit.header();
    lines.append("C ").append(header.id()).append(' ').append(header.sequence());
    for (IdRange range : commit.removes()) {
      for (long id = range.first(); id <= range.last(); id++) {
        lines.append(' ').append(id);
      }
    }
    lines.append('\n');
  }
}
