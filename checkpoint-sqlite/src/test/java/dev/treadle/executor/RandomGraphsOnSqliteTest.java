package dev.treadle.executor;

import dev.treadle.checkpoint.sqlite.SqliteCheckpointStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random graphs come to the same on SQLite when commits break again and again, and the run goes on
/// each time with what the database has. Lies beside the classes whose random graphs it uses.
final class RandomGraphsOnSqliteTest {
  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int GRAPHS = Math.max(1, Integer.getInteger("treadle.graphs", 5_000) / 25);
  private static final int SIZE = Integer.getInteger("treadle.size", 16);

  @TempDir private Path folder;

  @Test
  void run_commitsBreakAgainAndAgain_isAsTheReferenceTells() throws Exception {
    compare(folder, SIZE, SEED, GRAPHS);
  }

  static void compare(Path folder, int size, long first, long graphs) throws Exception {
    int deaths = 0;
    for (long seed = first; seed < first + graphs; seed++) {
      int parallelism = seed % 2 == 0 ? 1 : 4;
      var file = Files.createDirectory(folder.resolve("seed-" + seed)).resolve("runs.db");
      var breaks =
          new RandomBreaks(
              "checkpoint-sqlite",
              RandomGraphsOnSqliteTest.class,
              () -> SqliteCheckpointStore.open(file),
              5);
      var difference = breaks.difference(seed, size, parallelism);
      if (difference.isPresent()) {
        throw new AssertionError(difference.get());
      }
      deaths += breaks.deaths();
      Files.delete(file);
    }
    System.out.printf("%d random graphs on SQLite, %d deaths%n", graphs, deaths);
  }
}
