package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process at random moments and looks at what its runs have become.
final class KillTest {
  private static final int KILLS = 50;

  /// Steps of one run: list, a look at each, the even ones, the inner forks with their items and
  /// joins, the total.
  private static final int STEPS =
      1 + KilledRun.WIDTH + KilledRun.WIDTH / 2 + KilledRun.WIDTH / 2 * (2 + KilledRun.DEPTH) + 1;

  @TempDir Path folder;

  private int kills;
  private int killsOfRun;
  private long executions;

  @Test
  void killedAtRandomMoments_eachCommitOnce_andNothingMoreOftenThanTheKillsExplain()
      throws Exception {
    long seed = Long.getLong("treadle.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    int runs = 0;
    while (kills < KILLS) {
      drive(RunId.of("run-" + runs++), random);
    }
    System.out.printf(
        "%d kills, %d runs, %d steps committed, %d executed (-Dtreadle.seed=%d)%n",
        kills, runs, runs * STEPS, executions, seed);
  }

  /// Starts the process again and again until the run is complete.
  private void drive(RunId run, SplittableRandom random) throws Exception {
    var log = folder.resolve(run + ".log");
    killsOfRun = 0;
    while (true) {
      var process =
          Jvm.start(
              KilledRun.class,
              "64m",
              folder.resolve("runs.db").toString(),
              log.toString(),
              "" + run);
      try (var output = process.inputReader(StandardCharsets.UTF_8)) {
        assertThat(output.readLine()).isEqualTo("started");
        boolean ended =
            kills >= KILLS
                ? process.waitFor(1, TimeUnit.MINUTES)
                : process.waitFor(random.nextInt(120), TimeUnit.MILLISECONDS);
        if (ended) {
          assertThat(output.readLine()).isEqualTo(expected());
          assertThat(process.exitValue()).isZero();
          audit(run, log);
          return;
        }
        assertThat(kills).as("a run that is not killed ends").isLessThan(KILLS);
        kills++;
        killsOfRun++;
        process.destroyForcibly().waitFor();
      }
    }
  }

  private void audit(RunId run, Path log) throws IOException {
    try (var store = SqliteCheckpointStore.openReadOnly(folder.resolve("runs.db"))) {
      var header = store.find(run).orElseThrow();
      assertThat(header.status()).isEqualTo(RunStatus.COMPLETED);
      // a start mark precedes what is executed first after each kill: at most four items wait then
      assertThat(header.sequence())
          .as("one commit a step, the start, and start marks after kills")
          .isBetween(STEPS + 1L, STEPS + 1L + 4L * killsOfRun);
      var entries = store.entries(run, -1, 1000);
      assertThat(entries)
          .extracting(Entry::kind)
          .containsExactlyInAnyOrder(Entry.Kind.INPUT, Entry.Kind.CONTEXT, Entry.Kind.OUTPUT);
      var context =
          entries.stream().filter(e -> e.kind() == Entry.Kind.CONTEXT).findFirst().orElseThrow();
      var counts = new String(context.payload(), StandardCharsets.UTF_8);
      assertThat(counts)
          .as("each commit took effect once")
          .doesNotContainPattern(":(?!1[,}])\\d+[,}]");
      assertThat(counts.split("\":1", -1)).hasSize(STEPS - KilledRun.WIDTH / 2 - 1 + 1);
    }
    var times = new TreeMap<String, Integer>();
    for (var line : Files.readAllLines(log)) {
      times.merge(line, 1, Integer::sum);
    }
    assertThat(times).hasSize(STEPS);
    assertThat(times.values()).allMatch(count -> count <= 1 + killsOfRun);
    int all = times.values().stream().mapToInt(count -> count).sum();
    assertThat(all)
        .as("at most the items in flight at each kill")
        .isLessThanOrEqualTo(STEPS + 4 * killsOfRun);
    executions += all;
  }

  private static String expected() {
    return IntStream.range(0, KilledRun.WIDTH)
        .map(n -> n % 2 == 0 ? n : IntStream.range(n * 10, n * 10 + KilledRun.DEPTH).sum())
        .boxed()
        .toList()
        .toString();
  }
}
