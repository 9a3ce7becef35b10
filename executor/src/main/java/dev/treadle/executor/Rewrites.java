package dev.treadle.executor;

import dev.treadle.executor.spi.Entry;
import java.util.ArrayList;
import java.util.List;

/// Collects the entries of a stored run that an earlier version of its workflow has written, in the
/// form of the present one. Used by the one thread that loads the run.
final class Rewrites {
  private final List<Entry> entries = new ArrayList<>(0);

  /// The entries as they are to be stored.
  List<Entry> entries() {
    return entries;
  }

  /// An entry belongs to a step, which may have another name now.
  void rename(Entry entry, PlanStep step) {
    if (!entry.step().equals(step.name)) {
      rewrite(entry, step.name, entry.payload());
    }
  }

  void rewrite(Entry entry, String step, byte[] payload) {
    rewrite(entry, step, payload, entry.detail());
  }

  void rewrite(Entry entry, String step, byte[] payload, byte[] detail) {
    entries.add(
        new Entry(
            entry.id(),
            entry.kind(),
            step,
            entry.group(),
            entry.path(),
            entry.dueAt(),
            payload,
            detail));
  }
}
