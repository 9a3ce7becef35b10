package dev.treadle.executor;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A store that breaks after some writes, as if the process had died there.
final class RandomBreakingStore implements ForwardingStore {
  private final CheckpointStore store;
  private final boolean writesTheLast;
  private int left;

  /// What was written though nobody was told.
  private volatile List<StepCommit> last = List.of();

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

  /// Whether a signal's value was written though nobody was told.
  boolean hasStored(RandomToken value) {
    var text = Long.toString(value.value());
    return last.stream()
        .flatMap(commit -> commit.puts().stream())
        .filter(entry -> entry.kind() == Entry.Kind.SIGNAL)
        .anyMatch(entry -> new String(entry.payload(), StandardCharsets.UTF_8).contains(text));
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    if (left-- > 0) {
      return store.append(batch);
    }
    if (writesTheLast && left == -1) {
      var _ = store.append(batch);
      last = batch;
    }
    throw new CommitUnknownException(location(), "broken by the test", null);
  }
}
