package dev.treadle.executor;

import dev.treadle.executor.ExploredOrder.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;

/// Compares random graphs, in every mode, with what the [ReferenceInterpreter] tells of them: by
/// executors, one item at a time and many at a time, transient and durable, and by the bare
/// [RunState] in orders and with events that no executor would come to by chance.
final class RandomGraphsCheck {
  /// How many graphs share executors.
  private static final int CHUNK = 100;

  private static final int WORKERS = 2;

  private static final EnumSet<Kind> ENDS = EnumSet.of(Kind.CANCEL, Kind.MISS);
  private static final EnumSet<Kind> TROUBLES =
      EnumSet.of(Kind.TIMEOUT, Kind.REFUSE, Kind.DIE, Kind.LOSE);

  /// A graph by what it is made of.
  private record Sized(long seed, int size, RandomGraphs.Case graph) {
    static Sized of(long seed, int size) {
      return new Sized(seed, size, RandomGraphs.make(seed, size));
    }
  }

  private record Failure(Sized graph, String difference) {}

  private final AtomicLong next;
  private final AtomicLong done = new AtomicLong();
  private final long end;
  private final int size;
  private final long deadline;

  private RandomGraphsCheck(long first, long count, int size, long deadline) {
    this.next = new AtomicLong(first);
    this.end = first + count;
    this.size = size;
    this.deadline = deadline;
  }

  /// How many graphs were looked at, if they are all right.
  ///
  /// @param size of each graph, or 0 for all sizes in turn
  /// @param nanos after how long no more graphs are begun
  /// @throws AssertionError if one is not, by the smallest size that fails
  static long run(long first, long count, int size, long nanos) throws Exception {
    var check = new RandomGraphsCheck(first, count, size, System.nanoTime() + nanos);
    var tasks = new ArrayList<FutureTask<Optional<String>>>();
    for (int i = 0; i < WORKERS; i++) {
      var task = new FutureTask<>(check::work);
      tasks.add(task);
      Thread.ofPlatform().name("random-graphs-" + i).start(task);
    }
    for (var task : tasks) {
      task.get()
          .ifPresent(failure -> {
            throw new AssertionError(failure);
          });
    }
    return check.done.get();
  }

  static int size(long seed) {
    return 1 + Math.floorMod(seed * 7, 39);
  }

  private Optional<String> work() throws Exception {
    for (long from = next.getAndAdd(CHUNK);
        from < end && System.nanoTime() < deadline;
        from = next.getAndAdd(CHUNK)) {
      var cases = new ArrayList<Sized>();
      for (long seed = from; seed < Math.min(from + CHUNK, end); seed++) {
        cases.add(Sized.of(seed, size > 0 ? size : size(seed)));
      }
      var failure = firstFailure(cases);
      if (failure.isPresent()) {
        next.set(end); // the others need not go on
        return Optional.of(shrunk(failure.get()));
      }
      done.addAndGet(cases.size());
    }
    return Optional.empty();
  }

  /// The failure of the smallest graph of the same seed that fails.
  private static String shrunk(Failure failure) throws Exception {
    for (int size = 1; size < failure.graph.size; size++) {
      var smaller = firstFailure(List.of(Sized.of(failure.graph.seed, size)));
      if (smaller.isPresent()) {
        return told(smaller.get());
      }
    }
    return told(failure);
  }

  private static String told(Failure failure) {
    var graph = failure.graph;
    return """
    %s
    replay: mvn test -pl executor -am -Dsurefire.failIfNoSpecifiedTests=false \
    -Dtest=RandomGraphsTest -Dtreadle.seed=%d -Dtreadle.graphs=1 -Dtreadle.size=%d
    keep: add the line "%d %d" to executor/src/test/resources/random-graphs.seeds
    %s\
    """
        .formatted(
            failure.difference,
            graph.seed,
            graph.size,
            graph.seed,
            graph.size,
            graph.graph.workflow().toMermaid());
  }

  // --- modes

  private static Optional<Failure> firstFailure(List<Sized> cases) throws Exception {
    var failure = firstTransientFailure(1, cases);
    if (failure.isEmpty()) {
      failure = firstTransientFailure((cases.getFirst().seed / CHUNK) % 2 == 0 ? 4 : 64, cases);
    }
    for (int half = 0; half < 2 && failure.isEmpty(); half++) {
      long odd = half;
      var some = cases.stream().filter(one -> Math.floorMod(one.seed, 2L) == odd).toList();
      failure = firstDurableFailure(half == 0 ? 1 : 4, some);
    }
    for (int i = 0; i < cases.size() && failure.isEmpty(); i++) {
      failure = walkFailure(cases.get(i));
    }
    return failure;
  }

  private static Optional<Failure> firstTransientFailure(int parallelism, List<Sized> cases) {
    try (var runs = ModelRuns.transientAt(parallelism)) {
      for (var one : cases) {
        var difference = guarded(() -> difference(runs, parallelism, one.graph));
        if (difference.isPresent()) {
          return failure(one, "transient at parallelism " + parallelism, difference.get());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(ModelRuns runs, int parallelism, RandomGraphs.Case one)
      throws Exception {
    if (parallelism > 1) {
      return one.expectation().difference(runs.start(one));
    }
    // every other graph is driven by the caller's thread
    boolean here =
        (one.input().value() & 1) == 0
            && !one.expectation().waits()
            && !(one.expectation().inOrder().verdict() instanceof ModelAccount.Stalled);
    return one.expectation().differenceInOrder(here ? runs.run(one) : runs.start(one));
  }

  private static Optional<Failure> firstDurableFailure(int parallelism, List<Sized> cases)
      throws Exception {
    var mode = "durable at parallelism " + parallelism;
    try (var runs = ModelRuns.durableAt(parallelism)) {
      var told = new ArrayList<ModelAccount>();
      for (var one : cases) {
        var difference = guarded(() -> durableDifference(runs, parallelism, one.graph, told));
        if (difference.isPresent()) {
          return failure(one, mode, difference.get());
        }
      }
      try (var store = runs.closeAndReopen()) {
        for (int i = 0; i < cases.size(); i++) {
          var difference = ModelRuns.leftovers(store, cases.get(i).graph, told.get(i));
          if (difference.isPresent()) {
            return failure(cases.get(i), mode, difference.get());
          }
        }
      }
      runs.restart();
      for (int i = 0; i < cases.size(); i++) {
        var one = cases.get(i);
        var account = told.get(i);
        var difference = guarded(() -> runs.differenceLoaded(one.graph, account));
        if (difference.isPresent()) {
          return failure(one, mode, difference.get());
        }
      }
      return Optional.empty();
    }
  }

  private static Optional<String> durableDifference(
      ModelRuns runs, int parallelism, RandomGraphs.Case one, List<ModelAccount> told)
      throws InterruptedException {
    var account = runs.start(one);
    told.add(account);
    return parallelism == 1
        ? one.expectation().differenceInOrder(account)
        : one.expectation().difference(account);
  }

  /// One order to the end of the run, and one with whatever may come in between.
  private static Optional<Failure> walkFailure(Sized one) {
    var random = new SplittableRandom(RandomSteps.mix(one.seed, one.size));
    boolean durable = random.nextInt(4) == 0;
    var calm = new OrderExplorer(one.graph, EnumSet.noneOf(Kind.class), !durable);
    var wild = new OrderExplorer(one.graph, outside(random), durable);
    var difference =
        guarded(() -> calm.differenceOf(random)).or(() -> guarded(() -> wild.differenceOf(random)));
    return difference.flatMap(what -> failure(one, "event by event", what));
  }

  private static EnumSet<Kind> outside(SplittableRandom random) {
    var outside = EnumSet.noneOf(Kind.class);
    ENDS.stream().filter(_ -> random.nextInt(10) == 0).forEach(outside::add);
    TROUBLES.stream().filter(_ -> random.nextInt(2) == 0).forEach(outside::add);
    return outside;
  }

  /// What a comparison says, or what it throws: a run that hangs, too, is told with its seed.
  private static Optional<String> guarded(Callable<Optional<String>> comparison) {
    try {
      return comparison.call();
    } catch (Exception | AssertionError e) {
      return Optional.of("threw " + e + (e.getCause() == null ? "" : ", " + e.getCause()));
    }
  }

  private static Optional<Failure> failure(Sized graph, String mode, String difference) {
    return Optional.of(
        new Failure(
            graph, "graph %s, %s: %s".formatted(graph.graph.workflow().name(), mode, difference)));
  }
}
