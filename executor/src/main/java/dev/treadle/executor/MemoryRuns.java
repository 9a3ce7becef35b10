package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// What the openings of one [MemoryCheckpointStore] share. All of it is guarded by its lock, which
/// [#locked] takes; the other methods are called within.
final class MemoryRuns {
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<RunId, MemoryRun> runs = new TreeMap<>();
  private long epoch;
  private boolean clean = true;

  /// What an opening finds.
  record Opening(long epoch, boolean clean) {}

  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  Opening open() {
    return locked(() -> {
      var opening = new Opening(++epoch, clean);
      clean = false;
      return opening;
    });
  }

  /// An opening ends in order, unless a later one has taken over.
  void close(long opening) {
    locked(() -> {
      clean |= opening == epoch;
      return clean;
    });
  }

  long epoch() {
    return epoch;
  }

  /// Applies a commit with all that comes along with it, or nothing.
  boolean commit(StepCommit commit) {
    var all = new ArrayList<StepCommit>();
    all.add(commit);
    all.addAll(commit.with());
    var expected = new HashMap<RunId, Long>();
    for (var one : all) {
      var id = one.header().id();
      var stored = expected.computeIfAbsent(id, this::sequence);
      if (one.header().sequence() != stored + 1) {
        return false;
      }
      expected.put(id, one.last() ? stored + 1 : stored);
    }
    all.forEach(this::apply);
    return true;
  }

  boolean discardUnfinished(RunId id) {
    var run = runs.get(id);
    if (run != null) {
      run.entries.tailMap(run.header.nextId(), true).clear();
    }
    return run != null;
  }

  boolean delete(RunId id) {
    return runs.remove(id) != null;
  }

  Optional<RunHeader> find(RunId id) {
    return Optional.ofNullable(runs.get(id)).map(run -> run.header);
  }

  List<Entry> entries(RunId id, long afterId, int limit) {
    var run = runs.get(id);
    if (run == null || afterId >= run.header.nextId()) {
      return List.of();
    }
    return run.entries.subMap(afterId, false, run.header.nextId(), false).values().stream()
        .limit(limit)
        .toList();
  }

  List<RunHeader> list(RunQuery query) {
    Map<RunId, MemoryRun> from = query.after().map(id -> runs.tailMap(id, false)).orElse(runs);
    return from.values().stream()
        .map(run -> run.header)
        .filter(query::matches)
        .limit(query.limit())
        .toList();
  }

  private long sequence(RunId id) {
    var run = runs.get(id);
    return run == null ? 0 : run.header.sequence();
  }

  private void apply(StepCommit commit) {
    var run = runs.computeIfAbsent(commit.header().id(), _ -> new MemoryRun(commit.header()));
    for (IdRange range : commit.removes()) {
      run.entries.subMap(range.first(), true, range.last(), true).clear();
    }
    commit.puts().forEach(entry -> run.entries.put(entry.id(), entry));
    if (commit.last()) {
      run.header = stored(commit.header(), run.header.labels());
    }
  }

  /// As a store on disk keeps it: times to the millisecond, the labels of the first commit.
  private static RunHeader stored(RunHeader header, Map<String, String> labels) {
    return new RunHeader(
        header.id(),
        header.workflow(),
        header.status(),
        header.reason(),
        header.sequence(),
        header.nextId(),
        header.createdAt().truncatedTo(ChronoUnit.MILLIS),
        header.updatedAt().truncatedTo(ChronoUnit.MILLIS),
        header.dueAt().map(due -> due.truncatedTo(ChronoUnit.MILLIS)),
        labels,
        header.detail());
  }

  private static final class MemoryRun {
    private RunHeader header;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();

    private MemoryRun(RunHeader header) {
      this.header = header;
    }
  }
}
