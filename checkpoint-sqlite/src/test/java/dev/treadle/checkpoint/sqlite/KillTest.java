package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.proof.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
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

  /// Notes which commits hold the mark that the first execution of an item after a kill begins, or
  /// put the run into quarantine and take it out; such a commit holds nothing else.
  private static final List<String> NOTE_MARKS =
      List.of(
          "CREATE TABLE marking (run INTEGER, sequence INTEGER, PRIMARY KEY (run, sequence))",
          """
          CREATE TRIGGER marked AFTER INSERT ON entry WHEN NEW.kind = 'MARK' BEGIN
            INSERT OR REPLACE INTO marking
              SELECT no, sequence FROM run WHERE no = NEW.run;
          END
          """,
          """
          CREATE TRIGGER halted AFTER UPDATE ON run
            WHEN (NEW.status = 'QUARANTINED') <> (OLD.status = 'QUARANTINED') BEGIN
            INSERT OR REPLACE INTO marking VALUES (NEW.no, NEW.sequence);
          END
          """);

  @TempDir Path folder;

  private int kills;
  private int killsOfRun;
  private long executions;

  @Test
  void killedAtRandomMoments_eachCommitOnce_andNothingMoreOftenThanTheKillsExplain()
      throws Exception {
    long seed = Long.getLong("treadle.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    noteMarks();
    int runs = 0;
    while (kills < KILLS) {
      drive(RunId.of("run-" + runs++), random);
    }
    System.out.printf(
        "%d kills, %d runs, %d steps committed, %d executed (-Dtreadle.seed=%d)%n",
        kills, runs, runs * STEPS, executions, seed);
  }

  private void noteMarks() throws SQLException {
    SqliteCheckpointStore.open(file()).close();
    try (var shell = shell()) {
      for (var sql : NOTE_MARKS) {
        Sql.execute(shell, sql);
      }
    }
  }

  private long marks(RunId run) throws SQLException {
    try (var shell = shell()) {
      return Sql.number(
          shell,
          "SELECT count(*) FROM marking JOIN run ON run.no = marking.run WHERE run.id = '%s'"
              .formatted(run));
    }
  }

  private Connection shell() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file());
  }

  private Path file() {
    return folder.resolve("runs.db");
  }

  /// Starts the process again and again until the run is complete.
  private void drive(RunId run, SplittableRandom random) throws Exception {
    var log = folder.resolve(run + ".log");
    killsOfRun = 0;
    while (true) {
      var process = Jvm.start(KilledRun.class, "64m", file().toString(), log.toString(), "" + run);
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

  private void audit(RunId run, Path log) throws IOException, SQLException {
    try (var store = SqliteCheckpointStore.openReadOnly(file())) {
      var header = store.find(run).orElseThrow();
      assertThat(header.status()).isEqualTo(RunStatus.COMPLETED);
      assertThat(header.sequence())
          .as("one commit a step, the start, and those of start marks after kills")
          .isEqualTo(STEPS + 1 + marks(run));
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
