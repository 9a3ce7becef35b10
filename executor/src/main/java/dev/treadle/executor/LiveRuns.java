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
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The runs that an executor drives. Safe for use by many threads.
final class LiveRuns {
  private static final Logger LOG = LoggerFactory.getLogger(LiveRuns.class);

  /// How long interrupted steps may take to return before an executor closes without them.
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

  private final Map<RunId, LiveRun> runs = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private final ReentrantLock lock;
  private final Condition emptied;

  /// How many there may be; null for any number.
  private final @Nullable RunBound bound;

  // guarded by lock
  private final TreeSet<RunId> cut = new TreeSet<>();

  LiveRuns(ReentrantLock lock, @Nullable RunBound bound) {
    this.lock = lock;
    this.emptied = lock.newCondition();
    this.bound = bound;
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

  /// Adds a run as [#add] does, if there is room for one more.
  ///
  /// @throws ExecutorFullException if there is none
  @Nullable LiveRun admit(LiveRun run) {
    var id = run.run.id();
    var other = runs.get(id);
    if (other != null || bound == null) {
      return other != null ? other : add(run);
    }
    if (!bound.enter(id)) {
      throw new ExecutorFullException(
          "run "
              + id
              + " was not started: this executor drives as many runs as maxRuns allows, "
              + bound.most()
              + "; start it when one has ended, or let it wait");
    }
    run.takeRoom();
    boolean added = false;
    try {
      other = add(run);
      added = other == null;
      return other;
    } finally {
      if (!added) {
        bound.leave();
      }
    }
  }

  /// Begins something that may need room for a run, and waits for the room.
  ///
  /// @param waits whether to wait
  /// @param begin begins; called again when it throws an [ExecutorFullException]
  /// @throws ExecutorFullException if there is none and the caller does not wait or must not
  <T> T withRoom(RunId id, boolean waits, Supplier<T> begin) throws InterruptedException {
    try {
      return begin.get();
    } catch (ExecutorFullException e) {
      if (bound == null || !waits) {
        throw e;
      }
    }
    requireOutsideOfSteps(id, bound.most());
    while (true) {
      bound.await(id);
      try {
        requireOpen();
        return begin.get();
      } catch (ExecutorFullException e) {
        LOG.debug("run {} waits again: another start of the same id took its room", id, e);
      } finally {
        bound.giveUp(id);
      }
    }
  }

  /// Begins something that may need room for a stored run, and waits for the room.
  ///
  /// @throws ExecutorFullException if the caller is interrupted, or must not wait
  <T> T withRoomFor(RunId id, Supplier<T> begin) {
    try {
      return withRoom(id, true, begin);
    } catch (InterruptedException e) {
      throw interrupted("run " + id + " does not go on");
    }
  }

  /// Says that a caller was interrupted while it waited, and keeps the interrupt.
  static ExecutorFullException interrupted(String what) {
    Thread.currentThread().interrupt();
    return new ExecutorFullException(
        what + ": its caller was interrupted while it waited for room among the live runs");
  }

  /// What waits inside a step may wait for the run of that step.
  private void requireOutsideOfSteps(RunId id, int most) {
    if (isInStep()) {
      throw new ExecutorFullException(
          "run "
              + id
              + " was not started: a step starts it while this executor drives as many runs as"
              + " maxRuns allows, "
              + most
              + ", and waiting could wait for itself; raise maxRuns, or give the runs that steps"
              + " start an executor of their own");
    }
  }

  /// Threads for runs that the caller waits for: in a step they are part of it.
  ThreadFactory threads(ThreadFactory plain) {
    return bound != null && isInStep() ? StepThreads.of(this, plain) : plain;
  }

  private boolean isInStep() {
    return StepThreads.isInStepOf(this)
        || runs.values().stream().anyMatch(LiveRun::isExecutedByCaller);
  }

  /// Goes on with a stored run when there is room.
  void whenRoom(RunId id, Runnable goOn) {
    if (bound == null) {
      goOn.run();
    } else {
      bound.whenRoom(id, goOn);
    }
  }

  /// The room that was kept for a run is needed no more, unless it was used.
  void giveUpRoom(RunId id) {
    if (bound != null) {
      bound.giveUp(id);
    }
  }

  boolean hasRoom() {
    return bound == null || bound.hasRoom();
  }

  @Nullable LiveRun find(RunId id) {
    return runs.get(id);
  }

  void remove(LiveRun run) {
    if (runs.remove(run.run.id(), run) && bound != null && run.hasRoom()) {
      bound.leave();
    }
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
    if (bound != null) {
      bound.close();
    }
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
