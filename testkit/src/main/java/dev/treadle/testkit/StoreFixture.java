package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;

/// Opens stores for a contract and closes them after each test.
abstract class StoreFixture {
  static final int ALL = 1000;

  private final Deque<CheckpointStore> opened = new ArrayDeque<>();

  /// Opens the store under test. Within one test all calls open the same data, which is empty at
  /// first; the former opening has been closed.
  ///
  /// @return the store, which the contract closes
  protected abstract CheckpointStore open();

  /// Opens the same data again although its former opening was not closed: as after the death of
  /// the process that had it, or by a second process that took it for dead.
  ///
  /// @param former the former opening
  /// @return the store, which the contract closes
  protected abstract CheckpointStore openOver(CheckpointStore former);

  @AfterEach
  void closeStores() {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  final CheckpointStore store() {
    return kept(open());
  }

  final CheckpointStore storeOver(CheckpointStore former) {
    return kept(openOver(former));
  }

  final CheckpointStore reopened(CheckpointStore store) {
    store.close();
    return store();
  }

  /// Appends commits, each in a batch of its own, that are expected to be accepted.
  static void accept(CheckpointStore store, StepCommit... commits) {
    for (var commit : commits) {
      var refused = store.append(List.of(commit));
      if (!refused.isEmpty()) {
        throw new AssertionError("refused: " + commit.header());
      }
    }
  }

  static List<Entry> entries(CheckpointReader reader, String run) {
    return reader.entries(RunId.of(run), -1, ALL);
  }

  static List<Long> ids(CheckpointReader reader, String run) {
    return entries(reader, run).stream().map(Entry::id).toList();
  }

  static RunHeader header(CheckpointReader reader, String run) {
    return reader.find(RunId.of(run)).orElseThrow();
  }

  static List<String> names(CheckpointReader reader, RunQuery query) {
    return reader.list(query).stream().map(header -> header.id().value()).toList();
  }

  /// Does the work on a thread of its own.
  static <T> T elsewhere(Callable<T> work) throws Exception {
    var task = new FutureTask<>(work);
    Thread.ofPlatform().name("elsewhere").start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private CheckpointStore kept(CheckpointStore store) {
    opened.push(store);
    return store;
  }
}
