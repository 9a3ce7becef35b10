package dev.treadle.executor;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// Runs simulations by their seeds. Stateless.
final class Simulations {
  private Simulations() {}

  static void assumePossible() {
    if (Boolean.getBoolean("treadle.simulate") && !Simulation.isPossible()) {
      throw new AssertionError("the build is to open java.lang to the tests, and does not");
    }
    Assumptions.assumeTrue(
        Simulation.isPossible(), "needs --add-opens java.base/java.lang=ALL-UNNAMED");
  }

  /// The first failure among the seeds of a group, which share a graph.
  static Optional<String> firstFailure(long group, long from, long to, int shared) {
    var graph = RandomGraphs.makeUnsignalled(group, 1 + (int) (group % 12));
    for (long seed = Math.max(from, group * shared);
        seed < Math.min(to, (group + 1) * shared);
        seed++) {
      var failure = failure(graph, seed);
      if (failure.isPresent()) {
        return Optional.of(
            "%s%nreplay: -Dtest=SimulationTest -Dtreadle.seed=%d -Dtreadle.simulations=1%n%s"
                .formatted(failure.get(), seed, graph.workflow().toMermaid()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> failure(RandomGraphs.Case graph, long seed) {
    return failure(graph, seed, new Simulation(seed));
  }

  static Optional<String> failure(RandomGraphs.Case graph, long seed, Simulation simulation) {
    try {
      return new SimulatedRun(graph, seed, simulation).difference();
    } catch (Throwable e) { // a hang, too, is told with its seed
      var told = new StringWriter();
      e.printStackTrace(new PrintWriter(told));
      return Optional.of(told.toString());
    }
  }
}
