package dev.treadle.checkpoint.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The tables, as the steps that lead to them: the database's `user_version` counts the steps that
/// it has taken. A released step is never changed. `docs/sqlite-schema.md` explains the tables.
final class Schema {
  /// "TRDL" in ASCII, SQLite's `application_id`.
  static final int APPLICATION_ID = 0x5452444C;

  /// Word for word in the index and in the queries that are to use it.
  static final String FINISHED = "status IN ('COMPLETED', 'CANCELLED')";

  private static final List<String> FIRST =
      List.of(
          """
          CREATE TABLE store (
            one   INTEGER PRIMARY KEY CHECK (one = 1),
            epoch INTEGER NOT NULL,
            clean INTEGER NOT NULL
          ) STRICT
          """,
          "INSERT INTO store (one, epoch, clean) VALUES (1, 0, 1)",
          """
          CREATE TABLE run (
            no         INTEGER PRIMARY KEY,
            id         TEXT NOT NULL UNIQUE,
            workflow   TEXT NOT NULL,
            status     TEXT NOT NULL,
            reason     TEXT NOT NULL,
            sequence   INTEGER NOT NULL,
            next_id    INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            due_at     INTEGER,
            detail     TEXT NOT NULL,
            crc        INTEGER NOT NULL
          ) STRICT
          """,
          "CREATE INDEX run_by_status ON run (status, id)",
          "CREATE INDEX run_by_workflow ON run (workflow, id)",
          "CREATE INDEX run_by_due ON run (due_at, id) WHERE due_at IS NOT NULL",
          """
          CREATE TABLE label (
            run   INTEGER NOT NULL,
            name  TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (run, name)
          ) STRICT, WITHOUT ROWID
          """,
          "CREATE INDEX label_by_value ON label (name, value, run)",
          """
          CREATE TABLE entry (
            run      INTEGER NOT NULL,
            id       INTEGER NOT NULL,
            kind     TEXT NOT NULL,
            step     TEXT NOT NULL,
            group_id INTEGER NOT NULL,
            path     TEXT NOT NULL,
            due_at   INTEGER NOT NULL,
            crc      INTEGER NOT NULL,
            detail   BLOB NOT NULL,
            payload  BLOB NOT NULL,
            PRIMARY KEY (run, id)
          ) STRICT, WITHOUT ROWID
          """,
          """
          CREATE VIEW run_list AS
          SELECT id AS run, workflow, status, reason, sequence AS commits,
            strftime('%Y-%m-%d %H:%M:%f', created_at / 1000.0, 'unixepoch') AS created,
            strftime('%Y-%m-%d %H:%M:%f', updated_at / 1000.0, 'unixepoch') AS updated,
            strftime('%Y-%m-%d %H:%M:%f', due_at / 1000.0, 'unixepoch') AS due
          FROM run
          """,
          """
          CREATE VIEW run_label AS
          SELECT run.id AS run, label.name, label.value
          FROM label JOIN run ON run.no = label.run
          """,
          """
          CREATE VIEW run_entry AS
          SELECT run.id AS run, entry.id AS entry, entry.kind, entry.step, entry.group_id,
            entry.path,
            CASE WHEN entry.due_at <> 0 THEN
              strftime('%Y-%m-%d %H:%M:%f', entry.due_at / 1000.0, 'unixepoch') END AS due,
            CAST(entry.payload AS TEXT) AS payload, CAST(entry.detail AS TEXT) AS detail
          FROM entry JOIN run ON run.no = entry.run
          WHERE entry.id < run.next_id
          """,
          view("run_input", "INPUT", "payload"),
          view("run_item", "ITEM", "entry AS item, step, group_id, path, due, payload, detail"),
          view("run_output", "OUTPUT", "entry AS output, step, payload"),
          view("run_context", "CONTEXT", "payload"));

  /// What retention and lists by time need. `dropped` has the numbers of runs that are gone, while
  /// entries of theirs are left; such a number is not given to another run.
  private static final List<String> SECOND =
      List.of(
          "CREATE INDEX run_by_creation ON run (created_at, id)",
          "CREATE INDEX run_by_end ON run (updated_at, id, status) WHERE " + FINISHED,
          "CREATE TABLE dropped (run INTEGER PRIMARY KEY) STRICT");

  private static final List<List<String>> STEPS = List.of(FIRST, SECOND);

  private Schema() {}

  /// The version that this library writes.
  static int version() {
    return STEPS.size();
  }

  /// Takes the steps that the database has not taken: all of them, or none.
  static void migrate(Connection connection, int from) throws SQLException {
    if (from == STEPS.size()) {
      return;
    }
    try (var statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      for (var step : STEPS.subList(from, STEPS.size())) {
        for (var sql : step) {
          statement.execute(sql);
        }
      }
      statement.execute("PRAGMA application_id = " + APPLICATION_ID);
      statement.execute("PRAGMA user_version = " + STEPS.size());
      statement.execute("COMMIT");
    }
  }

  private static String view(String name, String kind, String columns) {
    return "CREATE VIEW %s AS SELECT run, %s FROM run_entry WHERE kind = '%s'"
        .formatted(name, columns, kind);
  }
}
