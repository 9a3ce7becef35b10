package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.executor.ExploredOrder.Kind;
import dev.treadle.executor.RandomWiring.End;
import dev.treadle.executor.RandomWiring.Feed;
import dev.treadle.executor.RandomWiring.To;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// All orders of up to six events, on a workflow made for them and on many small random ones.
final class EventOrdersTest {
  /// What may come from outside; signals, and late attempts, come anyway.
  private static final List<Kind> OUTSIDE =
      List.of(Kind.CANCEL, Kind.MISS, Kind.TIMEOUT, Kind.REFUSE, Kind.DIE, Kind.LOSE);

  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int GRAPHS = Integer.getInteger("treadle.orders", 15);

  static Stream<JoinPolicy> policies() {
    return Stream.of(JoinPolicy.all(), JoinPolicy.first(), JoinPolicy.tolerating(1));
  }

  /// An attempt in time or not, a gate, and a wait that ends by a signal or by its deadline, side
  /// by side; where they arrive, a join of a policy; and each pair of what may come from outside.
  @ParameterizedTest
  @MethodSource("policies")
  void allOrdersOfSixEventsAtOnce_endAsTheReferenceTells(JoinPolicy policy) {
    var one = sixAtOnce(policy);
    long orders = 0;
    var seen = EnumSet.noneOf(Kind.class);
    for (int pair = 0; pair < 15; pair++) {
      var outside = outside(pair);
      for (boolean durable : durabilities(outside)) {
        orders += explore(one, outside, durable, seen, "with a policy of " + policy);
      }
    }
    assertThat(seen).isEqualTo(EnumSet.allOf(Kind.class));
    System.out.printf("%d orders of six events, %s%n", orders, policy);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allOrdersOfSixEvents_endAsTheReferenceTells(boolean durable) {
    long orders = 0;
    for (long seed = SEED; seed < SEED + GRAPHS; seed++) {
      // a stored run may die too, which is two more events at each turn
      var one = RandomGraphs.make(seed, 2 + (int) (seed % (durable ? 3 : 6)));
      var replay = "replay: -Dtreadle.seed=%d -Dtreadle.orders=1".formatted(seed);
      orders += explore(one, outside(seed), durable, EnumSet.noneOf(Kind.class), replay);
    }
    assertThat(orders).isGreaterThan(GRAPHS);
    System.out.printf("%d orders of events on %d graphs%n", orders, GRAPHS);
  }

  private static long explore(
      RandomGraphs.Case one, Set<Kind> outside, boolean durable, Set<Kind> seen, String replay) {
    var explorer = new OrderExplorer(one, outside, durable);
    var difference = explorer.difference();
    if (difference.isPresent()) {
      throw new AssertionError(
          "%s%n%s%n%s".formatted(difference.get(), replay, one.workflow().toMermaid()));
    }
    seen.addAll(explorer.seen());
    return explorer.orders();
  }

  /// A store must be there to refuse or to outlive a process; then it is there both times.
  private static List<Boolean> durabilities(Set<Kind> outside) {
    var needing = EnumSet.of(Kind.REFUSE, Kind.DIE, Kind.LOSE);
    return outside.stream().anyMatch(needing::contains) ? List.of(true) : List.of(false, true);
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

  private static RandomGraphs.Case sixAtOnce(JoinPolicy policy) {
    var trace = new RandomTrace();
    var steps = new RandomSteps(trace);
    var wiring = new RandomWiring();
    var fork = steps.step("fork", temper(1, false));
    var timed = steps.step("timed", temper(2, true));
    var gate = steps.gate("gate", temper(3, false));
    var await = steps.await("await", "signal", 1, temper(4, false));
    var late = steps.step("late", temper(5, false));
    var join = steps.join("join", temper(6, false));
    for (var branch : new ArrayList<>(List.of(timed, gate, await))) {
      wiring.way(fork, new To(branch));
      wiring.way(branch, new Feed(fork, join));
    }
    wiring.late(await, Duration.ofMillis(2), late);
    wiring.way(late, new Feed(fork, join));
    wiring.policy(join, policy);
    wiring.way(join, new End());
    var workflow = wiring.build("six", fork, RandomTally.merge(trace));
    var input = new RandomToken(7, 5);
    var signals = List.of(new RandomSending(0, "signal", "key0", new RandomToken(8, 0)));
    var expectation = ModelExpectation.of(workflow, input, signals, RandomGraphs.BOUND);
    return new RandomGraphs.Case(workflow, input, trace, signals, expectation);
  }

  /// A step that gives one output at once and changes the context.
  private static RandomSteps.Temper temper(long seed, boolean timed) {
    return new RandomSteps.Temper(seed, 1, 0, 0, 0, 1, 100, 0, 0, timed);
  }
}
