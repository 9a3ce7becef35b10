package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreFencedException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.sql.SQLException;

/// Runs writes as transactions of one epoch, and says what a failure means.
///
/// Confined to its session's thread.
final class Transactions {
  static final String BEGIN = "BEGIN IMMEDIATE";
  static final String EPOCH = "SELECT epoch FROM store";
  static final String COMMIT = "COMMIT";
  private static final String MARK_CLEAN = "UPDATE store SET clean = 1 WHERE epoch = ?";

  private final Session session;
  private final long epoch;

  Transactions(Session session, long epoch) {
    this.session = session;
    this.epoch = epoch;
  }

  /// Does the work in a transaction.
  ///
  /// Throws what [CheckpointStore#append] throws.
  <T> T write(Session.Work<T> work) {
    session.use();
    begin();
    try {
      checkEpoch();
      var result = work.run();
      session.execute(COMMIT);
      return result;
    } catch (SQLException e) {
      throw outcome(e);
    } catch (RuntimeException | Error e) {
      rollBackAfter(e);
      throw e;
    }
  }

  /// Does the work without a transaction. A failing device ends the session here too.
  <T> T read(Session.Work<T> work) {
    session.use();
    try {
      return work.run();
    } catch (SQLException e) {
      session.dropStatements(e);
      throw Failures.isDevice(e) ? session.fail(e) : Failures.atRead(session.location(), e);
    }
  }

  /// Notes that the store was closed in order. Where that can't be written now, the next opening
  /// takes the time to check the database.
  void markClean() {
    try {
      session.execute(BEGIN);
      var statement = session.prepare(MARK_CLEAN);
      statement.setLong(1, epoch);
      statement.executeUpdate();
      session.execute(COMMIT);
    } catch (SQLException e) {
      if (!Failures.mayPass(e)) {
        throw new StoreException(
            session.location(),
            "the database could not be closed in order (" + Failures.said(e) + ")",
            e);
      }
    }
  }

  private void begin() {
    try {
      session.execute(BEGIN);
    } catch (SQLException e) {
      session.dropStatements(e);
      throw Failures.mayPass(e) ? refused(e) : session.fail(e);
    }
  }

  private void checkEpoch() throws SQLException {
    try (var row = session.prepare(EPOCH).executeQuery()) {
      var stored = row.next() ? row.getLong(1) : -1;
      if (stored != epoch) {
        throw new StoreFencedException(
            session.location(),
            "a later opening owns the store (epoch %d, this one is %d); nothing was written"
                .formatted(stored, epoch),
            null);
      }
    }
  }

  private StoreException outcome(SQLException e) {
    session.dropStatements(e);
    if (!Failures.mayPass(e)) {
      return session.fail(e);
    }
    try {
      rollBack();
      return refused(e);
    } catch (SQLException unknown) {
      e.addSuppressed(unknown);
      return session.fail(e);
    }
  }

  private void rollBackAfter(Throwable e) {
    try {
      rollBack();
    } catch (SQLException unknown) {
      e.addSuppressed(session.fail(unknown));
    }
  }

  /// Ends the transaction, which SQLite may have ended itself: then, and only then, another can
  /// begin.
  private void rollBack() throws SQLException {
    var connection = session.connection();
    try {
      Sql.execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      try {
        Sql.execute(connection, "BEGIN");
      } catch (SQLException within) {
        e.addSuppressed(within);
        throw e;
      }
      Sql.execute(connection, "ROLLBACK");
    }
  }

  private WriteRefusedException refused(SQLException e) {
    return new WriteRefusedException(
        session.location(),
        "nothing was written ("
            + Failures.said(e)
            + "); make room, or end what holds the database, and try again",
        e);
  }
}
