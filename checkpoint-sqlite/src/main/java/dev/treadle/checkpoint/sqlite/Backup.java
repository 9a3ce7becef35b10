package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Copies a database while others write to it. The copy is made and checked under another name, so
/// that what bears the right name is whole.
///
/// Used by one thread.
final class Backup {
  private final Database database;
  private final Path target;
  private final Path partial;

  private Backup(Database database, Path target) {
    this.database = database;
    this.target = target;
    this.partial = target.resolveSibling(target.getFileName() + ".partial");
  }

  /// Makes the copy on a platform thread of its own: the caller's may be a virtual one, whose
  /// carrier would be held all the time.
  static void make(Database database, Path given) throws InterruptedException {
    var target = Opening.file(given);
    var copying = new FutureTask<@Nullable Void>(new Backup(database, target)::copy, null);
    var thread = Thread.ofPlatform().name("treadle-sqlite-backup").daemon().start(copying);
    try {
      copying.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException known) {
        throw known;
      }
      throw new StoreException(target.toString(), "the backup failed: " + e.getCause(), e);
    } finally {
      join(thread);
    }
  }

  /// Nothing may go on when the caller goes on; an interrupt has to wait for that.
  private static void join(Thread thread) throws InterruptedException {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      throw new InterruptedException();
    }
  }

  private void copy() {
    requireAbsent(target, "choose another name");
    reserve();
    try {
      write();
      verify();
      force(partial, StandardOpenOption.WRITE);
      requireAbsent(target, "it has just been created");
      Files.move(partial, target);
      force(folder(), StandardOpenOption.READ);
    } catch (IOException e) {
      throw discarded(new StoreException(target.toString(), "the backup failed: " + e, e));
    } catch (StoreException e) {
      throw discarded(e);
    }
  }

  private static void requireAbsent(Path file, String wayOut) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new StoreException(file.toString(), "a backup never replaces a file; " + wayOut, null);
    }
  }

  /// An empty file, for its owner only; SQLite writes into it.
  private void reserve() {
    try {
      Opening.createNew(partial);
    } catch (FileAlreadyExistsException e) {
      throw new StoreException(
          partial.toString(),
          "another backup is being made, or one was cut off; delete the file if none is",
          e);
    } catch (IOException e) {
      throw new StoreException(partial.toString(), "the file can't be created: " + e, e);
    }
  }

  private void write() {
    try (var connection = database.connectForCopying();
        var vacuum = connection.prepareStatement("VACUUM INTO ?")) {
      Opening.gate(connection, database.location());
      vacuum.setString(1, partial.toString());
      vacuum.execute();
    } catch (SQLException e) {
      throw Failures.atRead(database.location(), e);
    }
  }

  private void verify() {
    var copy = database.at(partial);
    try (var connection = copy.connectForReading()) {
      Opening.gate(connection, copy.location());
      var found = Sql.text(connection, "PRAGMA integrity_check(1)");
      if (!"ok".equals(found)) {
        throw new StoreDamagedException(
            database.location(), "the database can't be copied whole (" + found + ")", null);
      }
    } catch (SQLException e) {
      throw Failures.atRead(copy.location(), e);
    }
  }

  private static void force(Path file, StandardOpenOption how) throws IOException {
    try (var channel = FileChannel.open(file, how)) {
      channel.force(true);
    }
  }

  private Path folder() {
    var folder = target.getParent();
    if (folder == null) {
      throw new IllegalStateException("an absolute path without a folder: " + target);
    }
    return folder;
  }

  private StoreException discarded(StoreException e) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException left) {
      e.addSuppressed(left);
    }
    return e;
  }
}
