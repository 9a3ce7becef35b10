package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.TimeRange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A query as SQL. The text is put together from constants only; everything of the caller's is a
/// parameter.
///
/// @param sql the statement
/// @param values its parameters, texts and numbers, in order
record Selection(String sql, List<Object> values) {
  static Selection of(RunQuery query) {
    var conditions = new ArrayList<String>();
    var values = new ArrayList<Object>();
    query.after().ifPresent(id -> add(conditions, "id > ?", values, id.value()));
    if (!query.statuses().isEmpty()) {
      var marks = String.join(", ", Collections.nCopies(query.statuses().size(), "?"));
      conditions.add("status IN (" + marks + ")");
      query.statuses().forEach(status -> values.add(status.name()));
    }
    query.workflow().ifPresent(name -> add(conditions, "workflow = ?", values, name));
    query.dueBy().ifPresent(time -> add(conditions, "due_at <= ?", values, time.toEpochMilli()));
    add(conditions, "created_at", values, query.created());
    add(conditions, "updated_at", values, query.updated());
    query
        .labels()
        .forEach((name, value) -> {
          conditions.add("no IN (SELECT run FROM label WHERE name = ? AND value = ?)");
          values.add(name);
          values.add(value);
        });
    var where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    values.add(query.limit());
    return new Selection(
        "SELECT "
            + Rows.HEADER_COLUMNS
            + ", name, value FROM (SELECT * FROM run"
            + where
            + " ORDER BY id LIMIT ?) AS run LEFT JOIN label ON label.run = run.no ORDER BY id",
        values);
  }

  private static void add(
      List<String> conditions, String condition, List<Object> values, Object value) {
    conditions.add(condition);
    values.add(value);
  }

  private static void add(
      List<String> conditions, String column, List<Object> values, TimeRange range) {
    range.from().ifPresent(time -> add(conditions, column + " >= ?", values, millis(time)));
    range.before().ifPresent(time -> add(conditions, column + " < ?", values, millis(time)));
  }

  /// The first millisecond that is not before a time: what is stored has no finer times.
  private static long millis(Instant time) {
    var whole = time.truncatedTo(ChronoUnit.MILLIS);
    return whole.toEpochMilli() + (whole.isBefore(time) ? 1 : 0);
  }
}
