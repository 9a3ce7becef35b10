package dev.treadle.executor;

import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.StepCommit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What was executed and what was committed, of the one run of a simulation; checks while it goes
/// on that each item is committed once (P2) and never executed again after that (P3).
///
/// Used by the threads of one simulation, one after another.
final class SimulatedHistory {
  private final Set<Long> pending = new HashSet<>();
  private final Set<Long> consumed = new HashSet<>();
  private final Set<Long> begun = new HashSet<>();
  private final Map<String, Integer> executions = new HashMap<>();

  private Optional<String> violation = Optional.empty();

  /// The first promise that was broken.
  Optional<String> violation() {
    return violation;
  }

  private void violated(String what) {
    violation = violation.or(() -> Optional.of(what));
  }

  /// A step begins.
  void executed(String key, int attempt) {
    long item = Long.parseLong(key.split("-", -1)[2]);
    // one that a terminate has dropped may have been taken already, and then begins all the same
    if (consumed.contains(item) && !begun.add(item)) {
      violated("P3: item " + item + " is executed after its commit");
    }
    begun.add(item);
    executions.merge(key + '/' + attempt, 1, Integer::sum);
  }

  /// How often the most executed attempt of an item was.
  int most() {
    return executions.values().stream().mapToInt(times -> times).max().orElse(0);
  }

  /// Commits are durable.
  void written(List<StepCommit> batch, List<Integer> refused, boolean acknowledged) {
    for (int i = 0; i < batch.size(); i++) {
      if (!refused.contains(i)) {
        written(batch.get(i), acknowledged);
      }
    }
  }

  private void written(StepCommit commit, boolean acknowledged) {
    boolean over = commit.header().status().isFinal();
    var kept = new HashSet<Long>(); // an item that waits or is tried again is put once more
    for (var entry : commit.puts()) {
      if (entry.kind() == Entry.Kind.ITEM) {
        kept.add(entry.id());
      }
    }
    for (var range : commit.removes()) {
      if (!over && range.first() == range.last() && consumed.contains(range.first())) {
        violated("P2: item " + range.first() + " is committed twice");
      }
      for (long id = range.first(); id <= range.last() && id < commit.header().nextId(); id++) {
        if (pending.remove(id) && acknowledged && !kept.contains(id)) {
          consumed.add(id);
        }
      }
    }
    if (kept.stream().anyMatch(consumed::contains)) {
      violated("P2: one of the items " + kept + " was committed before");
    }
    pending.addAll(kept);
  }
}
