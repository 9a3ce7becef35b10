package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.StepCommit;
import java.util.List;

/// One call of a workload.
sealed interface Change {

  /// Commits, some of which the store refuses.
  record Append(List<StepCommit> batch, List<Integer> refused) implements Change {}

  /// A run is deleted.
  record Delete(RunId run) implements Change {}

  /// Parts of a commit are discarded.
  record Discard(RunId run) implements Change {}

  /// The store is closed in order, and opened again.
  record Close() implements Change {}

  /// The process dies, and the store is opened again.
  record Die() implements Change {}

  /// Whether the store is to be opened again.
  default boolean isOpening() {
    return this instanceof Close || this instanceof Die;
  }

  /// Makes the change, unless the store is to be opened again.
  ///
  /// @return whether it is
  default boolean isMadeIn(CheckpointStore store) {
    switch (this) {
      case Append(var batch, var refused) -> assertThat(store.append(batch)).isEqualTo(refused);
      case Delete(var run) -> store.delete(run);
      case Discard(var run) -> store.discardUnfinished(run);
      case Close() -> {
        store.close();
        return false;
      }
      case Die() -> {
        return false;
      }
    }
    return true;
  }
}
