package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.executor.spi.StoreLockedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two processes and one store; the death of one.
@Timeout(60)
final class SqliteProcessTest {
  @TempDir private Path folder;

  @Test
  void open_whileAnotherProcessHasIt_failsAndNamesIt() throws Exception {
    var file = folder.resolve("runs.db");
    var other = Child.start("hold", file);
    try (var out = Child.output(other)) {
      assertThat(out.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> SqliteCheckpointStore.open(file))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("process " + other.pid() + " on ")
          .hasMessageContaining("started at 2");
      try (var reader = SqliteCheckpointStore.openReadOnly(file)) {
        assertThat(reader.find(RunId.of("a"))).isEmpty();
      }
    } finally {
      other.destroyForcibly().waitFor();
    }
    SqliteCheckpointStore.open(file).close();
  }

  @Test
  void open_afterKills_findsAllThatWasAcknowledgedAndNoHalfCommit() throws Exception {
    var file = folder.resolve("runs.db");
    for (int kill = 1; kill <= 4; kill++) {
      var acknowledged = acknowledgedUntilKilled(file, 40 * kill);
      try (var store = SqliteCheckpointStore.open(file)) {
        var sequence = Runs.sequence(store, "a");
        assertThat(sequence).isBetween(acknowledged, acknowledged + 1);
        assertThat(Runs.entries(store, "a")).isEqualTo(Runs.linear("a", sequence).puts());
        assertThat(Runs.sequence(store, "b-" + sequence)).isEqualTo(1);
        assertThat(Runs.sequence(store, "b-" + (sequence + 1))).isZero();
        assertThat(store.append(List.of(Runs.linear("a", sequence + 1)))).isEmpty();
        store.append(List.of(Runs.linear("b-" + (sequence + 1), 1)));
      }
    }
  }

  private static long acknowledgedUntilKilled(Path file, int commits)
      throws IOException, InterruptedException {
    var process = Child.start("commit", file);
    var last = 0L;
    try (var out = Child.output(process)) {
      assertThat(out.readLine()).isEqualTo("open");
      for (int i = 0; i < commits; i++) {
        last = Long.parseLong(out.readLine());
      }
      process.toHandle().destroyForcibly(); // leaves its output to be read
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        last = Long.parseLong(line);
      }
    }
    process.waitFor();
    return last;
  }
}
