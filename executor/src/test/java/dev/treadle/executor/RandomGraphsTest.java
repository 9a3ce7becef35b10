package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/// Random graphs mean the same to the executor, in every mode, as to the reference interpreter.
///
/// A failure names the properties that run the one graph again, by the smallest size that fails.
final class RandomGraphsTest {
  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int GRAPHS = Integer.getInteger("treadle.graphs", 2_000);
  private static final int SIZE = Integer.getInteger("treadle.size", 0);

  /// How many graphs share executors.
  private static final int CHUNK = 100;

  @Test
  void run_randomGraphs_isAsTheReferenceTells() throws Exception {
    for (long first = SEED; first < SEED + GRAPHS; first += CHUNK) {
      var cases = new ArrayList<Sized>();
      for (long seed = first; seed < Math.min(first + CHUNK, SEED + GRAPHS); seed++) {
        cases.add(Sized.of(seed, size(seed)));
      }
      var failure = firstFailure(cases);
      if (failure.isPresent()) {
        throw new AssertionError(shrunk(failure.get()));
      }
    }
  }

  @Test
  void make_sameSeed_sameGraph() {
    for (long seed = 0; seed < 20; seed++) {
      var one = RandomGraphs.make(seed, size(seed));
      var other = RandomGraphs.make(seed, size(seed));
      assertThat(one.workflow().fingerprint()).isEqualTo(other.workflow().fingerprint());
      assertThat(one.expectation()).isEqualTo(other.expectation());
    }
  }

  private record Sized(long seed, int size, RandomGraphs.Case graph) {
    static Sized of(long seed, int size) {
      return new Sized(seed, size, RandomGraphs.make(seed, size));
    }
  }

  private record Failure(Sized graph, String difference) {}

  private static int size(long seed) {
    return SIZE > 0 ? SIZE : 1 + Math.floorMod(seed * 7, 39);
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
    return "%s%nreplay: -Dtreadle.seed=%d -Dtreadle.graphs=1 -Dtreadle.size=%d%n%s"
        .formatted(failure.difference, graph.seed, graph.size, graph.graph.workflow().toMermaid());
  }

  private static Optional<Failure> firstFailure(List<Sized> cases) throws Exception {
    for (int parallelism : new int[] {1, 4, 64}) {
      try (var runs = ModelRuns.transientAt(parallelism)) {
        for (var one : cases) {
          var difference = guarded(() -> difference(runs, parallelism, one.graph));
          if (difference.isPresent()) {
            return failure(one, "transient", parallelism, difference.get());
          }
        }
      }
    }
    for (int parallelism : new int[] {1, 4}) {
      try (var runs = ModelRuns.durableAt(parallelism)) {
        var failure = firstDurableFailure(runs, parallelism, cases);
        if (failure.isPresent()) {
          return failure;
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

  private static Optional<Failure> firstDurableFailure(
      ModelRuns runs, int parallelism, List<Sized> cases) throws Exception {
    var told = new ArrayList<ModelAccount>();
    for (var one : cases) {
      var expected = one.graph.expectation();
      var difference =
          guarded(() -> {
            var account = runs.start(one.graph);
            told.add(account);
            return parallelism == 1
                ? expected.differenceInOrder(account)
                : expected.difference(account);
          });
      if (difference.isPresent()) {
        return failure(one, "durable", parallelism, difference.get());
      }
    }
    try (var store = runs.closeAndReopen()) {
      for (int i = 0; i < cases.size(); i++) {
        var difference = ModelRuns.leftovers(store, cases.get(i).graph, told.get(i));
        if (difference.isPresent()) {
          return failure(cases.get(i), "durable", parallelism, difference.get());
        }
      }
    }
    runs.restart();
    for (int i = 0; i < cases.size(); i++) {
      var one = cases.get(i);
      var account = told.get(i);
      var difference = guarded(() -> runs.differenceLoaded(one.graph, account));
      if (difference.isPresent()) {
        return failure(one, "durable", parallelism, difference.get());
      }
    }
    return Optional.empty();
  }

  /// What a comparison says, or what it throws: a run that hangs, too, is told with its seed.
  private static Optional<String> guarded(Callable<Optional<String>> comparison) {
    try {
      return comparison.call();
    } catch (Exception | AssertionError e) {
      return Optional.of("threw " + e);
    }
  }

  private static Optional<Failure> failure(
      Sized graph, String mode, int parallelism, String difference) {
    return Optional.of(
        new Failure(
            graph,
            "graph %s, %s at parallelism %d: %s"
                .formatted(graph.graph.workflow().name(), mode, parallelism, difference)));
  }
}
