package dev.treadle.checkpoint.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;

/// Makes connections; tests put their own in place of the real one.
@FunctionalInterface
interface Driver {
  Connection connect(String url, SQLiteConfig config) throws SQLException;

  static Driver real() {
    return (url, config) -> config.createConnection(url);
  }
}
