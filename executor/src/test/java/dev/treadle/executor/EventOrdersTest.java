package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All orders of up to six events, on many small workflows.
final class EventOrdersTest {
  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int GRAPHS = Integer.getInteger("treadle.orders", 50);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allOrdersOfSixEvents_endAsTheReferenceTells(boolean durable) {
    long orders = 0;
    for (long seed = SEED; seed < SEED + GRAPHS; seed++) {
      // a stored run may die too, which is two more events at each turn
      var one = RandomGraphs.make(seed, 2 + (int) (seed % (durable ? 3 : 6)));
      var explorer = new OrderExplorer(one.workflow(), one.input(), seed % 3 == 0, durable);
      Optional<String> difference = explorer.difference();
      if (difference.isPresent()) {
        throw new AssertionError(
            "%s%nreplay: -Dtreadle.seed=%d -Dtreadle.orders=1%n%s"
                .formatted(difference.get(), seed, one.workflow().toMermaid()));
      }
      orders += explorer.orders();
    }
    assertThat(orders).isGreaterThan(GRAPHS);
    System.out.printf("%d orders of events on %d graphs%n", orders, GRAPHS);
  }
}
