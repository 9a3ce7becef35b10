package dev.treadle.checkpoint.sqlite;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The real driver, which fails at an operation that is counted from the first. Operations are the
/// calls that make SQLite work: connect, prepare, execute, fetch, close.
///
/// Used by one thread.
final class FaultyDriver implements Driver {
  /// How an operation fails.
  ///
  /// @param code the result code, or null for an error of the driver's own
  /// @param takesEffect whether the operation has been done all the same
  /// @param forEver whether all later ones fail too, until healed
  record Fault(@Nullable SQLiteErrorCode code, boolean takesEffect, boolean forEver) {
    SQLException thrown() {
      return code == null ? new SQLException("planted") : new SQLiteException("planted", code);
    }
  }

  private Fault fault;
  private long failing;
  private long count;
  private boolean fired;

  /// @param failing the operation that fails, from 1; 0 for none
  FaultyDriver(long failing, Fault fault) {
    this.failing = failing;
    this.fault = fault;
  }

  long count() {
    return count;
  }

  boolean hasFired() {
    return fired;
  }

  void heal() {
    failing = 0;
  }

  /// Lets an operation after the present one fail, once.
  void failNext(long operations) {
    failing = count + operations;
    fault = new Fault(fault.code(), fault.takesEffect(), false);
  }

  @Override
  public Connection connect(String url, SQLiteConfig config) throws SQLException {
    if (isHit() && !fault.takesEffect()) {
      throw fault.thrown();
    }
    return proxy(Connection.class, Driver.real().connect(url, config));
  }

  private <T> T proxy(Class<T> type, Object real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> call(real, method, arguments)));
  }

  private @Nullable Object call(Object real, Method method, Object @Nullable [] arguments)
      throws Throwable {
    var name = method.getName();
    var counts = name.startsWith("execute") || name.matches("prepareStatement|next|close");
    var hit = counts && isHit();
    if (hit && !fault.takesEffect() && !name.equals("close")) { // what is closed is closed
      throw fault.thrown();
    }
    var result = invoke(real, method, arguments);
    if (hit) {
      throw fault.thrown();
    }
    return switch (result) {
      case PreparedStatement statement -> proxy(PreparedStatement.class, statement);
      case ResultSet rows -> proxy(ResultSet.class, rows);
      case Statement statement -> proxy(Statement.class, statement);
      case null, default -> result;
    };
  }

  private boolean isHit() {
    count++;
    var hit = failing > 0 && (count == failing || (count > failing && fault.forEver()));
    fired |= hit;
    return hit;
  }

  private static @Nullable Object invoke(Object real, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
