package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.executor.TimeSource;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store that fails when a test says so, over another that does the work. Shows what a workflow,
/// or the program around it, makes of a full disk, of a write whose outcome nobody knows, of a slow
/// disk.
///
/// ```java
/// var data = MemoryCheckpointStore.create();
/// var store = FaultyStore.over(data).at(Operation.APPEND, 2, Fault.unknown(true));
/// try (var executor = WorkflowExecutor.create(store)) {
///   assertThatThrownBy(() -> executor.run(workflow, input, id)).isInstanceOf(CommitUnknownException.class);
/// }
/// try (var executor = WorkflowExecutor.create(data.reopen())) { // the next open decides
///   assertThat(executor.run(workflow, input, id)).isEqualTo(output);
/// }
/// ```
///
/// Without a fault it keeps all promises of the store behind it. Faults may be set and asked for by
/// any thread at any time; else it is confined as the store behind it.
public final class FaultyStore implements ForwardingStore {
  /// How long a delayed call waits for somebody to move the time, in real time.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final CheckpointStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition called = lock.newCondition();

  // guarded by lock
  private final Map<Operation, Faults> faults = new EnumMap<>(Operation.class);
  private @Nullable Operation end;

  /// What a store is asked to do.
  public enum Operation {
    /// Commits are appended: all writes of runs, each call with those that have waited. The start
    /// of a run is one of its own, also where it turns out that the run is there.
    APPEND,
    /// What is left of a commit that was cut short is discarded, before a stored run goes on.
    DISCARD,
    /// A run is deleted.
    DELETE,
    /// A run is looked for.
    FIND,
    /// A page of a run's entries is read.
    ENTRIES,
    /// Runs are listed.
    LIST;

    private static final EnumSet<Operation> WRITES = EnumSet.of(APPEND, DISCARD, DELETE);
  }

  /// The faults of one operation.
  private static final class Faults {
    final Map<Integer, Fault> once = new HashMap<>();
    @Nullable Fault lasting;
    int from;
    int calls;

    @Nullable Fault next() {
      calls++;
      var fault = once.remove(calls);
      return fault == null && calls >= from ? lasting : fault;
    }
  }

  private FaultyStore(CheckpointStore store) {
    this.store = store;
    for (var operation : Operation.values()) {
      faults.put(operation, new Faults());
    }
  }

  /// A store without faults so far.
  ///
  /// @param store the store behind it, which it closes
  /// @return the store
  public static FaultyStore over(CheckpointStore store) {
    return new FaultyStore(store);
  }

  // --- faults

  /// Lets one call fail.
  ///
  /// @param operation of what
  /// @param call which call of this operation, counted from 1 since the store was made
  /// @param fault what happens to it, instead of what was said of it before
  /// @return this
  /// @throws IllegalArgumentException if the call is not to come, or the operation can't fail so
  public FaultyStore at(Operation operation, int call, Fault fault) {
    requireSense(operation, fault);
    return change(
        operation,
        call,
        of -> {
          of.once.put(call, fault);
        });
  }

  /// Lets a call and all after it fail, until [#heal].
  ///
  /// @param operation of what
  /// @param call the first call of this operation, counted from 1 since the store was made
  /// @param fault what happens to them, instead of what was said by this method before
  /// @return this
  /// @throws IllegalArgumentException if the call is not to come, or the operation can't fail so
  public FaultyStore from(Operation operation, int call, Fault fault) {
    requireSense(operation, fault);
    return change(
        operation,
        call,
        of -> {
          of.lasting = fault;
          of.from = call;
        });
  }

  /// Forgets all faults that are to come. A store that has closed itself stays closed.
  public void heal() {
    lock.lock();
    try {
      for (var of : faults.values()) {
        of.once.clear();
        of.lasting = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private interface Change {
    void apply(Faults of);
  }

  private FaultyStore change(Operation operation, int call, Change change) {
    lock.lock();
    try {
      var of = of(operation);
      if (call <= of.calls) {
        throw new IllegalArgumentException(
            "call "
                + call
                + " of "
                + operation
                + " can't fail: there were "
                + of.calls
                + " calls, and they count from 1");
      }
      change.apply(of);
      return this;
    } finally {
      lock.unlock();
    }
  }

  private static void requireSense(Operation operation, Fault fault) {
    boolean writes = Operation.WRITES.contains(operation);
    boolean fits =
        switch (fault) {
          case Fault.Refused _, Fault.Unknown _ -> writes;
          case Fault.Damaged _ -> !writes;
          case Fault.Delayed _ -> true;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          (writes ? "a write" : "a read") + ", such as " + operation + ", can't be " + fault);
    }
  }

  // --- what was asked

  /// How often the store was asked for something, failed calls counted.
  ///
  /// @param operation for what
  /// @return how often
  public int calls(Operation operation) {
    lock.lock();
    try {
      return of(operation).calls;
    } finally {
      lock.unlock();
    }
  }

  /// Waits, in real time, until the store was asked so often.
  ///
  /// @param operation for what
  /// @param count how often
  /// @param limit how long to wait at most
  /// @throws AssertionError if it was not in time
  /// @throws InterruptedException if the caller is interrupted
  public void awaitCalls(Operation operation, int count, Duration limit)
      throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(limit);
    lock.lockInterruptibly();
    try {
      while (of(operation).calls < count) {
        if (left <= 0) {
          throw new AssertionError(
              "the store had "
                  + of(operation).calls
                  + " calls of "
                  + operation
                  + ", not "
                  + count
                  + ", within "
                  + limit);
        }
        left = called.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  // --- the store

  /// The store behind this one.
  @Override
  public CheckpointStore store() {
    return store;
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    return call(Operation.APPEND, null, () -> store.append(batch));
  }

  @Override
  public void discardUnfinished(RunId run) {
    var _ =
        call(
            Operation.DISCARD,
            run,
            () -> {
              store.discardUnfinished(run);
              return true;
            });
  }

  @Override
  public boolean delete(RunId run) {
    return call(Operation.DELETE, run, () -> store.delete(run));
  }

  @Override
  public Optional<RunHeader> find(RunId run) {
    return call(Operation.FIND, run, () -> store.find(run));
  }

  @Override
  public List<Entry> entries(RunId run, long afterId, int limit) {
    return call(Operation.ENTRIES, run, () -> store.entries(run, afterId, limit));
  }

  @Override
  public List<RunHeader> list(RunQuery query) {
    return call(Operation.LIST, null, () -> store.list(query));
  }

  private <T> T call(Operation operation, @Nullable RunId run, Supplier<T> work) {
    return switch (begun(operation)) {
      case null -> work.get();
      case Fault.Refused _ ->
          throw new WriteRefusedException(location(), "a test refuses " + operation, null);
      case Fault.Unknown(var written) -> {
        if (written) {
          var _ = work.get();
        }
        throw ended(operation);
      }
      case Fault.Damaged _ -> throw damaged(operation, run);
      case Fault.Delayed(var by, var time) -> {
        pass(by, time, operation);
        yield work.get();
      }
    };
  }

  private @Nullable Fault begun(Operation operation) {
    lock.lock();
    try {
      if (end != null) {
        throw unknown(end);
      }
      called.signalAll();
      return of(operation).next();
    } finally {
      lock.unlock();
    }
  }

  private CommitUnknownException ended(Operation operation) {
    lock.lock();
    try {
      end = operation;
    } finally {
      lock.unlock();
    }
    return unknown(operation);
  }

  private CommitUnknownException unknown(Operation operation) {
    return new CommitUnknownException(
        location(), "a test says that the outcome of " + operation + " is unknown", null);
  }

  private StoreDamagedException damaged(Operation operation, @Nullable RunId run) {
    var why = "a test says that what " + operation + " reads is damaged";
    return run == null
        ? new StoreDamagedException(location(), why, null)
        : new StoreDamagedException(location(), run, why, null);
  }

  private static void pass(Duration by, TimeSource time, Operation operation) {
    var over = new CountDownLatch(1);
    var timer = time.schedule(by, over::countDown);
    boolean passed = false;
    try {
      passed = over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + operation + " was delayed", e);
    } finally {
      timer.cancel();
    }
    if (!passed) {
      throw new AssertionError(
          operation + " is delayed by " + by + ", and nobody moves the time on");
    }
  }

  private Faults of(Operation operation) {
    var of = faults.get(operation);
    if (of == null) {
      throw new IllegalStateException("no faults of " + operation);
    }
    return of;
  }
}
