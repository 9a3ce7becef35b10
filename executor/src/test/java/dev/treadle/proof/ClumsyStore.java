package dev.treadle.proof;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.WriteRefusedException;
import java.util.List;

/// A store with a bug that shows on a full disk. Confined as the store behind it.
final class ClumsyStore implements ForwardingStore {
  private final CheckpointStore store;
  private final Bug bug;

  /// What was refused and is yet to be written by half, once there is room for that.
  private List<StepCommit> torn = List.of();

  enum Bug {
    TAKES_REFUSED_FOR_DONE,
    WRITES_HALF,
    GIVES_UP
  }

  /// @param store the store that has no bug
  ClumsyStore(CheckpointStore store, Bug bug) {
    this.store = store;
    this.bug = bug;
  }

  @Override
  public CheckpointStore store() {
    return store;
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    half();
    try {
      return store.append(batch);
    } catch (WriteRefusedException e) {
      switch (bug) {
        case TAKES_REFUSED_FOR_DONE -> {
          return List.of();
        }
        case WRITES_HALF -> torn = batch;
        case GIVES_UP -> throw new CommitUnknownException(location(), "the disk is full", e);
      }
      throw e;
    }
  }

  private void half() {
    for (var commit : torn) {
      var header = commit.header();
      var bare = new StepCommit(header, commit.removes(), List.of(), true, List.of());
      var _ = store.append(List.of(bare));
    }
    torn = List.of();
  }
}
