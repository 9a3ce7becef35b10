package dev.treadle.checkpoint.sqlite;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/// One database file, and how to connect to it.
///
/// Immutable; a connection that it makes belongs to the thread that asked.
final class Database {
  private static final int AUTO_CHECKPOINT_PAGES = 1000;
  private static final int LARGEST_IDLE_LOG_BYTES = 64 << 20;

  /// Against what a damaged or forged file may do.
  private static final List<Pragma> GUARDS =
      List.of(new Pragma("trusted_schema", "OFF", "0"), new Pragma("cell_size_check", "ON", "1"));

  private final Path file;
  private final SqliteOptions options;
  private final Driver driver;

  Database(Path file, SqliteOptions options, Driver driver) {
    this.file = file;
    this.options = options;
    this.driver = driver;
  }

  /// Another database file, of the same options.
  Database at(Path other) {
    return new Database(other, options, driver);
  }

  String location() {
    return file.toString();
  }

  /// A connection that has changed nothing yet and is fit to look around.
  Connection connect() throws SQLException {
    return connect("", SQLiteOpenMode.READWRITE, guardsAnd(new Pragma("foreign_keys", "OFF", "0")));
  }

  /// A connection fit for writing.
  Connection connectForWriting() throws SQLException {
    var connection = connect();
    try {
      makeDurable(connection);
      return connection;
    } catch (Throwable e) {
      try (connection) {
        throw e;
      }
    }
  }

  /// A connection that can't change the database. Where the folder can't be written either and no
  /// log lies there, SQLite is told that nobody else writes: else it would refuse.
  Connection connectForReading() throws SQLException {
    return connectReadOnly(guardsAnd(new Pragma("query_only", "ON", "1")));
  }

  /// As [#connectForReading], for `VACUUM INTO`, which counts as a write to SQLite though it leaves
  /// the database as it is.
  Connection connectForCopying() throws SQLException {
    return connectReadOnly(GUARDS);
  }

  private Connection connectReadOnly(List<Pragma> pragmas) throws SQLException {
    var log = file.resolveSibling(file.getFileName() + "-wal");
    var parent = file.getParent();
    var frozen =
        !Files.exists(log, LinkOption.NOFOLLOW_LINKS)
            && parent != null
            && !Files.isWritable(parent);
    return connect(frozen ? "?immutable=1" : "", SQLiteOpenMode.READONLY, pragmas);
  }

  /// Turns on what makes an acknowledged commit last.
  void makeDurable(Connection connection) throws SQLException {
    var full = options.synchronous() == SqliteOptions.Synchronous.FULL;
    set(
        connection,
        List.of(
            new Pragma("journal_mode", "WAL", "wal"),
            full
                ? new Pragma("synchronous", "FULL", "2")
                : new Pragma("synchronous", "NORMAL", "1"),
            Pragma.number("wal_autocheckpoint", AUTO_CHECKPOINT_PAGES),
            Pragma.number("journal_size_limit", LARGEST_IDLE_LOG_BYTES)));
  }

  private static List<Pragma> guardsAnd(Pragma more) {
    var pragmas = new ArrayList<>(GUARDS);
    pragmas.add(more);
    return pragmas;
  }

  private Connection connect(String suffix, SQLiteOpenMode mode, List<Pragma> pragmas)
      throws SQLException {
    var config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.READWRITE);
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setOpenMode(mode);
    config.setOpenMode(SQLiteOpenMode.OPEN_URI);
    config.setBusyTimeout((int) options.busyTimeout().toMillis());
    var url = "jdbc:sqlite:" + file.toUri().toASCIIString() + suffix;
    var connection = driver.connect(url, config);
    try {
      set(connection, pragmas);
      set(connection, List.of(Pragma.number("busy_timeout", options.busyTimeout().toMillis())));
      return connection;
    } catch (Throwable e) {
      try (connection) {
        throw e;
      }
    }
  }

  private static void set(Connection connection, List<Pragma> pragmas) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (var pragma : pragmas) {
        statement.execute("PRAGMA " + pragma.name() + " = " + pragma.value());
        try (var row = statement.executeQuery("PRAGMA " + pragma.name())) {
          var is = row.next() ? row.getString(1) : "nothing";
          if (!pragma.readBack().equals(is)) {
            throw new SQLException(
                "SQLite keeps %s at %s where %s was asked"
                    .formatted(pragma.name(), is, pragma.value()));
          }
        }
      }
    }
  }

  private record Pragma(String name, String value, String readBack) {
    static Pragma number(String name, long value) {
      return new Pragma(name, Long.toString(value), Long.toString(value));
    }
  }
}
