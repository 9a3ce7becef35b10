package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// As [RandomGraphsTest], for as long as one likes.
@Tag("soak")
final class RandomGraphsSoakTest {
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);
  private static final long GRAPHS = Long.getLong("treadle.soak.graphs", 1_000_000);
  private static final long MINUTES = Long.getLong("treadle.soak.minutes", 24 * 60);

  @Test
  void run_manyMoreRandomGraphs_isAsTheReferenceTells() throws Exception {
    long graphs = RandomGraphsCheck.run(SEED, GRAPHS, 0, TimeUnit.MINUTES.toNanos(MINUTES));
    System.out.printf("%d random graphs from seed %d on, none failed%n", graphs, SEED);
    assertThat(graphs).isPositive();
  }
}
