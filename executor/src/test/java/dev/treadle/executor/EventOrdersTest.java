package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.executor.ExploredOrder.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All orders of up to six events, on many small workflows.
final class EventOrdersTest {
  private static final List<Kind> OUTSIDE =
      List.of(Kind.CANCEL, Kind.MISS, Kind.TIMEOUT, Kind.REFUSE, Kind.DIE, Kind.LOSE);

  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int GRAPHS = Integer.getInteger("treadle.orders", 30);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allOrdersOfSixEvents_endAsTheReferenceTells(boolean durable) {
    long orders = 0;
    for (long seed = SEED; seed < SEED + GRAPHS; seed++) {
      // a stored run may die too, which is two more events at each turn
      var one = RandomGraphs.make(seed, 2 + (int) (seed % (durable ? 3 : 6)));
      var explorer = new OrderExplorer(one, outside(seed), durable);
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

  /// Two kinds of events from outside, another pair for each of fifteen seeds.
  private static Set<Kind> outside(long seed) {
    int pair = Math.floorMod(seed, 15);
    for (int first = 0; ; first++) {
      int seconds = OUTSIDE.size() - 1 - first;
      if (pair < seconds) {
        return EnumSet.of(OUTSIDE.get(first), OUTSIDE.get(first + 1 + pair));
      }
      pair -= seconds;
    }
  }
}
