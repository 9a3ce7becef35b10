package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreVersionException;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// What SQLite's result codes mean to a store.
final class Failures {
  /// Codes after which nothing is written if the roll-back succeeds, and that may pass.
  private static final Set<SQLiteErrorCode> PASSING =
      EnumSet.of(
          SQLiteErrorCode.SQLITE_BUSY,
          SQLiteErrorCode.SQLITE_LOCKED,
          SQLiteErrorCode.SQLITE_FULL,
          SQLiteErrorCode.SQLITE_READONLY,
          SQLiteErrorCode.SQLITE_CANTOPEN,
          SQLiteErrorCode.SQLITE_NOMEM);

  private static final Set<SQLiteErrorCode> DAMAGE =
      EnumSet.of(SQLiteErrorCode.SQLITE_CORRUPT, SQLiteErrorCode.SQLITE_NOTADB);

  private Failures() {}

  /// The code without what refines it.
  static SQLiteErrorCode code(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff)
        : SQLiteErrorCode.UNKNOWN_ERROR;
  }

  static boolean mayPass(SQLException e) {
    return PASSING.contains(code(e));
  }

  static boolean isDamage(SQLException e) {
    return DAMAGE.contains(code(e));
  }

  static boolean isDevice(SQLException e) {
    return code(e) == SQLiteErrorCode.SQLITE_IOERR;
  }

  static StoreException atOpen(String location, SQLException e) {
    return switch (code(e)) {
      case SQLITE_NOTADB ->
          new StoreVersionException(location, "this file is no SQLite database", e);
      case SQLITE_CORRUPT ->
          new StoreDamagedException(
              location, "the database is damaged; restore it from a backup (" + said(e) + ")", e);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM ->
          new StoreException(
              location,
              "the file or its folder can't be read or written; check permissions and mount ("
                  + said(e)
                  + ")",
              e);
      default -> new StoreException(location, "the database can't be opened (" + said(e) + ")", e);
    };
  }

  static StoreException atRead(String location, SQLException e) {
    return isDamage(e)
        ? new StoreDamagedException(
            location, "the database is damaged; restore it from a backup (" + said(e) + ")", e)
        : new StoreException(location, "the database can't be read (" + said(e) + ")", e);
  }

  /// The result code and what the driver says about it; holds no values.
  static String said(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? sqlite.getResultCode().toString()
        : String.valueOf(e.getMessage());
  }
}
