package dev.treadle.testkit;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.StepCommit;
import java.util.List;

/// A store that ends with the first commit that changes something: what follows, another one reads.
/// Its process ends in order.
///
/// Confined as the store behind it.
final class OneCommitStore extends DyingStore {

  OneCommitStore(CheckpointStore store) {
    super(store, Death.NONE, false);
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    var refused = super.append(batch);
    for (int i = 0; i < batch.size(); i++) {
      if (!refused.contains(i) && changes(batch.get(i))) {
        throw die();
      }
    }
    return refused; // somebody has only asked whether the run is there, or sent a signal too late
  }

  private static boolean changes(StepCommit commit) {
    return !commit.puts().isEmpty()
        || !commit.removes().isEmpty()
        || commit.header().status().isFinal();
  }
}
