package dev.treadle.executor;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import java.util.List;

/// A store that breaks after some writes, as if the process had died there.
final class RandomBreakingStore implements ForwardingStore {
  private final CheckpointStore store;
  private final boolean writesTheLast;
  private int left;

  /// @param writes how many succeed
  /// @param writesTheLast whether the one that fails is durable all the same
  RandomBreakingStore(CheckpointStore store, int writes, boolean writesTheLast) {
    this.store = store;
    this.left = writes;
    this.writesTheLast = writesTheLast;
  }

  @Override
  public CheckpointStore store() {
    return store;
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    if (left-- > 0) {
      return store.append(batch);
    }
    if (writesTheLast && left == -1) {
      var _ = store.append(batch);
    }
    throw new CommitUnknownException(location(), "broken by the test", null);
  }
}
