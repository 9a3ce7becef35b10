package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.testkit.KilledRuns;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The process that [ManyRunsKillTest] kills.
final class KilledProcess {
  private KilledProcess() {}

  public static void main(String[] arguments) throws Exception {
    KilledRuns.main(() -> SqliteCheckpointStore.open(Path.of(arguments[0])), arguments);
  }

  /// One with a bug: it acknowledges commits before they are written.
  static final class Hasty {
    private Hasty() {}

    public static void main(String[] arguments) throws Exception {
      KilledRuns.main(
          () -> new Late(SqliteCheckpointStore.open(Path.of(arguments[0])), new ArrayList<>()),
          arguments);
    }
  }

  /// Writes a batch when the next one comes.
  private record Late(CheckpointStore behind, List<StepCommit> kept) implements ForwardingStore {
    @Override
    public List<Integer> append(List<StepCommit> batch) {
      write();
      kept.addAll(batch);
      return List.of();
    }

    /// For all that reads.
    @Override
    public CheckpointStore store() {
      write();
      return behind;
    }

    private void write() {
      if (!kept.isEmpty()) {
        var _ = behind.append(List.copyOf(kept));
        kept.clear();
      }
    }

    @Override
    public String location() {
      return behind.location();
    }

    @Override
    public long epoch() {
      return behind.epoch();
    }

    @Override
    public boolean closedCleanly() {
      return behind.closedCleanly();
    }
  }
}
