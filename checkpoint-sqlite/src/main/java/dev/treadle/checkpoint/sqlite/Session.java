package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One connection from its first use to its end, with the statements prepared on it.
///
/// Confined to the thread of the first call; the connection is made by that thread and never
/// touched by another.
final class Session {
  private final String location;
  private final Connecting connecting;
  private final AutoCloseable lock;
  private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();

  // touched by the owner only
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private @Nullable Connection connection;
  private @Nullable SQLException broken;
  private boolean closed;

  /// @param lock released with the session
  Session(String location, Connecting connecting, AutoCloseable lock) {
    this.location = location;
    this.connecting = connecting;
    this.lock = lock;
  }

  @FunctionalInterface
  interface Connecting {
    Connection connect() throws SQLException;
  }

  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  String location() {
    return location;
  }

  boolean isEnded() {
    return closed || broken != null;
  }

  void confine() {
    var here = Thread.currentThread();
    if (!owner.compareAndSet(null, here) && !here.equals(owner.get())) {
      throw new IllegalStateException(
          location + ": confined to " + owner.get() + ", and was called by " + here);
    }
  }

  /// Called first by every operation.
  void use() {
    confine();
    if (broken != null) {
      throw unknown(broken);
    }
    if (closed) {
      throw new IllegalStateException(location + ": the store is closed");
    }
  }

  /// The connection, made now if this is its first use.
  Connection connection() throws SQLException {
    if (connection == null) {
      connection = connecting.connect();
    }
    return connection;
  }

  /// A statement that is kept for the next time.
  PreparedStatement prepare(String sql) throws SQLException {
    var statement = statements.get(sql);
    if (statement == null) {
      statement = connection().prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  void execute(String sql) throws SQLException {
    prepare(sql).execute();
  }

  /// To be called after every failure: the driver may have finished the statement that failed.
  void dropStatements(SQLException failure) {
    for (var statement : statements.values()) {
      try {
        statement.close();
      } catch (SQLException e) {
        failure.addSuppressed(e);
      }
    }
    statements.clear();
  }

  /// Ends the session because it can't be known what the disk holds.
  CommitUnknownException fail(SQLException cause) {
    broken = cause;
    try {
      release();
    } catch (StoreException e) {
      cause.addSuppressed(e);
    }
    return unknown(cause);
  }

  void close() {
    closed = true;
    release();
  }

  @SuppressWarnings("try") // the connection is only named to be closed before the lock
  private void release() {
    try (lock;
        var last = connection) {
      for (var statement : statements.values()) {
        statement.close();
      }
    } catch (StoreException e) {
      throw e;
    } catch (Exception e) {
      throw new StoreException(location, "the database can't be closed: " + e, e);
    } finally {
      statements.clear();
      connection = null;
    }
  }

  private CommitUnknownException unknown(SQLException cause) {
    return new CommitUnknownException(
        location,
        "the store has closed itself, for it can't be known what was written ("
            + Failures.said(cause)
            + "); open it again",
        cause);
  }
}
