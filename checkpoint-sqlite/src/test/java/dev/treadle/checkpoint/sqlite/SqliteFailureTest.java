package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.Recovery;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteErrorCode;

/// What callers hear when SQLite fails, and what is stored then.
final class SqliteFailureTest {
  @TempDir private Path folder;
  private final Probe probe = new Probe();

  @ParameterizedTest
  @ValueSource(strings = {"BEGIN", "SELECT epoch", "UPDATE run", "DELETE", "INSERT", "COMMIT"})
  void append_deviceFails_closesTheStoreForGood(String statement) {
    var store = open();
    store.append(List.of(Runs.linear("a", 1)));
    probe.fail(statement, SQLiteErrorCode.SQLITE_IOERR_WRITE);
    assertUnknown(store, 2);
    probe.heal();
    assertUnknown(store, 2);
    assertThatThrownBy(() -> store.find(RunId.of("a"))).isInstanceOf(CommitUnknownException.class);
    store.close();
    try (var next = open()) {
      assertThat(Runs.sequence(next, "a")).isEqualTo(1);
      assertThat(next.append(List.of(Runs.linear("a", 2)))).isEmpty();
    }
  }

  @Test
  void append_commitTakesEffectButFails_isUnknownAndTheNextOpeningDecides() {
    var store = open();
    store.append(List.of(Runs.linear("a", 1)));
    probe.failAfter("COMMIT", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
    assertUnknown(store, 2);
    probe.heal();
    try (var next = open()) {
      assertThat(Runs.sequence(next, "a")).isEqualTo(2);
      assertThat(next.append(List.of(Runs.linear("a", 2)))).containsExactly(0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SQLITE_FULL", "SQLITE_BUSY", "SQLITE_READONLY_DBMOVED", "SQLITE_NOMEM"})
  void append_passingFailure_writesNothingAndMayBeTriedAgain(SQLiteErrorCode code) {
    try (var store = open()) {
      store.append(List.of(Runs.linear("a", 1)));
      for (var statement : List.of("BEGIN", "UPDATE run", "INSERT", "COMMIT")) {
        probe.fail(statement, code);
        assertThatThrownBy(() -> store.append(List.of(Runs.linear("b", 1), Runs.linear("a", 2))))
            .isInstanceOf(WriteRefusedException.class)
            .hasMessageContaining(folder.toString());
        assertThat(Runs.sequence(store, "a")).isEqualTo(1);
        assertThat(Runs.sequence(store, "b")).isZero();
      }
      probe.heal();
      assertThat(store.append(List.of(Runs.linear("b", 1), Runs.linear("a", 2)))).isEmpty();
      assertThat(Runs.sequence(store, "a")).isEqualTo(2);
    }
  }

  @Test
  void append_faultOfTheCaller_writesNothing() {
    try (var store = open()) {
      store.append(List.of(Runs.linear("a", 1)));
      var batch = List.of(Runs.linear("a", 2), faulty());
      assertThatThrownBy(() -> store.append(batch))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(Runs.sequence(store, "a")).isEqualTo(1);
      assertThat(store.append(List.of(Runs.linear("a", 2)))).isEmpty();
    }
  }

  @Test
  void append_rollBackFails_isUnknown() {
    var store = open();
    store.append(List.of(Runs.linear("a", 1)));
    probe.fail("ROLLBACK", SQLiteErrorCode.SQLITE_IOERR);
    var batch = List.of(Runs.linear("a", 2), faulty());
    assertThatThrownBy(() -> store.append(batch)).isInstanceOf(UnsupportedOperationException.class);
    assertUnknown(store, 2);
  }

  @Test
  void append_databaseFull_losesNothingAndGoesOnWhenThereIsRoom() {
    try (var store = open()) {
      store.append(List.of(Runs.linear("a", 1)));
    }
    var small = new Probe().atConnect("PRAGMA max_page_count = 120");
    long acknowledged = 0;
    try (var store = Runs.open(folder.resolve("runs.db"), small)) {
      while (acknowledged < 1000) {
        var next = acknowledged + 1;
        try {
          store.append(List.of(Runs.linear("big-" + next, 1, new byte[20_000])));
        } catch (WriteRefusedException e) {
          break;
        }
        acknowledged = next;
      }
      assertThat(acknowledged).isBetween(5L, 100L);
      assertThat(store.list(RunQuery.all(1000))).hasSize((int) acknowledged + 1);
      store.delete(RunId.of("big-1"));
      store.append(List.of(Runs.linear("a", 2, new byte[10_000])));
    }
    try (var store = open()) {
      assertThat(store.list(RunQuery.all(1000))).hasSize((int) acknowledged);
      assertThat(Runs.sequence(store, "a")).isEqualTo(2);
      store.append(List.of(Runs.linear("a", 3, new byte[100_000])));
    }
  }

  @Test
  void append_anotherProgramHoldsTheDatabase_isRefusedAndLaterAccepted() throws SQLException {
    var file = folder.resolve("runs.db");
    try (var store =
            SqliteCheckpointStore.open(file, o -> o.withBusyTimeout(Duration.ofMillis(20)));
        var shell = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      store.append(List.of(Runs.linear("a", 1)));
      Sql.execute(shell, "BEGIN IMMEDIATE");
      assertThatThrownBy(() -> store.append(List.of(Runs.linear("a", 2))))
          .isInstanceOf(WriteRefusedException.class);
      Sql.execute(shell, "ROLLBACK");
      assertThat(store.append(List.of(Runs.linear("a", 2)))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "payload = CAST('{\"secret\":8}' AS BLOB)",
        "detail = CAST('{ }' AS BLOB)",
        "step = 'other'",
        "path = '1'",
        "kind = 'VALUE'",
        "kind = 'NONSENSE'",
        "due_at = 1",
        "group_id = 1",
        "crc = crc + 1"
      })
  void entries_changedBehindOurBack_areReportedWithoutTheirPayload(String change)
      throws SQLException {
    var commit = Runs.linear("a", 1, "{\"secret\":7}".getBytes(StandardCharsets.UTF_8));
    try (var store = open()) {
      store.append(List.of(commit, Runs.linear("b", 1)));
    }
    change("UPDATE entry SET " + change + " WHERE run = 1");
    try (var store = open()) {
      assertThatThrownBy(() -> Runs.entries(store, "a"))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("entry 0 of run a")
          .hasMessageNotContaining("secret");
      assertThat(Runs.entries(store, "b")).hasSize(1);
      assertThat(store.append(List.of(Runs.linear("b", 2)))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "workflow = 'other'",
        "status = 'FAILED'",
        "reason = 'none'",
        "sequence = 3",
        "next_id = 5",
        "created_at = 1",
        "updated_at = 1",
        "due_at = 1",
        "detail = '{ }'",
        "crc = crc + 1"
      })
  void header_changedBehindOurBack_isReported_andTheOtherRunsAreUsable(String change)
      throws SQLException {
    try (var store = open()) {
      store.append(List.of(Runs.linear("a", 1), Runs.linear("b", 1)));
      store.append(List.of(Runs.linear("a", 2)));
    }
    change("UPDATE run SET " + change + " WHERE id = 'a'");
    try (var store = open()) {
      assertThatThrownBy(() -> store.find(RunId.of("a")))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("the header of run a is not what was written")
          .satisfies(e -> assertThat(((StoreDamagedException) e).run()).contains(RunId.of("a")));
      assertThatThrownBy(() -> store.list(RunQuery.all(9)))
          .isInstanceOf(StoreDamagedException.class);
      assertThat(store.find(RunId.of("b"))).isPresent();
      assertThat(store.delete(RunId.of("a"))).isTrue();
      assertThat(store.list(RunQuery.all(9))).hasSize(1);
    }
  }

  @Test
  void damagedHeader_doesNotStopRecoveryNorCheck_andTheRunCanBeDeleted() throws Exception {
    var step = Step.map("step", Integer.class, Integer.class, n -> n + 1);
    var workflow = Workflow.builder("stopped").start(step).end(step).build();
    var ids = List.of("a", "b", "c");
    try (var executor = WorkflowExecutor.create(open())) {
      for (var id : ids) {
        executor.run(workflow, 1, RunId.of(id));
      }
    }
    change("UPDATE run SET status = 'RUNNING'"); // which makes every header damaged
    try (var executor = WorkflowExecutor.create(open())) {
      assertThat(executor.recover(workflow))
          .extracting(answer -> answer.id().value())
          .containsExactlyElementsOf(ids);
      assertThat(executor.check(workflow).misfitting()).isEqualTo(3);
      assertThat(executor.delete(RunId.of("b"))).isTrue();
      assertThat(executor.recover(workflow)).hasOnlyElementsOfType(Recovery.DoesNotFit.class);
      assertThat(executor.run(workflow, 5, RunId.of("b"))).isEqualTo(6);
    }
  }

  @Test
  void find_statusOfNoMeaning_isDamage() throws SQLException {
    try (var store = open()) {
      store.append(List.of(Runs.linear("a", 1)));
    }
    change("UPDATE run SET status = 'ODD'");
    try (var store = open()) {
      assertThatThrownBy(() -> store.find(RunId.of("a")))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("run a");
    }
  }

  /// A commit whose entries can't be had.
  private static StepCommit faulty() {
    var puts =
        new AbstractList<Entry>() {
          @Override
          public Entry get(int index) {
            throw new UnsupportedOperationException("entry " + index);
          }

          @Override
          public int size() {
            return 1;
          }
        };
    return new StepCommit(Runs.linear("b", 1).header(), List.of(), puts, true, List.of());
  }

  private SqliteCheckpointStore open() {
    return Runs.open(folder.resolve("runs.db"), probe);
  }

  private void change(String sql) throws SQLException {
    try (var shell = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("runs.db"))) {
      Sql.execute(shell, sql);
    }
  }

  private static void assertUnknown(SqliteCheckpointStore store, long sequence) {
    assertThatThrownBy(() -> store.append(List.of(Runs.linear("a", sequence))))
        .isInstanceOf(CommitUnknownException.class);
  }
}
