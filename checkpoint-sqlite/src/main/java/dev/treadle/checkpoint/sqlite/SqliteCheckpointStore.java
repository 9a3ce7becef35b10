package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreLock;
import dev.treadle.executor.spi.StoreLockedException;
import dev.treadle.executor.spi.StoreVersionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A checkpoint store in one SQLite database file. `docs/sqlite-schema.md` of the project describes
/// the tables, which may be queried at any time with any program.
///
/// One process writes at a time. It holds a lock on a file beside the database, named like it with
/// `.lock` at the end, which is never to be deleted. A batch of commits is one transaction and one
/// forced write.
///
/// After an error of the device, or a commit whose outcome is unknown, the store closes itself, and
/// that call and every later one throws [CommitUnknownException]. A full disk and the like leave it
/// open.
///
/// Confined to one thread, as a [CheckpointStore] is; the thread that opens it may be another.
public final class SqliteCheckpointStore implements CheckpointStore {
  private final Opening.Opened opened;
  private final Session session;
  private final Transactions transactions;
  private final RunReader reader;
  private final RunWriter writer;
  private final Sweep sweep;

  private SqliteCheckpointStore(
      Database database, SqliteOptions options, Opening.Opened opened, StoreLock lock) {
    this.opened = opened;
    this.session = new Session(database.location(), database::connectForWriting, lock);
    this.transactions = new Transactions(session, opened.epoch());
    this.reader = new RunReader(session);
    this.writer = new RunWriter(session);
    this.sweep = new Sweep(session, options);
  }

  /// Opens a store for writing, with [SqliteOptions#defaults].
  ///
  /// @param file the database, created if it is absent; its folder must exist
  /// @return the store, with a higher epoch than ever before
  /// @throws StoreLockedException if another process owns the store, or this one has it open
  /// @throws StoreVersionException if the file was written by a newer version of this library or by
  ///   another program, or if the SQLite library is too old to be safe
  /// @throws StoreDamagedException if the database is found damaged; after an unclean end it is
  ///   checked whole
  /// @throws StoreException if it can't be opened
  public static SqliteCheckpointStore open(Path file) {
    return open(file, UnaryOperator.identity());
  }

  /// Opens a store for writing.
  ///
  /// @param file the database, created if it is absent; its folder must exist
  /// @param options gets [SqliteOptions#defaults] and answers what is to hold
  /// @return the store, with a higher epoch than ever before
  /// @throws StoreLockedException if another process owns the store, or this one has it open
  /// @throws StoreVersionException if the file was written by a newer version of this library or by
  ///   another program, or if the SQLite library is too old to be safe
  /// @throws StoreDamagedException if the database is found damaged; after an unclean end it is
  ///   checked whole
  /// @throws StoreException if it can't be opened
  public static SqliteCheckpointStore open(Path file, UnaryOperator<SqliteOptions> options) {
    var chosen = options.apply(SqliteOptions.defaults());
    var lockFile = file.resolveSibling(file.getFileName() + ".lock");
    return open(file, chosen, Driver.real(), lockFile);
  }

  static SqliteCheckpointStore open(
      Path given, SqliteOptions options, Driver driver, Path lockFile) {
    var file = Opening.file(given);
    NativeLibrary.load(file);
    var lock = StoreLock.acquire(lockFile);
    try {
      Opening.create(file);
      var database = new Database(file, options, driver);
      return new SqliteCheckpointStore(database, options, Opening.forWriting(database), lock);
    } catch (Throwable e) {
      try (lock) {
        throw e;
      }
    }
  }

  /// Opens a store for reading. Takes no lock, so another process may be writing, and leaves the
  /// database as it is; SQLite may put its `-wal` and `-shm` files beside it. Where the folder
  /// can't be written, nobody may write to the database as long as the reader is open.
  ///
  /// @param file the database
  /// @return the reader
  /// @throws StoreVersionException if the file is not of this version of the library, or was
  ///   written by another program
  /// @throws StoreDamagedException if the database is found damaged
  /// @throws StoreException if it can't be opened
  public static CheckpointReader openReadOnly(Path file) {
    var checked = Opening.file(file);
    NativeLibrary.load(checked);
    var database = new Database(checked, SqliteOptions.defaults(), Driver.real());
    Opening.forReading(database);
    return new SqliteReader(
        new Session(database.location(), database::connectForReading, () -> {}));
  }

  /// Copies a database, whether a store is open on it, in this process or in another, or none is.
  /// Commits go on meanwhile; the copy holds what was committed when the call began. It is checked
  /// whole and forced to the disk before it gets its name.
  ///
  /// The copy is a store of its own: opened for writing beside the first, its unfinished runs run
  /// twice. Until the copy is complete, SQLite's log beside the database can only grow, and the
  /// folder of the copy needs room for the whole database. An interrupt does not cut the copying
  /// off.
  ///
  /// May be called by any thread.
  ///
  /// @param file the database
  /// @param target the copy, for its owner only, compact; must be absent, and its folder must exist
  /// @throws InterruptedException if the caller was interrupted; then there may be a copy or not
  /// @throws StoreVersionException if the file is of a newer version of this library, or was
  ///   written by another program
  /// @throws StoreDamagedException if the database is found damaged; there is no copy
  /// @throws StoreException if the target exists, or the copy can't be made; there is no copy
  public static void backup(Path file, Path target) throws InterruptedException {
    var checked = Opening.file(file);
    NativeLibrary.load(checked);
    Backup.make(new Database(checked, SqliteOptions.defaults(), Driver.real()), target);
  }

  @Override
  public long epoch() {
    return opened.epoch();
  }

  @Override
  public boolean closedCleanly() {
    return opened.closedCleanly();
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch holds at least one commit");
    }
    return write(() -> {
      var refused = writer.append(batch);
      sweep.some(batch.size());
      return refused;
    });
  }

  @Override
  public void discardUnfinished(RunId run) {
    write(() -> {
      writer.discardUnfinished(run);
      return true;
    });
  }

  @Override
  public boolean delete(RunId run) {
    return write(() -> writer.delete(run));
  }

  @Override
  public Optional<RunHeader> find(RunId run) {
    return transactions.read(() -> reader.find(run));
  }

  @Override
  public List<Entry> entries(RunId run, long afterId, int limit) {
    checkLimit(limit);
    return transactions.read(() -> reader.entries(run, afterId, limit));
  }

  @Override
  public List<RunHeader> list(RunQuery query) {
    return transactions.read(() -> reader.list(query));
  }

  @Override
  public String location() {
    return session.location();
  }

  @Override
  public void close() {
    session.confine();
    if (session.isEnded()) {
      return;
    }
    try {
      transactions.markClean();
    } finally {
      session.close();
    }
  }

  static void checkLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, was " + limit);
    }
  }

  private <T> T write(Session.Work<T> work) {
    try {
      return transactions.write(work);
    } catch (Throwable e) {
      writer.forget();
      sweep.forget();
      throw e;
    }
  }
}
