package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Copies whole runs, some pages of entries with each frame.
///
/// Used by one thread.
final class Salvage {
  private static final int PAGE = 500;
  private static final int FRAME = 1 << 22;

  private final Loaded loaded;
  private final RunReader reader;
  private final Iterator<Run> runs;
  private final Map<RunId, String> lost = new HashMap<>();
  private int copied;

  /// What of a run is being copied, or null between two runs.
  private @Nullable RunHeader header;

  private boolean begun;
  private long last;

  private Salvage(Loaded loaded) {
    this.loaded = loaded;
    this.reader = new RunReader(loaded.segments(), loaded.index());
    this.runs = loaded.index().runs().values().iterator();
  }

  static SalvageReport copy(Loaded loaded, Path to) throws IOException {
    try (var store = FileCheckpointStore.open(to, o -> o.withRetention(Retention.all()))) {
      if (!store.isEmpty()) {
        throw new StoreVersionException(
            store.location(), "the folder holds runs already; choose an empty one", null);
      }
      return new Salvage(loaded).copy(store);
    }
  }

  private SalvageReport copy(FileCheckpointStore store) throws IOException {
    while (nextRun()) {
      store.adopt(this::fill);
    }
    var replay = loaded.replay();
    return new SalvageReport(
        copied, lost, replay.findings(), lost.isEmpty() && !replay.isUnknowable());
  }

  private boolean fill(RecordWriter writer) throws IOException {
    while (writer.out().size() < FRAME && nextRun()) {
      page(writer);
    }
    return true;
  }

  /// Goes on to the next whole run, unless one is being copied.
  private boolean nextRun() throws IOException {
    while (header == null && runs.hasNext()) {
      var run = runs.next();
      var damage = Verification.damage(loaded, run);
      if (damage.isPresent()) {
        lost.put(RunId.of(run.id()), damage.get());
      } else {
        header = reader.header(run);
        begun = false;
        last = -1;
      }
    }
    return header != null;
  }

  private void page(RecordWriter writer) throws IOException {
    var of = header;
    if (of == null) {
      return;
    }
    List<Entry> page = reader.entries(of.id(), last, PAGE);
    if (!begun) {
      var run = loaded.index().find(of.id().value());
      writer.adopt(of, run == null ? 0 : run.visible(), page);
      begun = true;
    } else if (!page.isEmpty()) {
      writer.adoptMore(of.id(), page);
    }
    if (page.size() < PAGE) {
      header = null;
      copied++;
    } else {
      last = page.getLast().id();
    }
  }
}
