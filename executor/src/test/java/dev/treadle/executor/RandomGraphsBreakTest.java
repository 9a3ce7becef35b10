package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.TreadleException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Random graphs come to the same when their store breaks again and again, and the run goes on each
/// time with what was durable.
final class RandomGraphsBreakTest {
  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int GRAPHS = Math.max(1, Integer.getInteger("treadle.graphs", 2_000) / 20);
  private static final int SIZE = Integer.getInteger("treadle.size", 16);
  private static final RunId RUN = RunId.of("run");

  @Test
  void run_storeBreaksAgainAndAgain_isAsTheReferenceTells() throws Exception {
    for (long seed = SEED; seed < SEED + GRAPHS; seed++) {
      for (int parallelism : new int[] {1, 4}) {
        var difference = difference(seed, parallelism);
        if (difference.isPresent()) {
          throw new AssertionError(
              "at parallelism %d: %s%nreplay: -Dtreadle.seed=%d -Dtreadle.graphs=1 -Dtreadle.size=%d"
                  .formatted(parallelism, difference.get(), seed, SIZE));
        }
      }
    }
  }

  private static Optional<String> difference(long seed, int parallelism) throws Exception {
    var random = new SplittableRandom(seed);
    var one = RandomGraphs.make(seed, SIZE);
    var memory = MemoryCheckpointStore.create();
    var time = new ManualTime();
    Optional<ModelAccount> told = Optional.empty();
    for (int tries = 0; told.isEmpty(); tries++) {
      if (tries > RandomGraphs.BOUND * 2) {
        return Optional.of("the run does not get on");
      }
      var store =
          new RandomBreakingStore(
              memory.reopen(), random.nextInt(1, 40 + tries), random.nextBoolean());
      told = attempt(one, store, parallelism, time);
    }
    var account = told.get();
    try (var last = memory.reopen()) {
      var context = ModelRuns.context(last.entries(RUN, -1, Integer.MAX_VALUE));
      return one.expectation()
          .difference(
              new ModelAccount(
                  account.verdict(),
                  account.outputs(),
                  context,
                  one.expectation().all().gathered()));
    }
  }

  /// Runs until the store breaks, or to the end.
  private static Optional<ModelAccount> attempt(
      RandomGraphs.Case one, RandomBreakingStore store, int parallelism, ManualTime time)
      throws InterruptedException {
    var builder = WorkflowExecutor.builder().store(store).parallelism(parallelism).time(time);
    try (var executor = builder.build()) {
      var handle = executor.start(one.workflow(), one.input(), RUN);
      var result = time.pass(handle);
      return Optional.of(
          new ModelAccount(
              ModelAccount.verdict(result),
              List.copyOf(handle.outputs()),
              RandomTally.ZERO,
              List.of()));
    } catch (TreadleException e) {
      return Optional.empty();
    }
  }
}
