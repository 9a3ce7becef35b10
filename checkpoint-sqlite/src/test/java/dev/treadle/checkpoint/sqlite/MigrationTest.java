package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunStatus;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteErrorCode;

/// Databases of all released versions. See [Golden] for what is in them.
final class MigrationTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  @TempDir private Path folder;

  static Stream<Integer> versions() {
    return IntStream.rangeClosed(1, Schema.version()).boxed();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void everyReleasedVersion_isReadAndBroughtForward(int version) throws Exception {
    var file = golden(version);
    try (var store = SqliteCheckpointStore.open(file)) {
      for (var commit : Golden.COMMITS) {
        var header = store.find(commit.header().id());
        assertThat(header).contains(commit.header());
        assertThat(store.entries(commit.header().id(), -1, 100)).isEqualTo(commit.puts());
      }
      store.discardUnfinished(Golden.COMMITS.getFirst().header().id());
      assertThat(store.append(List.of(advanced(Golden.COMMITS.getFirst().header())))).isEmpty();
    }
    try (var executor = WorkflowExecutor.create(SqliteCheckpointStore.open(file))) {
      assertThat(executor.resume(Golden.workflow(false), Golden.FAILED).await())
          .isEqualTo(new RunResult.Completed<>(22));
    }
    assertThat(schema(file)).isEqualTo(schema(fresh()));
  }

  @Test
  void anOlderVersion_isNotReadOnlyRead_untilItWasOpenedForWriting() throws Exception {
    var file = golden(1);
    assertThatThrownBy(() -> SqliteCheckpointStore.openReadOnly(file))
        .isInstanceOf(StoreVersionException.class)
        .hasMessageContaining("older version 1; open it for writing once to bring it to 2");
    SqliteCheckpointStore.open(file).close();
    try (var reader = SqliteCheckpointStore.openReadOnly(file)) {
      assertThat(Runs.sequence(reader, "order-1")).isEqualTo(1);
    }
  }

  @Test
  void migration_takesAllStepsOrNone() throws Exception {
    for (var statement : List.of("CREATE INDEX run_by_end", "PRAGMA user_version =", "COMMIT")) {
      var file = golden(1);
      var before = schema(file);
      var probe = new Probe();
      probe.fail(statement, SQLiteErrorCode.SQLITE_FULL);
      assertThatThrownBy(() -> Runs.open(file, probe)).isInstanceOf(StoreException.class);
      assertThat(schema(file)).isEqualTo(before);
      SqliteCheckpointStore.open(file).close();
    }
  }

  private Path golden(int version) throws IOException {
    var file = folder.resolve("golden.db");
    Files.deleteIfExists(file);
    return Files.copy(GOLDEN.resolve("version-" + version + ".db"), file);
  }

  private Path fresh() {
    var file = folder.resolve("fresh.db");
    SqliteCheckpointStore.open(file).close();
    return file;
  }

  private static StepCommit advanced(RunHeader header) {
    var next = Runs.header(header.id().value(), 2, header.nextId(), RunStatus.RUNNING);
    return new StepCommit(next, List.of(), List.of(), true, List.of());
  }

  private static List<String> schema(Path file) throws SQLException {
    try (var shell = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = shell.createStatement();
        var row =
            statement.executeQuery(
                "SELECT name, sql FROM sqlite_schema UNION ALL"
                    + " SELECT 'version', user_version FROM pragma_user_version ORDER BY 1")) {
      var all = new ArrayList<String>();
      while (row.next()) {
        all.add(row.getString(1) + ": " + row.getString(2));
      }
      return all;
    }
  }
}
