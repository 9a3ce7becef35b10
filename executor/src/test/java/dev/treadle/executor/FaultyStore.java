package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.WriteRefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/// A store, mostly one in memory, that fails as told, and remembers what it was asked to write. Set
/// up before an executor gets it; [#allow], [#awaitAppends], [#batches], [#untold] and [#reopen]
/// may be called by any thread.
final class FaultyStore implements ForwardingStore {
  private final CheckpointStore real;
  private final Map<Integer, Fault> faults = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();

  // guarded by lock
  private final List<List<StepCommit>> batches = new ArrayList<>();
  private int refusedFrom = Integer.MAX_VALUE;
  private int calls;

  private volatile List<StepCommit> untold = List.of();
  private final AtomicInteger discards = new AtomicInteger();

  /// What happens to an append.
  interface Fault {
    List<Integer> append(CheckpointStore real, List<StepCommit> batch);
  }

  private FaultyStore(CheckpointStore real) {
    this.real = real;
  }

  static FaultyStore create() {
    return new FaultyStore(MemoryCheckpointStore.create());
  }

  static FaultyStore over(CheckpointStore real) {
    return new FaultyStore(real);
  }

  /// The data as the next process finds them, if they are in memory; this opening is fenced.
  MemoryCheckpointStore reopen() {
    assertThat(real).isInstanceOf(MemoryCheckpointStore.class);
    return ((MemoryCheckpointStore) real).reopen();
  }

  // --- faults; appends are counted from 1

  FaultyStore at(int append, Fault fault) {
    faults.put(append, fault);
    return this;
  }

  FaultyStore unknownBefore(int append) {
    return at(
        append,
        (_, _) -> {
          throw unknown();
        });
  }

  FaultyStore unknownAfter(int append) {
    return at(
        append,
        (store, batch) -> {
          var refused = store.append(batch);
          untold =
              IntStream.range(0, batch.size())
                  .filter(i -> !refused.contains(i))
                  .mapToObj(batch::get)
                  .toList();
          throw unknown();
        });
  }

  /// An append whose outcome nobody is told.
  ///
  /// @param written whether it is durable
  FaultyStore unknown(int append, boolean written) {
    return written ? unknownAfter(append) : unknownBefore(append);
  }

  FaultyStore conflictAt(int append) {
    return at(append, (_, _) -> List.of(0));
  }

  FaultyStore blockAt(int append, CountDownLatch until) {
    return at(
        append,
        (store, batch) -> {
          Flows.await(until);
          return store.append(batch);
        });
  }

  /// Refuses all writes from an append on, until [#allow].
  FaultyStore refuseFrom(int append) {
    lock.lock();
    try {
      refusedFrom = append;
      return this;
    } finally {
      lock.unlock();
    }
  }

  void allow() {
    refuseFrom(Integer.MAX_VALUE);
  }

  private static CommitUnknownException unknown() {
    return new CommitUnknownException("memory", "the disk answered nothing", null);
  }

  // --- what was asked

  /// Waits until so many appends have begun.
  void awaitAppends(int count) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(Flows.LIMIT);
    lock.lock();
    try {
      while (calls < count) {
        assertThat(left).as("waiting for append %d", count).isPositive();
        left = appended.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// What was written, a list for each append.
  List<List<StepCommit>> batches() {
    lock.lock();
    try {
      return List.copyOf(batches);
    } finally {
      lock.unlock();
    }
  }

  /// What was written for a run.
  List<StepCommit> commits(RunId run) {
    return batches().stream()
        .flatMap(List::stream)
        .filter(commit -> commit.header().id().equals(run))
        .toList();
  }

  /// What was written though nobody was told.
  List<StepCommit> untold() {
    return untold;
  }

  int appends() {
    lock.lock();
    try {
      return calls;
    } finally {
      lock.unlock();
    }
  }

  int discards() {
    return discards.get();
  }

  // --- the store

  @Override
  public CheckpointStore store() {
    return real;
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    var fault = faults.getOrDefault(begun(), CheckpointStore::append);
    var refused = fault.append(real, batch);
    lock.lock();
    try {
      batches.add(List.copyOf(batch));
    } finally {
      lock.unlock();
    }
    return refused;
  }

  private int begun() {
    lock.lock();
    try {
      calls++;
      appended.signalAll();
      if (calls >= refusedFrom) {
        throw new WriteRefusedException("memory", "no space left on device", null);
      }
      return calls;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void discardUnfinished(RunId run) {
    discards.incrementAndGet();
    real.discardUnfinished(run);
  }
}
