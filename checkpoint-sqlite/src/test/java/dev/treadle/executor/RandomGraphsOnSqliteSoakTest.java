package dev.treadle.executor;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As [RandomGraphsOnSqliteTest], for many more graphs.
@Tag("soak")
final class RandomGraphsOnSqliteSoakTest {
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);
  private static final long GRAPHS = Long.getLong("treadle.soak.sqlite", 20_000);

  @TempDir private Path folder;

  @Test
  void run_commitsOfManyMoreGraphsBreakAgainAndAgain_isAsTheReferenceTells() throws Exception {
    RandomGraphsOnSqliteTest.compare(folder, 16, SEED, GRAPHS);
  }
}
