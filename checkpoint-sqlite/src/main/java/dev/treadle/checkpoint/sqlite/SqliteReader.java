package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// A reader of a store that another may be writing to.
///
/// Confined to one thread, as a [CheckpointReader] is.
final class SqliteReader implements CheckpointReader {
  private final Session session;
  private final RunReader runs;

  SqliteReader(Session session) {
    this.session = session;
    this.runs = new RunReader(session);
  }

  @Override
  public Optional<RunHeader> find(RunId run) {
    return read(() -> runs.find(run));
  }

  @Override
  public List<Entry> entries(RunId run, long afterId, int limit) {
    SqliteCheckpointStore.checkLimit(limit);
    return read(() -> runs.entries(run, afterId, limit));
  }

  @Override
  public List<RunHeader> list(RunQuery query) {
    return read(() -> runs.list(query));
  }

  @Override
  public String location() {
    return session.location();
  }

  @Override
  public void close() {
    session.confine();
    if (!session.isEnded()) {
      session.close();
    }
  }

  private <T> T read(Session.Work<T> work) {
    session.use();
    try {
      return work.run();
    } catch (SQLException e) {
      session.dropStatements(e);
      throw Failures.atRead(session.location(), e);
    }
  }
}
