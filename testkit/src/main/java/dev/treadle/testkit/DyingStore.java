package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.StepCommit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A store whose process dies at one commit: nothing is read or written after it. What was in one
/// batch with that commit and stands before it is durable, though nobody was told, which is what a
/// real death leaves too.
///
/// Confined as the store behind it; the counts are for after it was closed.
class DyingStore implements ForwardingStore {
  private final CheckpointStore store;
  private final Death death;
  private final boolean afterDeath;
  private final Map<RunId, List<IdRange>> consumed = new HashMap<>();
  private int commits;
  private volatile boolean dead;
  private volatile boolean killed;

  /// @param afterDeath whether the process before has died; the store behind was closed all the
  ///   same
  DyingStore(CheckpointStore store, Death death, boolean afterDeath) {
    this.store = store;
    this.death = death;
    this.afterDeath = afterDeath;
  }

  boolean isDead() {
    return dead;
  }

  /// The process dies between two commits, without anybody being told.
  void kill() {
    killed = true;
    dead = true;
  }

  boolean isKilled() {
    return killed;
  }

  /// The process ends, and whoever asks the store gets the answer.
  CommitUnknownException die() {
    dead = true;
    return gone();
  }

  /// How many commits were asked for, each part of a large one counted.
  int commits() {
    return commits;
  }

  /// Whether a commit that was acknowledged has consumed an item.
  boolean isConsumed(RunId run, long id) {
    return consumed.getOrDefault(run, List.of()).stream()
        .anyMatch(range -> range.first() <= id && id <= range.last());
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    requireLife();
    int at = death.commit() - commits - 1;
    commits += batch.size();
    if (at >= 0 && at < batch.size()) {
      var answer = die();
      var written = batch.subList(0, death.durable() ? at + 1 : at);
      if (!written.isEmpty()) {
        var _ = store.append(written); // nobody is left to be told what was refused
      }
      throw answer;
    }
    var refused = store.append(batch);
    for (int i = 0; i < batch.size(); i++) {
      if (!refused.contains(i)) {
        acknowledged(batch.get(i));
      }
    }
    return refused;
  }

  private void acknowledged(StepCommit commit) {
    consumed.computeIfAbsent(commit.header().id(), _ -> new ArrayList<>()).addAll(commit.removes());
    commit.with().forEach(this::acknowledged);
  }

  private void requireLife() {
    if (dead) {
      throw gone();
    }
  }

  private CommitUnknownException gone() {
    return new CommitUnknownException(store.location(), "the process is dead: " + death, null);
  }

  /// The store behind, which a dead process asks nothing any more.
  @Override
  public CheckpointStore store() {
    requireLife();
    return store;
  }

  @Override
  public long epoch() {
    return store.epoch();
  }

  @Override
  public boolean closedCleanly() {
    return !afterDeath && store.closedCleanly();
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
