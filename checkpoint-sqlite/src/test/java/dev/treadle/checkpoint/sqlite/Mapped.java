package dev.treadle.checkpoint.sqlite;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// A connection with a bug that a harness has to catch.
///
/// @param real what is behind it
record Mapped(Connection real) {
  private static final Set<String> TRANSACTION = Set.of(Transactions.BEGIN, Transactions.COMMIT);

  /// @param believes whether a failed force is reported as a full disk
  /// @param torn whether nothing is a transaction
  Connection connection(boolean believes, boolean torn) {
    return proxy(Connection.class, real, "", believes, torn);
  }

  private static <T> T proxy(
      Class<T> type, Object real, String sql, boolean believes, boolean torn) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              var text = arguments != null && arguments[0] instanceof String given ? given : sql;
              if (torn && method.getName().equals("execute") && TRANSACTION.contains(text)) {
                return false;
              }
              var result = invoke(real, method, arguments, believes);
              return result instanceof PreparedStatement
                  ? proxy(PreparedStatement.class, result, text, believes, torn)
                  : result instanceof Statement
                      ? proxy(Statement.class, result, "", believes, torn)
                      : result;
            }));
  }

  private static @Nullable Object invoke(
      Object real, Method method, Object @Nullable [] arguments, boolean believes)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      if (believes
          && e.getCause() instanceof SQLiteException sqlite
          && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_FSYNC) {
        throw new SQLiteException("believed", SQLiteErrorCode.SQLITE_FULL);
      }
      throw e.getCause();
    }
  }
}
