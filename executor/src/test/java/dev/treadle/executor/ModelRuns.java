package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import dev.treadle.executor.ModelAccount.Verdict;
import dev.treadle.executor.spi.Entry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// Runs random workflows on an executor. Waits for a run with a bound, so that a run that hangs
/// fails its test.
final class ModelRuns implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MANY = 100_000;
  private static final Set<Entry.Kind> KEPT =
      EnumSet.of(Entry.Kind.INPUT, Entry.Kind.CONTEXT, Entry.Kind.DELTA, Entry.Kind.OUTPUT);
  private static final Set<Entry.Kind> STALLED = EnumSet.of(Entry.Kind.HOLD, Entry.Kind.SIGNAL);
  private static final PayloadType<RandomTally> TALLIES =
      new PayloadCodec(PayloadLimits.defaults()).type(TypeRef.of(RandomTally.class));

  private final int parallelism;
  private final Optional<MemoryCheckpointStore> store;
  private final ManualTime time = new ManualTime();
  private final RandomPace pace = new RandomPace(time);
  private WorkflowExecutor executor;

  private ModelRuns(int parallelism, Optional<MemoryCheckpointStore> store) {
    this.parallelism = parallelism;
    this.store = store;
    this.executor = executor(store);
  }

  static ModelRuns transientAt(int parallelism) {
    return new ModelRuns(parallelism, Optional.empty());
  }

  static ModelRuns durableAt(int parallelism) {
    return new ModelRuns(parallelism, Optional.of(MemoryCheckpointStore.create()));
  }

  /// Has a workflow driven by threads of the executor.
  ModelAccount start(RandomGraphs.Case one) throws InterruptedException {
    one.trace().clear();
    var outgoing = pace.outgoing(one);
    var handle = executor.start(one.workflow(), one.input(), id(one));
    var verdict = ModelAccount.verdict(pace.pass(executor, handle, outgoing));
    return new ModelAccount(
        verdict,
        List.copyOf(handle.outputs()),
        one.trace().context(),
        one.trace().gathered(),
        outgoing.answers());
  }

  /// Has a workflow driven by the thread that calls `run`. That it gives no outputs but the first
  /// is made good from what is expected.
  ModelAccount run(RandomGraphs.Case one) throws Exception {
    one.trace().clear();
    var task =
        new FutureTask<Verdict>(() -> {
          try {
            return new ModelAccount.Completed(run(one.workflow(), one.input(), id(one)));
          } catch (NoOutputException e) {
            return new ModelAccount.WithoutOutput();
          } catch (StepFailedException e) {
            return new ModelAccount.Failed(e.failure().step(), e.failure().attempt());
          }
        });
    Thread.ofVirtual().start(task);
    var verdict = task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    return new ModelAccount(
        verdict,
        one.expectation().inOrder().outputs(),
        one.trace().context(),
        one.trace().gathered(),
        List.of());
  }

  private <O> Object run(Workflow<RandomTally, RandomToken, O> workflow, RandomToken in, RunId id)
      throws InterruptedException {
    return executor.run(workflow, in, id);
  }

  /// Ends the executor and opens its store again, to look at what is left there.
  MemoryCheckpointStore closeAndReopen() {
    executor.close(Duration.ZERO);
    return store.orElseThrow().reopen();
  }

  /// Opens the store by another executor.
  void restart() {
    executor = executor(store.map(MemoryCheckpointStore::reopen));
  }

  /// How a stored run, loaded by another executor, differs from what was told when it ended.
  Optional<String> differenceLoaded(RandomGraphs.Case one, ModelAccount told)
      throws InterruptedException {
    var handle = executor.start(one.workflow(), one.input(), id(one));
    var again =
        new ModelAccount(
            ModelAccount.verdict(handle.await(LIMIT).orElseThrow()),
            List.copyOf(handle.outputs()),
            told.context(),
            told.gathered(),
            told.answers());
    return again.equals(told)
        ? Optional.empty()
        : Optional.of("loaded: expected %s, was %s".formatted(told, again));
  }

  /// What a run that is over has left in a store and should not have, or what is wrong there. A
  /// stalled run keeps its holds, what it knows of signals, and what is dropped but not touched; a
  /// failed one is not looked at, for it may go on.
  static Optional<String> leftovers(
      MemoryCheckpointStore reopened, RandomGraphs.Case one, ModelAccount told) {
    var entries = reopened.entries(id(one), -1, MANY);
    var context = context(entries);
    if (!context.equals(told.context())) {
      return Optional.of("stored context: expected %s, was %s".formatted(told.context(), context));
    }
    var status = reopened.find(id(one)).orElseThrow().status();
    var closed = closed(entries);
    var left =
        entries.stream()
            .filter(entry -> !KEPT.contains(entry.kind()))
            .filter(entry -> status != RunStatus.STALLED || !isDropped(entry, closed))
            .filter(entry -> status != RunStatus.STALLED || !STALLED.contains(entry.kind()))
            .toList();
    return status == RunStatus.FAILED || left.isEmpty()
        ? Optional.empty()
        : Optional.of("left in the store by a run that is " + status + ": " + left);
  }

  /// Groups that have closed, or lie in such.
  private static Set<Long> closed(List<Entry> entries) {
    var closed = new HashSet<Long>();
    for (var entry : entries) { // a group comes before what lies in it
      if (entry.kind() == Entry.Kind.GROUP
          && (closed.contains(entry.group()) || EntryCodec.SHARED.group(entry.detail()).closed())) {
        closed.add(entry.id());
      }
    }
    return closed;
  }

  /// Whether nobody will ever execute it: it goes when it is next touched.
  private static boolean isDropped(Entry entry, Set<Long> closed) {
    return closed.contains(entry.id()) || closed.contains(entry.group());
  }

  /// The context as stored, its deltas merged.
  static RandomTally context(List<Entry> entries) {
    var context = RandomTally.ZERO;
    for (var entry : entries) { // the whole comes before its deltas
      if (entry.kind() == Entry.Kind.CONTEXT || entry.kind() == Entry.Kind.DELTA) {
        context = context.plus(TALLIES.read("the context", entry.payload()));
      }
    }
    return context;
  }

  private static RunId id(RandomGraphs.Case one) {
    return RunId.of(one.workflow().name());
  }

  private WorkflowExecutor executor(Optional<MemoryCheckpointStore> from) {
    var builder = WorkflowExecutor.builder().parallelism(parallelism).time(time).threads(pace);
    from.ifPresent(builder::store);
    return builder.build();
  }

  @Override
  public void close() {
    executor.close(Duration.ZERO);
  }
}
