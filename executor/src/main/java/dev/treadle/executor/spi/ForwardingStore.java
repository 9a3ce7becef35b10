package dev.treadle.executor.spi;

import dev.treadle.RunId;
import java.util.List;
import java.util.Optional;

/// A store that does all by another one but what it overrides: for stores that watch, count, or
/// fail on purpose. Confined as the store behind it.
public interface ForwardingStore extends CheckpointStore {

  /// The store behind this one; asked at each call.
  ///
  /// @return the store
  CheckpointStore store();

  @Override
  default long epoch() {
    return store().epoch();
  }

  @Override
  default boolean closedCleanly() {
    return store().closedCleanly();
  }

  @Override
  default List<Integer> append(List<StepCommit> batch) {
    return store().append(batch);
  }

  @Override
  default void discardUnfinished(RunId run) {
    store().discardUnfinished(run);
  }

  @Override
  default boolean delete(RunId run) {
    return store().delete(run);
  }

  @Override
  default Optional<RunHeader> find(RunId run) {
    return store().find(run);
  }

  @Override
  default List<Entry> entries(RunId run, long afterId, int limit) {
    return store().entries(run, afterId, limit);
  }

  @Override
  default List<RunHeader> list(RunQuery query) {
    return store().list(query);
  }

  @Override
  default String location() {
    return store().location();
  }

  @Override
  default void close() {
    store().close();
  }
}
