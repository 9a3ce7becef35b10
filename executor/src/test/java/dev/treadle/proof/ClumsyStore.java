package dev.treadle.proof;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.WriteRefusedException;
import java.util.List;

/// A store with a bug that shows on a full disk. Confined as the store behind it.
///
/// @param store the store that has none
record ClumsyStore(CheckpointStore store, Bug bug) implements ForwardingStore {
  enum Bug {
    TAKES_REFUSED_FOR_DONE,
    WRITES_HALF,
    GIVES_UP
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    try {
      return store.append(batch);
    } catch (WriteRefusedException e) {
      return switch (bug) {
        case TAKES_REFUSED_FOR_DONE -> List.of();
        case WRITES_HALF -> {
          half(batch);
          throw e;
        }
        case GIVES_UP -> throw new CommitUnknownException(location(), "the disk is full", e);
      };
    }
  }

  private void half(List<StepCommit> batch) {
    for (var commit : batch) {
      var header = commit.header();
      var bare = new StepCommit(header, commit.removes(), List.of(), true, List.of());
      var _ = store.append(List.of(bare));
    }
  }
}
