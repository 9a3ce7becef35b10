package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.executor.spi.StoreDamagedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads every run of a journal.
///
/// Used by one thread.
final class Verification {
  private static final int PAGE = 500;

  private final Loaded loaded;
  private final RunReader reader;
  private final Map<RunId, String> damaged = new HashMap<>();
  private long entries;

  private Verification(Loaded loaded) {
    this.loaded = loaded;
    this.reader = new RunReader(loaded.segments(), loaded.index());
  }

  static VerifyReport of(Loaded loaded) throws IOException {
    var verification = new Verification(loaded);
    for (var run : loaded.index().runs().values()) {
      verification.read(run);
    }
    return verification.report();
  }

  /// Why a run is not whole, or empty.
  static Optional<String> damage(Loaded loaded, Run run) throws IOException {
    var verification = new Verification(loaded);
    verification.read(run);
    return verification.damaged.values().stream().findFirst();
  }

  private void read(Run run) throws IOException {
    var id = RunId.of(run.id());
    try {
      reader.header(run);
      long last = -1;
      for (var page = reader.entries(id, last, PAGE); !page.isEmpty(); ) {
        entries += page.size();
        last = page.getLast().id();
        page = reader.entries(id, last, PAGE);
      }
    } catch (StoreDamagedException e) {
      damaged.put(id, String.valueOf(e.getMessage()));
    }
  }

  private VerifyReport report() {
    var segments = loaded.segments();
    var torn =
        loaded.tail() == 0
            ? Optional.<Finding>empty()
            : Optional.of(
                new Finding(
                    segments.active().name(),
                    segments.active().size(),
                    loaded.tail(),
                    "a frame without an end"));
    return new VerifyReport(
        segments.all().size(),
        segments.size(),
        loaded.index().runs().size(),
        entries,
        damaged,
        loaded.replay().findings(),
        torn);
  }
}
