package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import java.util.List;
import java.util.Optional;

/// A store that breaks after some writes, as if the process had died there.
final class RandomBreakingStore implements CheckpointStore {
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
  public List<Integer> append(List<StepCommit> batch) {
    if (left-- > 0) {
      return store.append(batch);
    }
    if (writesTheLast && left == -1) {
      var _ = store.append(batch);
    }
    throw new CommitUnknownException(location(), "broken by the test", null);
  }

  @Override
  public long epoch() {
    return store.epoch();
  }

  @Override
  public boolean closedCleanly() {
    return store.closedCleanly();
  }

  @Override
  public void discardUnfinished(RunId run) {
    store.discardUnfinished(run);
  }

  @Override
  public boolean delete(RunId run) {
    return store.delete(run);
  }

  @Override
  public Optional<RunHeader> find(RunId run) {
    return store.find(run);
  }

  @Override
  public List<Entry> entries(RunId run, long afterId, int limit) {
    return store.entries(run, afterId, limit);
  }

  @Override
  public List<RunHeader> list(RunQuery query) {
    return store.list(query);
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public void close() {
    store.close();
  }
}
