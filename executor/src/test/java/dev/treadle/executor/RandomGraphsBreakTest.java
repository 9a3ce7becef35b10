package dev.treadle.executor;

import org.junit.jupiter.api.Test;

/// Random graphs come to the same when their store breaks again and again, and the run goes on each
/// time with what was durable.
final class RandomGraphsBreakTest {
  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int GRAPHS = Math.max(1, Integer.getInteger("treadle.graphs", 5_000) / 50);
  private static final int SIZE = Integer.getInteger("treadle.size", 16);

  @Test
  void run_storeBreaksAgainAndAgain_isAsTheReferenceTells() throws Exception {
    for (long seed = SEED; seed < SEED + GRAPHS; seed++) {
      for (int parallelism : new int[] {1, 4}) {
        var memory = MemoryCheckpointStore.create();
        var difference =
            new RandomBreaks("executor", getClass(), memory::reopen, 20)
                .difference(seed, SIZE, parallelism);
        if (difference.isPresent()) {
          throw new AssertionError(difference.get());
        }
      }
    }
  }
}
