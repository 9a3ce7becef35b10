package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The executor under a scheduler that one seed decides: whatever the order of its threads, timers,
/// deaths and cancels, a run comes to the end that the reference interpreter says, nothing hangs,
/// and what was committed is never executed again.
///
/// A failure names the properties that run the one seed again.
@Timeout(300)
final class SimulationTest {
  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int SEEDS = Integer.getInteger("treadle.simulations", 20_000);
  private static final int WORKERS = 2;

  /// How many runs share a graph.
  private static final int SHARED = 50;

  @BeforeEach
  void needsAnOpenScheduler() {
    Simulations.assumePossible();
  }

  @Test
  void run_underAnyOrder_endsAsTheReferenceTells() throws Exception {
    var next = new AtomicLong(SEED / SHARED);
    var tasks = new FutureTask<?>[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
      tasks[i] = new FutureTask<>((Callable<Optional<String>>) () -> work(next));
      Thread.ofPlatform().name("simulation-" + i).start(tasks[i]);
    }
    for (var task : tasks) {
      assertThat((Optional<?>) task.get()).isEmpty();
    }
  }

  @Test
  void run_sameSeed_sameOrder() {
    var graph = RandomGraphs.makeUnsignalled(7, 8);
    for (long seed = 0; seed < 50; seed++) {
      assertThat(switches(graph, seed)).isEqualTo(switches(graph, seed));
    }
  }

  private static int switches(RandomGraphs.Case graph, long seed) {
    var simulation = new Simulation(seed);
    assertThat(Simulations.failure(graph, seed, simulation)).isEmpty();
    return simulation.switches();
  }

  private static Optional<String> work(AtomicLong next) {
    for (long group = next.getAndIncrement();
        group * SHARED < SEED + SEEDS;
        group = next.getAndIncrement()) {
      var failure = Simulations.firstFailure(group, SEED, SEED + SEEDS, SHARED);
      if (failure.isPresent()) {
        next.set(Long.MAX_VALUE / SHARED); // the others need not go on
        return failure;
      }
    }
    return Optional.empty();
  }
}
