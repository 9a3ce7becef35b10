package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.TreadleException;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The runs that an executor drives. Safe for use by many threads.
final class LiveRuns {
  /// How long interrupted steps may take to return before an executor closes without them.
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

  private final Map<RunId, LiveRun> runs = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private final ReentrantLock lock;
  private final Condition emptied;

  // guarded by lock
  private final TreeSet<RunId> cut = new TreeSet<>();

  LiveRuns(ReentrantLock lock) {
    this.lock = lock;
    this.emptied = lock.newCondition();
  }

  void requireOpen() {
    if (closed) {
      throw new ExecutorClosedException("this executor is closed; create a new one");
    }
  }

  /// Adds a run, unless one of its id is there.
  ///
  /// @return the one that is there, or null if the run was added
  @Nullable LiveRun add(LiveRun run) {
    var other = runs.putIfAbsent(run.run.id(), run);
    if (other == null && closed) {
      runs.remove(run.run.id(), run);
      requireOpen();
    }
    return other;
  }

  /// Adds a run whose id is known to be free, unless no run may begin any more.
  boolean addIfOpen(LiveRun run) {
    try {
      return add(run) == null;
    } catch (ExecutorClosedException e) {
      return false;
    }
  }

  @Nullable LiveRun find(RunId id) {
    return runs.get(id);
  }

  void remove(LiveRun run) {
    runs.remove(run.run.id(), run);
    if (closed) {
      lock.lock();
      try {
        if (runs.isEmpty()) {
          emptied.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /// Does something with each run that is there now.
  void forEach(Consumer<LiveRun> what) {
    runs.values().forEach(what);
  }

  /// The runs that a query asks for, in the order of their ids.
  List<RunHeader> list(RunQuery query) {
    return runs.values().stream()
        .map(LiveRun::header)
        .filter(query::matches)
        .sorted(Comparator.comparing(RunHeader::id))
        .limit(query.limit())
        .toList();
  }

  /// The runs that closing has cut short, in the order of their ids.
  List<RunId> cut() {
    lock.lock();
    try {
      return List.copyOf(cut);
    } finally {
      lock.unlock();
    }
  }

  /// No commit will be written any more: every run stops here, also those that wait.
  void storeEnded(TreadleException reason) {
    runs.values().forEach(run -> run.storeEnded(reason));
  }

  /// Lets no run begin, and stops those that go on.
  void close(Duration grace) throws InterruptedException {
    for (var run : runs.values()) {
      if (run.isExecutedByCaller()) {
        throw new IllegalStateException(
            "a step of run " + run.run.id() + " closes its own executor; close it from outside");
      }
    }
    closed = true;
    var stopped = new ArrayList<LiveRun>(runs.values());
    stopped.forEach(run ->
        run.halt(
            new ExecutorClosedException(
                "run " + run.run.id() + " was cut short by the executor's close; resume it")));
    try {
      if (!awaitEmpty(grace)) {
        runs.values().forEach(LiveRun::interrupt);
        awaitEmpty(AFTER_INTERRUPT);
      }
    } finally {
      // a run's lock is never taken under this one: a run that ends takes this one under its own
      var ids = stopped.stream().filter(LiveRun::isCut).map(run -> run.run.id()).toList();
      lock.lock();
      try {
        cut.addAll(ids);
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean awaitEmpty(Duration limit) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(limit);
    lock.lockInterruptibly();
    try {
      while (!runs.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = emptied.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
