package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreFencedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A checkpoint store for tests: what it holds lasts as long as the objects do, and all else is as
/// in a store on disk. [#reopen] stands for the next start of the process.
///
/// Confined to one thread, as a [CheckpointStore] is, but for [#reopen], [#epoch] and [#location].
public final class MemoryCheckpointStore implements CheckpointStore {
  private final MemoryRuns runs;
  private final long epoch;
  private final boolean closedCleanly;
  private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();

  /// Touched by the owner only.
  private boolean closed;

  private MemoryCheckpointStore(MemoryRuns runs) {
    this.runs = runs;
    var opening = runs.open();
    this.epoch = opening.epoch();
    this.closedCleanly = opening.clean();
  }

  /// An empty store.
  ///
  /// @return the store, open
  public static MemoryCheckpointStore create() {
    return new MemoryCheckpointStore(new MemoryRuns());
  }

  /// Opens the same data again, whether this opening was closed or not. Fences this one and every
  /// other before. Safe for use by any thread.
  ///
  /// @return the store, open, with a higher epoch
  public MemoryCheckpointStore reopen() {
    return new MemoryCheckpointStore(runs);
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public boolean closedCleanly() {
    return closedCleanly;
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch holds at least one commit");
    }
    return write(() -> {
      var refused = new ArrayList<Integer>();
      for (int i = 0; i < batch.size(); i++) {
        if (!runs.commit(batch.get(i))) {
          refused.add(i);
        }
      }
      return List.copyOf(refused);
    });
  }

  @Override
  public void discardUnfinished(RunId run) {
    write(() -> runs.discardUnfinished(run));
  }

  @Override
  public boolean delete(RunId run) {
    return write(() -> runs.delete(run));
  }

  @Override
  public Optional<RunHeader> find(RunId run) {
    use();
    return runs.locked(() -> runs.find(run));
  }

  @Override
  public List<Entry> entries(RunId run, long afterId, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, was " + limit);
    }
    use();
    return runs.locked(() -> runs.entries(run, afterId, limit));
  }

  @Override
  public List<RunHeader> list(RunQuery query) {
    use();
    return runs.locked(() -> runs.list(query));
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public void close() {
    confine();
    closed = true;
    runs.close(epoch);
  }

  private <T> T write(Supplier<T> change) {
    use();
    return runs.locked(() -> {
      if (runs.epoch() != epoch) {
        throw new StoreFencedException(
            location(),
            "a later opening owns the store (epoch "
                + runs.epoch()
                + ", this one is "
                + epoch
                + "); nothing was written",
            null);
      }
      return change.get();
    });
  }

  private void use() {
    confine();
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  private void confine() {
    var here = Thread.currentThread();
    if (!owner.compareAndSet(null, here) && !here.equals(owner.get())) {
      throw new IllegalStateException(
          "the store is confined to " + owner.get() + ", and was called by " + here);
    }
  }
}
