package dev.treadle.checkpoint.sqlite;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The real driver, watched: notes every statement that is executed, and fails where told to.
final class Probe implements Driver {
  private final List<String> executed = new ArrayList<>();
  private final List<String> atConnect = new ArrayList<>();
  private @Nullable String failing;
  private SQLiteErrorCode failure = SQLiteErrorCode.SQLITE_IOERR;
  private boolean takesEffect;

  /// What was executed since the last call.
  List<String> executed() {
    var copy = List.copyOf(executed);
    executed.clear();
    return copy;
  }

  Probe atConnect(String sql) {
    atConnect.add(sql);
    return this;
  }

  /// From now on statements that begin so fail.
  void fail(String prefix, SQLiteErrorCode code) {
    failing = prefix;
    failure = code;
    takesEffect = false;
  }

  /// From now on statements that begin so take effect, and then fail.
  void failAfter(String prefix, SQLiteErrorCode code) {
    fail(prefix, code);
    takesEffect = true;
  }

  void heal() {
    failing = null;
  }

  @Override
  public Connection connect(String url, SQLiteConfig config) throws SQLException {
    var real = Driver.real().connect(url, config);
    for (var sql : atConnect) {
      Sql.execute(real, sql);
    }
    return proxy(Connection.class, real, "");
  }

  private <T> T proxy(Class<T> type, Object real, String sql) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> call(real, sql, method, arguments)));
  }

  private @Nullable Object call(
      Object real, String sql, Method method, Object @Nullable [] arguments) throws Throwable {
    var text = arguments != null && arguments[0] instanceof String given ? given : sql;
    var executes = real instanceof Statement && method.getName().startsWith("execute");
    if (executes) {
      executed.add(text);
      if (!takesEffect) {
        failWhereTold(text);
      }
    }
    var result = invoke(real, method, arguments);
    if (executes) {
      failWhereTold(text);
    }
    return switch (method.getName()) {
      case "prepareStatement" -> proxy(PreparedStatement.class, result, text);
      case "createStatement" -> proxy(Statement.class, result, "");
      default -> result;
    };
  }

  private void failWhereTold(String sql) throws SQLException {
    if (failing != null && sql.startsWith(failing)) {
      throw new SQLiteException("planted", failure);
    }
  }

  private static Object invoke(Object real, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
