package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads runs. Each call is one statement, so it sees one state of the database.
///
/// Confined to its session's thread.
final class RunReader {
  private static final String FIND =
      "SELECT "
          + Rows.HEADER_COLUMNS
          + ", name, value FROM run LEFT JOIN label ON label.run = run.no WHERE id = ?";
  private static final String ENTRIES =
      "SELECT "
          + Rows.ENTRY_COLUMNS
          + " FROM run JOIN entry ON entry.run = run.no WHERE run.id = ? AND entry.id > ?"
          + " AND entry.id < run.next_id ORDER BY entry.id LIMIT ?";

  private final Session session;

  RunReader(Session session) {
    this.session = session;
  }

  Optional<RunHeader> find(RunId run) throws SQLException {
    var statement = session.prepare(FIND);
    statement.setString(1, run.value());
    try (var rows = statement.executeQuery()) {
      return headers(rows).stream().findFirst();
    }
  }

  List<Entry> entries(RunId run, long afterId, int limit) throws SQLException {
    var statement = session.prepare(ENTRIES);
    statement.setString(1, run.value());
    statement.setLong(2, afterId);
    statement.setInt(3, limit);
    try (var rows = statement.executeQuery()) {
      var entries = new ArrayList<Entry>();
      while (rows.next()) {
        entries.add(Rows.entry(rows, run, session.location()));
      }
      return entries;
    }
  }

  List<RunHeader> list(RunQuery query) throws SQLException {
    var selection = Selection.of(query);
    try (var statement = session.connection().prepareStatement(selection.sql())) {
      for (int i = 0; i < selection.values().size(); i++) {
        statement.setObject(i + 1, selection.values().get(i));
      }
      try (var rows = statement.executeQuery()) {
        return headers(rows);
      }
    }
  }

  /// Rows of one run follow each other, one for each of its labels, or one with none.
  private List<RunHeader> headers(ResultSet rows) throws SQLException {
    var headers = new ArrayList<RunHeader>();
    var more = rows.next();
    while (more) {
      var bare = Rows.header(rows, Map.of(), session.location());
      var labels = new HashMap<String, String>();
      do {
        var name = rows.getString(12);
        if (name != null) {
          labels.put(name, rows.getString(13));
        }
        more = rows.next();
      } while (more && bare.id().value().equals(rows.getString(1)));
      headers.add(labels.isEmpty() ? bare : Rows.labelled(bare, labels));
    }
    return headers;
  }
}
