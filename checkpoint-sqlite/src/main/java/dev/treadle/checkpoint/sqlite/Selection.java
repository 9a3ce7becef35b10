package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.TimeRange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A query as SQL. The text is put together from constants only; everything of the caller's is a
/// parameter.
///
/// @param sql the statement
/// @param values its parameters, texts and numbers, in order
record Selection(String sql, List<Object> values) {
  private static final String UNFINISHED =
      Stream.of(RunStatus.values())
          .filter(status -> !status.isFinal())
          .map(status -> "'" + status.name() + "'")
          .collect(Collectors.joining(", ", "status IN (", ")"));

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
    addCreated(conditions, values, query.created());
    addUpdated(conditions, values, query.updated());
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
            + " ORDER BY id LIMIT ?) AS page LEFT JOIN label ON label.run = page.no ORDER BY id",
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

  private static void addCreated(List<String> conditions, List<Object> values, TimeRange range) {
    if (!range.equals(TimeRange.ANY)) {
      conditions.add(
          "no IN (" + numbers("run_by_creation", "created_at", "1", values, range) + ")");
    }
  }

  /// An index over the time of the last commit would cost every commit. There is one over finished
  /// runs, and the others are few and have theirs by status.
  private static void addUpdated(List<String> conditions, List<Object> values, TimeRange range) {
    if (!range.equals(TimeRange.ANY)) {
      var ended = numbers("run_by_end", "updated_at", Schema.FINISHED, values, range);
      var others = numbers("run_by_status", "updated_at", UNFINISHED, values, range);
      conditions.add("no IN (" + ended + " UNION ALL " + others + ")");
    }
  }

  /// The numbers of runs with a time in a range. Without statistics, which a store never gathers,
  /// SQLite would rather look through all runs in the order of their ids.
  private static String numbers(
      String index, String column, String condition, List<Object> values, TimeRange range) {
    var conditions = new ArrayList<>(List.of(condition));
    add(conditions, column, values, range);
    return "SELECT no FROM run INDEXED BY " + index + " WHERE " + String.join(" AND ", conditions);
  }

  /// The first millisecond that is not before a time: what is stored has no finer times.
  private static long millis(Instant time) {
    var whole = time.truncatedTo(ChronoUnit.MILLIS);
    return whole.toEpochMilli() + (whole.isBefore(time) ? 1 : 0);
  }
}
