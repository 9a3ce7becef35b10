package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.WriteRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A store in a simulation: its callers may be overtaken before and after each write, it refuses
/// writes or dies as told, and notes what it has acknowledged. Confined as the store behind it.
final class SimulatedStore implements ForwardingStore {
  private final MemoryCheckpointStore store;
  private final Simulation simulation;
  private final SimulatedHistory history;
  private final Faults faults;
  private int appends;

  /// What goes wrong.
  ///
  /// @param refusals how often a write is refused, from the second one on
  /// @param dies at which write the process dies, or 0
  /// @param written how many commits of that write's are durable all the same
  record Faults(int refusals, int dies, int written) {
    static final Faults NONE = new Faults(0, 0, 0);
  }

  /// Whether writes are acknowledged one write before they are made: a planted bug.
  private final boolean early;

  private List<StepCommit> held = List.of();

  SimulatedStore(
      MemoryCheckpointStore store, Simulation simulation, SimulatedHistory history, Faults faults) {
    this.store = store;
    this.simulation = simulation;
    this.history = history;
    this.faults = faults;
    this.early = simulation.storeLies();
  }

  @Override
  public CheckpointStore store() {
    return store;
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    simulation.pause();
    appends++;
    if (faults.dies > 0 && appends >= faults.dies) {
      if (appends == faults.dies && faults.written > 0) {
        var written = batch.subList(0, Math.min(faults.written, batch.size()));
        history.written(written, store.append(written), false);
      }
      throw new CommitUnknownException(location(), "the process has died", null);
    }
    if (appends > 1 && appends <= 1 + faults.refusals) {
      throw new WriteRefusedException(location(), "no space left on device", null);
    }
    var refused = early ? writeLate(batch) : store.append(new ArrayList<>(batch));
    history.written(batch, refused, true);
    simulation.pause();
    return refused;
  }

  private List<Integer> writeLate(List<StepCommit> batch) {
    if (!held.isEmpty()) {
      var _ = store.append(held);
    }
    held = new ArrayList<>(batch);
    return List.of();
  }

  @Override
  public Optional<RunHeader> find(RunId run) {
    simulation.pause();
    return store.find(run);
  }

  @Override
  public List<Entry> entries(RunId run, long afterId, int limit) {
    simulation.pause();
    return store.entries(run, afterId, limit);
  }
}
