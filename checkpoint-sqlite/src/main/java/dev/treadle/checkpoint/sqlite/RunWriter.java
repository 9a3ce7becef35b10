package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Writes runs, within a transaction that the caller has begun.
///
/// Confined to its session's thread.
final class RunWriter {
  static final String CREATE =
      "INSERT INTO run (workflow, status, reason, sequence, next_id, created_at, updated_at,"
          + " due_at, detail, crc, id, no) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
          + " max((SELECT ifnull(max(no), 0) FROM run), (SELECT ifnull(max(run), 0) FROM dropped))"
          + " + 1) ON CONFLICT (id) DO NOTHING RETURNING no";
  static final String UPDATE =
      "UPDATE run SET workflow = ?, status = ?, reason = ?, sequence = ?, next_id = ?,"
          + " created_at = ?, updated_at = ?, due_at = ?, detail = ?, crc = ? WHERE id = ?"
          + " AND sequence = ? RETURNING no";

  /// Leaves out what indexes are made of, and texts that are as they were.
  static final String ADVANCE =
      "UPDATE run SET sequence = ?, next_id = ?, updated_at = ?, crc = ?"
          + " WHERE no = ? AND sequence = ?";

  static final String REMOVE = "DELETE FROM entry WHERE run = ? AND id BETWEEN ? AND ?";
  static final String PUT =
      "INSERT OR REPLACE INTO entry (run, id, kind, step, group_id, path, due_at, crc, detail,"
          + " payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String LABEL = "INSERT INTO label (run, name, value) VALUES (?, ?, ?)";
  private static final String NUMBER = "SELECT no FROM run WHERE id = ? AND sequence = ?";
  private static final String DISCARD =
      "DELETE FROM entry WHERE run = (SELECT no FROM run WHERE id = ?1)"
          + " AND id >= (SELECT next_id FROM run WHERE id = ?1)";
  private static final String DELETE_RUN = "DELETE FROM run WHERE id = ? RETURNING no";
  private static final String DELETE_ENTRIES = "DELETE FROM entry WHERE run = ?";
  static final String DELETE_LABELS = "DELETE FROM label WHERE run = ?";

  private static final int MOST_KNOWN = 8192;

  /// What the tables hold of a run, but for what changes with each commit.
  ///
  /// @param header of the run's last commit, or of an earlier one if only numbers differ
  private record Known(long no, RunHeader header) {
    boolean fits(RunHeader next) {
      return header.status() == next.status()
          && header.workflow().equals(next.workflow())
          && header.createdAt().equals(next.createdAt())
          && header.dueAt().equals(next.dueAt())
          && header.reason().equals(next.reason())
          && header.detail().equals(next.detail());
    }
  }

  private final Session session;

  /// By least recent use. Only ever a short cut: nothing is accepted because of it.
  private final LinkedHashMap<RunId, Known> known = new LinkedHashMap<>(64, 0.75f, true);

  RunWriter(Session session) {
    this.session = session;
  }

  /// To be called when a transaction did not end with a commit.
  void forget() {
    known.clear();
  }

  /// The indexes of the refused.
  List<Integer> append(List<StepCommit> batch) throws SQLException {
    var refused = new ArrayList<Integer>();
    for (int i = 0; i < batch.size(); i++) {
      var commit = batch.get(i);
      if (!(commit.with().isEmpty() ? apply(commit) : applyTogether(commit))) {
        refused.add(i);
      }
    }
    return refused;
  }

  void discardUnfinished(RunId run) throws SQLException {
    var statement = session.prepare(DISCARD);
    statement.setString(1, run.value());
    statement.executeUpdate();
  }

  boolean delete(RunId run) throws SQLException {
    known.remove(run);
    var statement = session.prepare(DELETE_RUN);
    statement.setString(1, run.value());
    var no = number(statement);
    if (no < 0) {
      return false;
    }
    for (var sql : List.of(DELETE_ENTRIES, DELETE_LABELS)) {
      var rest = session.prepare(sql);
      rest.setLong(1, no);
      rest.executeUpdate();
    }
    return true;
  }

  private boolean applyTogether(StepCommit commit) throws SQLException {
    session.execute("SAVEPOINT together");
    var accepted = apply(commit);
    for (var other : commit.with()) {
      accepted = accepted && apply(other);
    }
    if (!accepted) {
      forget();
      session.execute("ROLLBACK TO together");
    }
    session.execute("RELEASE together");
    return accepted;
  }

  /// Whether the commit was accepted; a refused one has written nothing.
  private boolean apply(StepCommit commit) throws SQLException {
    var no = header(commit);
    if (no < 0) {
      return false;
    }
    for (var range : commit.removes()) {
      remove(no, range);
    }
    for (var entry : commit.puts()) {
      put(no, entry);
    }
    return true;
  }

  /// The run's number, or -1 if the commit is refused.
  private long header(StepCommit commit) throws SQLException {
    var header = commit.header();
    if (!commit.last()) {
      var statement = session.prepare(NUMBER);
      statement.setString(1, header.id().value());
      statement.setLong(2, header.sequence() - 1);
      return number(statement);
    }
    var before = known.get(header.id());
    if (before != null && header.sequence() > 1 && before.fits(header)) {
      return advance(before.no(), header);
    }
    var no = header.sequence() == 1 ? create(header) : update(header);
    if (no >= 0) {
      remember(no, header);
    }
    return no;
  }

  private long create(RunHeader header) throws SQLException {
    var statement = session.prepare(CREATE);
    bind(statement, header);
    var no = number(statement);
    if (no >= 0) {
      for (var label : header.labels().entrySet()) {
        var insert = session.prepare(LABEL);
        insert.setLong(1, no);
        insert.setString(2, label.getKey());
        insert.setString(3, label.getValue());
        insert.executeUpdate();
      }
    }
    return no;
  }

  private long update(RunHeader header) throws SQLException {
    var statement = session.prepare(UPDATE);
    bind(statement, header);
    statement.setLong(12, header.sequence() - 1);
    return number(statement);
  }

  private long advance(long no, RunHeader header) throws SQLException {
    var statement = session.prepare(ADVANCE);
    statement.setLong(1, header.sequence());
    statement.setLong(2, header.nextId());
    statement.setLong(3, header.updatedAt().toEpochMilli());
    statement.setLong(4, Rows.crc(header));
    statement.setLong(5, no);
    statement.setLong(6, header.sequence() - 1);
    return statement.executeUpdate() == 1 ? no : -1;
  }

  private static void bind(PreparedStatement statement, RunHeader header) throws SQLException {
    statement.setString(1, header.workflow());
    statement.setString(2, header.status().name());
    statement.setString(3, header.reason());
    statement.setLong(4, header.sequence());
    statement.setLong(5, header.nextId());
    statement.setLong(6, header.createdAt().toEpochMilli());
    statement.setLong(7, header.updatedAt().toEpochMilli());
    if (header.dueAt().isPresent()) {
      statement.setLong(8, header.dueAt().get().toEpochMilli());
    } else {
      statement.setNull(8, Types.INTEGER);
    }
    statement.setString(9, header.detail());
    statement.setLong(10, Rows.crc(header));
    statement.setString(11, header.id().value());
  }

  private void remove(long no, IdRange range) throws SQLException {
    var statement = session.prepare(REMOVE);
    statement.setLong(1, no);
    statement.setLong(2, range.first());
    statement.setLong(3, range.last());
    statement.executeUpdate();
  }

  private void put(long no, Entry entry) throws SQLException {
    var statement = session.prepare(PUT);
    statement.setLong(1, no);
    statement.setLong(2, entry.id());
    statement.setString(3, entry.kind().name());
    statement.setString(4, entry.step());
    statement.setLong(5, entry.group());
    statement.setString(6, entry.path());
    statement.setLong(7, entry.dueAt());
    statement.setLong(8, Rows.crc(entry));
    statement.setBytes(9, entry.detail());
    statement.setBytes(10, entry.payload());
    statement.executeUpdate();
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (var row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : -1;
    }
  }

  private void remember(long no, RunHeader header) {
    if (header.status().isFinal()) {
      known.remove(header.id());
      return;
    }
    known.put(header.id(), new Known(no, header));
    if (known.size() > MOST_KNOWN) {
      known.pollFirstEntry();
    }
  }
}
