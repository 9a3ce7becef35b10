package dev.treadle.checkpoint.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/// One-shot statements without parameters.
final class Sql {
  private Sql() {}

  static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The first column of the first row.
  static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new SQLException("no row: " + sql);
      }
      return row.getLong(1);
    }
  }

  /// The first column of the first row.
  static String text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new SQLException("no row: " + sql);
      }
      return String.valueOf(row.getString(1));
    }
  }
}
