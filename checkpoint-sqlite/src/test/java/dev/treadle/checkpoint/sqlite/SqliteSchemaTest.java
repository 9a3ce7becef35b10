package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.TimeRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people see who look into the database, while it is being written.
final class SqliteSchemaTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void fill() {
    file = folder.resolve("runs.db");
    try (var store = SqliteCheckpointStore.open(file)) {
      store.append(
          List.of(
              new StepCommit(
                  Runs.header("order-1", 1, 4, RunStatus.RUNNING),
                  List.of(),
                  List.of(
                      Runs.entry(0, Entry.Kind.INPUT, "{\"cents\":5}"),
                      Runs.entry(1, Entry.Kind.CONTEXT, "{\"total\":\"é\"}"),
                      Runs.entry(2, Entry.Kind.ITEM, "{\"id\":\"a\"}"),
                      Runs.entry(3, Entry.Kind.OUTPUT, "{\"receipt\":9}"),
                      Runs.entry(4, Entry.Kind.ITEM, "\"invisible\"")),
                  true,
                  List.of())));
    }
  }

  @Test
  void views_showThePayloadsAsText() throws SQLException {
    try (var shell = shell()) {
      assertThat(rows(shell, "SELECT run, payload FROM run_input"))
          .containsExactly("order-1|{\"cents\":5}");
      assertThat(rows(shell, "SELECT run, payload FROM run_context"))
          .containsExactly("order-1|{\"total\":\"é\"}");
      assertThat(rows(shell, "SELECT run, item, step, payload, due, detail FROM run_item"))
          .containsExactly("order-1|2|ship|{\"id\":\"a\"}|null|{}");
      assertThat(rows(shell, "SELECT run, payload ->> 'receipt' FROM run_output"))
          .containsExactly("order-1|9");
      assertThat(rows(shell, "SELECT * FROM run_label")).containsExactly("order-1|customer|7");
      assertThat(rows(shell, "SELECT run, status, created, updated, due FROM run_list"))
          .containsExactly("order-1|RUNNING|2026-11-22 10:00:00.250|2026-11-22 10:00:00.251|null");
    }
  }

  @Test
  void document_itsQueriesRun_andItsTablesAreTheRealOnes() throws Exception {
    var text = Files.readString(Path.of("..", "docs", "sqlite-schema.md"));
    var blocks = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL).matcher(text);
    var tables = new ArrayList<String>();
    var queries = 0;
    try (var shell = shell()) {
      while (blocks.find()) {
        var sql = blocks.group(1).strip();
        if (sql.startsWith("CREATE")) {
          tables.add(squeezed(sql));
        } else {
          rows(shell, sql);
          queries++;
        }
      }
      var real = rows(shell, "SELECT sql FROM sqlite_schema WHERE type = 'table'");
      assertThat(real).isNotEmpty();
      for (var table : real) {
        assertThat(String.join(";", tables)).contains(squeezed(table));
      }
    }
    assertThat(queries).isGreaterThanOrEqualTo(3);
  }

  @Test
  void list_queries_useTheIndexes() throws SQLException {
    var all = RunQuery.all(10);
    assertPlan(all.withAfter(RunId.of("a")), "sqlite_autoindex_run_1");
    assertPlan(all.withStatuses(Set.of(RunStatus.RUNNING)), "run_by_status");
    assertPlan(all.withWorkflow("orders"), "run_by_workflow");
    assertPlan(all.withDueBy(Runs.CREATED), "run_by_due");
    assertPlan(all.withLabels(Map.of("customer", "7")), "label_by_value");
    var day = TimeRange.from(Runs.CREATED);
    assertPlan(all.withCreated(day), "run_by_creation");
    assertPlan(all.withUpdated(day), "run_by_end", "run_by_status");
  }

  @Test
  void openReadOnly_whileAWriterIsOpen_seesWhatIsCommittedAndChangesNothing() {
    try (var store = SqliteCheckpointStore.open(file);
        var reader = SqliteCheckpointStore.openReadOnly(file)) {
      assertThat(Runs.entries(reader, "order-1")).hasSize(4);
      for (long sequence = 1; sequence <= 3; sequence++) {
        store.append(List.of(Runs.linear("a", sequence)));
        assertThat(Runs.sequence(reader, "a")).isEqualTo(sequence);
      }
      assertThat(reader.list(RunQuery.all(9))).hasSize(2);
    }
  }

  @Test
  void openReadOnly_alone_leavesTheDatabaseAsItIs() throws Exception {
    var before = Files.readAllBytes(file);
    try (var reader = SqliteCheckpointStore.openReadOnly(file)) {
      assertThat(Runs.entries(reader, "order-1")).hasSize(4);
    }
    assertThat(file).hasBinaryContent(before);
    var database = new Database(file, SqliteOptions.defaults(), Driver.real());
    try (var connection = database.connectForReading()) {
      assertThatThrownBy(() -> Sql.execute(connection, "DELETE FROM run"))
          .isInstanceOf(SQLException.class);
    }
  }

  /// No query by these reads all runs: the indexes are used, to search, not to go through them.
  private void assertPlan(RunQuery query, String... indexes) throws SQLException {
    var selection = Selection.of(query);
    assertThat(plan(selection.sql(), selection.values()))
        .contains(indexes)
        .doesNotContain("SCAN run", "SCAN label");
  }

  @Test
  void retention_queries_useTheIndex() throws SQLException {
    assertThat(plan(Sweep.COUNT, List.of())).contains("SEARCH run USING COVERING INDEX");
    assertThat(plan(Sweep.OLDEST, List.of(5L, 5L)))
        .contains("SEARCH run USING COVERING INDEX run_by_end")
        .doesNotContain("SORT", "TEMP");
  }

  private String plan(String sql, List<Object> values) throws SQLException {
    var plan = new StringBuilder();
    try (var shell = shell();
        var statement = shell.prepareStatement("EXPLAIN QUERY PLAN " + sql)) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          plan.append(row.getString("detail")).append('\n');
        }
      }
    }
    return plan.toString();
  }

  private Connection shell() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  private static String squeezed(String sql) {
    return sql.replaceAll("\\s+", " ").strip();
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      var rows = new ArrayList<String>();
      while (row.next()) {
        var values = new ArrayList<String>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          values.add(String.valueOf(row.getString(i)));
        }
        rows.add(String.join("|", values));
      }
      return rows;
    }
  }
}
