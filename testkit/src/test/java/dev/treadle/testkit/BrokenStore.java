package dev.treadle.testkit;

import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import java.util.ArrayList;
import java.util.List;

/// A store that breaks one promise, for tests that see whether somebody notices. Confined like any
/// store.
final class BrokenStore implements ForwardingStore {
  private final MemoryCheckpointStore store;
  private final Bug bug;
  private int commits;

  /// Which promise is broken.
  enum Bug {
    NONE,
    /// Acknowledges commits that are not durable yet: the newest is gone when the process dies.
    ACKNOWLEDGES_TOO_EARLY,
    /// Writes what a commit adds, but not what it takes away.
    FORGETS_REMOVES,
    /// Writes a commit but for the last of its entries.
    FORGETS_A_PUT,
    /// Writes the second of two commits of one batch, and acknowledges both.
    SKIPS_ONE_OF_A_BATCH
  }

  /// What a store that acknowledges too early has not written.
  private List<StepCommit> late = List.of();

  BrokenStore(MemoryCheckpointStore store, Bug bug) {
    this.store = store;
    this.bug = bug;
  }

  static StorePlace place(Bug bug) {
    var real = MemoryCheckpointStore.create();
    return () -> new BrokenStore(real.reopen(), bug);
  }

  @Override
  public CheckpointStore store() {
    return store;
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    commits++;
    return switch (bug) {
      case NONE -> store.append(batch);
      case ACKNOWLEDGES_TOO_EARLY -> {
        flush();
        late = List.copyOf(batch);
        yield List.of();
      }
      case FORGETS_REMOVES -> store.append(batch.stream().map(this::withoutRemoves).toList());
      case FORGETS_A_PUT -> store.append(batch.stream().map(this::withoutAPut).toList());
      case SKIPS_ONE_OF_A_BATCH -> {
        var kept = new ArrayList<>(batch);
        if (batch.size() > 1) {
          kept.removeLast();
        }
        yield store.append(kept);
      }
    };
  }

  private void flush() {
    if (!late.isEmpty()) {
      var _ = store.append(late);
      late = List.of();
    }
  }

  private StepCommit withoutRemoves(StepCommit commit) {
    return new StepCommit(commit.header(), List.of(), commit.puts(), commit.last(), commit.with());
  }

  private StepCommit withoutAPut(StepCommit commit) {
    int kept = commits == 3 ? commit.puts().size() - 1 : commit.puts().size();
    return new StepCommit(
        commit.header(),
        commit.removes(),
        commit.puts().subList(0, kept),
        commit.last(),
        commit.with());
  }
}
