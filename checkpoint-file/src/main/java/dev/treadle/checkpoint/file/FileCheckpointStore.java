package dev.treadle.checkpoint.file;

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
import dev.treadle.executor.spi.WriteRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A checkpoint store in a folder of its own, as a journal that is only ever appended to.
/// `docs/journal-format.md` of the project describes the files.
///
/// One process writes at a time. It holds a lock on the file `lock` in the folder, which is never
/// to be deleted. A batch of commits is one write and one force. Files whose runs are gone are
/// deleted little by little, with the commits that come; so are finished runs that are older than
/// [FileOptions#retention] says.
///
/// In memory it keeps where the entries of each run lie, and never a payload: a few hundred bytes a
/// run.
///
/// After a failed force, or a write whose outcome is unknown, the store closes itself, and that
/// call and every later one throws [CommitUnknownException]. A full disk leaves it open.
///
/// Confined to one thread, as a [CheckpointStore] is; the thread that opens it may be another.
public final class FileCheckpointStore implements CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(FileCheckpointStore.class);

  private final Opening.Opened opened;
  private final Journal journal;
  private final RunReader reader;
  private final Confinement confinement;
  private final AutoCloseable lock;

  private FileCheckpointStore(Opening.Opened opened, AutoCloseable lock) {
    this.opened = opened;
    this.journal = opened.journal();
    this.reader = new RunReader(opened.segments(), opened.index());
    this.confinement = new Confinement(location());
    this.lock = lock;
  }

  /// Opens a store for writing, with [FileOptions#defaults].
  ///
  /// @param folder the folder, created for its owner only if it is absent; the one that it lies in
  ///   must exist
  /// @return the store, with a higher epoch than ever before
  /// @throws StoreLockedException if another process owns the store, or this one has it open
  /// @throws StoreVersionException if the folder was written by a newer version of this library, or
  ///   holds other things
  /// @throws StoreDamagedException if the journal is damaged so that it can't be told which runs
  ///   have lost something; [#openReadOnly] and [JournalTool#salvage] go on from there
  /// @throws StoreException if it can't be opened
  public static FileCheckpointStore open(Path folder) {
    return open(folder, UnaryOperator.identity());
  }

  /// Opens a store for writing.
  ///
  /// @param folder the folder, created for its owner only if it is absent; the one that it lies in
  ///   must exist
  /// @param options gets [FileOptions#defaults] and answers what is to hold
  /// @return the store, with a higher epoch than ever before
  /// @throws StoreLockedException if another process owns the store, or this one has it open
  /// @throws StoreVersionException if the folder was written by a newer version of this library, or
  ///   holds other things
  /// @throws StoreDamagedException if the journal is damaged so that it can't be told which runs
  ///   have lost something; [#openReadOnly] and [JournalTool#salvage] go on from there
  /// @throws StoreException if it can't be opened
  public static FileCheckpointStore open(Path folder, UnaryOperator<FileOptions> options) {
    var chosen = options.apply(FileOptions.defaults());
    var disk = new DiskFolder(folder);
    return Interrupts.deferred(() -> {
      create(disk);
      return open(disk, StoreLock.acquire(disk.path(Names.LOCK)), chosen);
    });
  }

  /// Opens a store in any folder.
  ///
  /// @param lock released with the store
  static FileCheckpointStore open(JournalFolder folder, AutoCloseable lock, FileOptions options) {
    return open(folder, lock, options, options.segmentSize());
  }

  /// Opens a store in any folder, with files of any size.
  ///
  /// @param lock released with the store
  /// @param segmentSize instead of that of the options, which has bounds
  static FileCheckpointStore open(
      JournalFolder folder, AutoCloseable lock, FileOptions options, long segmentSize) {
    try {
      return Interrupts.deferred(
          () -> new FileCheckpointStore(Opening.open(folder, options, segmentSize), lock));
    } catch (Throwable e) {
      try (lock) {
        throw e;
      } catch (IOException failure) {
        throw new StoreException(
            folder.location(), "the journal can't be opened: " + failure, failure);
      } catch (RuntimeException | Error failure) {
        throw failure;
      } catch (Exception failure) {
        throw new StoreException(
            folder.location(), "the lock can't be released: " + failure, failure);
      }
    }
  }

  /// Opens a store for reading. Takes no lock and writes nothing, so another process may be
  /// writing; each call sees what has been committed until then. Runs that are not proven whole are
  /// reported by [StoreDamagedException] when they are asked for; all others can be read.
  ///
  /// @param folder the folder
  /// @return the reader
  /// @throws StoreVersionException if the folder was written by a newer version of this library, or
  ///   holds no journal
  /// @throws StoreDamagedException if a whole file is missing or is no part of a journal
  /// @throws StoreException if it can't be opened
  public static CheckpointReader openReadOnly(Path folder) {
    var disk = new DiskFolder(folder);
    try {
      disk.check();
    } catch (IOException e) {
      throw notAFolder(disk, e);
    }
    return JournalReader.open(disk);
  }

  private static void create(DiskFolder disk) {
    try {
      disk.createIfAbsent();
    } catch (IOException e) {
      throw notAFolder(disk, e);
    }
  }

  static StoreException notAFolder(DiskFolder disk, IOException e) {
    return new StoreException(
        disk.location(),
        "this is no folder, or it can't be created; the folder that it lies in has to exist: " + e,
        e);
  }

  @Override
  public long epoch() {
    return opened.epoch();
  }

  @Override
  public boolean closedCleanly() {
    return opened.closedCleanly();
  }

  /// What was not as it should be when the store was opened: frames that were cut off because the
  /// process had died while it wrote them, which is harmless, and damage. May be called by any
  /// thread.
  ///
  /// @return the findings, empty if all was well
  public List<Finding> findings() {
    return opened.findings();
  }

  @Override
  public List<Integer> append(List<StepCommit> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch holds at least one commit");
    }
    return write(() -> journal.append(batch));
  }

  @Override
  public void discardUnfinished(RunId run) {
    write(() -> {
      journal.discardUnfinished(run.value());
      return true;
    });
  }

  @Override
  public boolean delete(RunId run) {
    return write(() -> journal.delete(run.value()));
  }

  @Override
  public Optional<RunHeader> find(RunId run) {
    return read(() -> reader.find(run));
  }

  @Override
  public List<Entry> entries(RunId run, long afterId, int limit) {
    checkLimit(limit);
    return read(() -> reader.entries(run, afterId, limit));
  }

  @Override
  public List<RunHeader> list(RunQuery query) {
    return read(() -> reader.list(query));
  }

  @Override
  public String location() {
    return opened.segments().folder().location();
  }

  @Override
  public void close() {
    if (!confinement.close() || journal.broken() != null) {
      return;
    }
    Interrupts.deferred(() -> {
      try {
        if (!journal.isFenced()) {
          journal.close();
        }
      } catch (WriteRefusedException e) {
        LOG.warn(
            "{}: the mark of an orderly end could not be written: {}", location(), e.getMessage());
      } finally {
        release();
      }
      return true;
    });
  }

  boolean isEmpty() {
    return opened.index().runs().isEmpty();
  }

  /// Takes runs over from another journal.
  void adopt(Journal.Content<Boolean> content) {
    write(() -> journal.adopt(content));
  }

  static void checkLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, was " + limit);
    }
  }

  private <T> T write(Interrupts.Work<T, IOException> work) {
    try {
      return Interrupts.deferred(() -> use(work));
    } catch (IOException e) {
      throw new WriteRefusedException(location(), "nothing was written: " + e, e);
    } catch (CommitUnknownException e) {
      releaseBroken(e);
      throw e;
    }
  }

  private <T> T read(Interrupts.Work<T, IOException> work) {
    try {
      return Interrupts.deferred(() -> use(work));
    } catch (IOException e) {
      throw new StoreException(location(), "the journal can't be read: " + e, e);
    }
  }

  private <T> T use(Interrupts.Work<T, IOException> work) throws IOException {
    confinement.use();
    if (journal.broken() != null) {
      throw journal.unknownAgain();
    }
    return work.run();
  }

  private void releaseBroken(CommitUnknownException cause) {
    try {
      release();
    } catch (StoreException e) {
      cause.addSuppressed(e);
    }
  }

  private void release() {
    try (lock) {
      opened.segments().close();
    } catch (StoreException e) {
      throw e;
    } catch (Exception e) {
      throw new StoreException(location(), "the journal can't be closed: " + e, e);
    }
  }
}
