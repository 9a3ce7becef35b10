package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;

/// What happens before a store is used: is the file there, is it ours, is it whole.
///
/// Stateless.
final class Opening {
  /// Older versions can damage a database when its log is reset.
  private static final int[] OLDEST_SQLITE = {3, 51, 3};

  private Opening() {}

  /// An opening for writing.
  ///
  /// @param epoch its number
  /// @param closedCleanly whether the one before was closed in order
  record Opened(long epoch, boolean closedCleanly) {}

  /// The file as an absolute path whose folder exists.
  static Path file(Path given) {
    var file = given.toAbsolutePath().normalize();
    var folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new StoreException(
          file.toString(), "there is no folder " + folder + "; create it first", null);
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new StoreException(
          file.toString(), "this is no regular file; name the database file itself", null);
    }
    return file;
  }

  /// Creates the file, for its owner only, if it is absent. SQLite gives its side files the same
  /// permissions, and forces the folder when it first forces its log.
  static void create(Path file) {
    try {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        createNew(file);
      }
    } catch (FileAlreadyExistsException e) {
      throw new StoreException(
          file.toString(), "another program has just created the file; try again", e);
    } catch (IOException e) {
      throw new StoreException(file.toString(), "the file can't be created: " + e, e);
    }
    if (!Files.isWritable(file)) {
      throw new StoreException(
          file.toString(), "the file can't be written; check its permissions and its mount", null);
    }
  }

  /// Creates a file that is absent, for its owner only.
  static void createNew(Path file) throws IOException {
    var posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createFile(file, posix ? new FileAttribute<?>[] {mode} : new FileAttribute<?>[0]);
  }

  /// Checks the database, brings it to the present version and raises its epoch.
  ///
  /// @return the opening
  static Opened forWriting(Database database) {
    try (var connection = database.connect()) {
      var version = gate(connection, database.location());
      if (version > 0 && Sql.number(connection, "SELECT clean FROM store") == 0) {
        checkWhole(connection, database.location());
      }
      database.makeDurable(connection);
      Schema.migrate(connection, version);
      return raiseEpoch(connection);
    } catch (SQLException e) {
      throw Failures.atOpen(database.location(), e);
    }
  }

  /// Checks that the database is one that this version can read.
  static void forReading(Database database) {
    try (var connection = database.connectForReading()) {
      var version = gate(connection, database.location());
      if (version < Schema.version()) {
        throw new StoreVersionException(
            database.location(),
            version == 0
                ? "the database is empty; there is nothing to read"
                : "the database has the older version "
                    + version
                    + "; open it for writing once to bring it to "
                    + Schema.version(),
            null);
      }
    } catch (SQLException e) {
      throw Failures.atOpen(database.location(), e);
    }
  }

  /// The database's version, 0 if it is empty.
  static int gate(Connection connection, String location) throws SQLException {
    checkLibrary(Sql.text(connection, "SELECT sqlite_version()"), location);
    var application = Sql.number(connection, "PRAGMA application_id");
    var version = Sql.number(connection, "PRAGMA user_version");
    if (application == 0
        && version == 0
        && Sql.number(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
      return 0;
    }
    if (application != Schema.APPLICATION_ID) {
      throw new StoreVersionException(
          location, "this SQLite database belongs to another program; choose another file", null);
    }
    if (version < 1 || version > Schema.version()) {
      throw new StoreVersionException(
          location,
          "the database has version %d, and this library reads up to %d; use a newer library"
              .formatted(version, Schema.version()),
          null);
    }
    return (int) version;
  }

  static void checkLibrary(String version, String location) {
    var parts = Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    if (Arrays.compare(parts, OLDEST_SQLITE) < 0) {
      throw new StoreVersionException(
          location,
          "SQLite "
              + version
              + " can damage databases when it resets its log; use 3.51.3 or newer, as the driver"
              + " that this library names brings along",
          null);
    }
  }

  /// After an unclean end: reads the whole database, and moves the log into it, forced, so that
  /// nothing further is built on bytes that a failed force may have left in memory only.
  private static void checkWhole(Connection connection, String location) throws SQLException {
    var found = Sql.text(connection, "PRAGMA quick_check(1)");
    if (!"ok".equals(found)) {
      throw new StoreDamagedException(
          location, "the database is damaged; restore it from a backup (" + found + ")", null);
    }
    if (Sql.number(connection, "PRAGMA wal_checkpoint(TRUNCATE)") != 0) {
      throw new StoreException(
          location, "another program holds the database; close it and try again", null);
    }
  }

  private static Opened raiseEpoch(Connection connection) throws SQLException {
    Sql.execute(connection, "BEGIN IMMEDIATE");
    var clean = Sql.number(connection, "SELECT clean FROM store") != 0;
    var epoch =
        Sql.number(connection, "UPDATE store SET epoch = epoch + 1, clean = 0 RETURNING epoch");
    Sql.execute(connection, "COMMIT");
    return new Opened(epoch, clean);
  }
}
