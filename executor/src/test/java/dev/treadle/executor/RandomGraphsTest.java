package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Random graphs mean the same to the executor, in every mode, as to the reference interpreter.
///
/// A failure names the line that runs the one graph again, by the smallest size that fails.
final class RandomGraphsTest {
  private static final long SEED = Long.getLong("treadle.seed", 1);
  private static final int GRAPHS = Integer.getInteger("treadle.graphs", 5_000);
  private static final int SIZE = Integer.getInteger("treadle.size", 0);

  @Test
  void run_randomGraphs_isAsTheReferenceTells() throws Exception {
    assertThat(RandomGraphsCheck.run(SEED, GRAPHS, SIZE, Long.MAX_VALUE / 2)).isEqualTo(GRAPHS);
  }

  /// Graphs that have failed once. The seeds are of the present generator: whoever changes that
  /// looks for new ones by taking the fix of the bug away.
  @Test
  void run_graphsThatHaveFailedOnce_isAsTheReferenceTells() throws Exception {
    var lines = kept();
    assertThat(lines).isNotEmpty();
    for (var line : lines) {
      var parts = line.split(" ", 3);
      long seed = Long.parseLong(parts[0]);
      assertThat(RandomGraphsCheck.run(seed, 1, Integer.parseInt(parts[1]), Long.MAX_VALUE / 2))
          .isOne();
    }
  }

  private static List<String> kept() throws Exception {
    return Files.readAllLines(Path.of("src/test/resources/random-graphs.seeds")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  @Test
  void make_sameSeed_sameGraph() {
    for (long seed = 0; seed < 20; seed++) {
      var one = RandomGraphs.make(seed, RandomGraphsCheck.size(seed));
      var other = RandomGraphs.make(seed, RandomGraphsCheck.size(seed));
      assertThat(one.workflow().fingerprint()).isEqualTo(other.workflow().fingerprint());
      assertThat(one.signals()).isEqualTo(other.signals());
      assertThat(one.expectation()).isEqualTo(other.expectation());
    }
  }
}
