package dev.treadle.checkpoint.sqlite;

import dev.treadle.executor.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteJDBCLoader;

/// Has the driver unpack its native library into a folder that nobody else can write to: code is
/// loaded from there. An application that chose a place itself keeps its choice.
///
/// Safe for use by any thread.
final class NativeLibrary {
  private static final String FOLDER = "org.sqlite.tmpdir";
  private static final List<String> CHOICES = List.of(FOLDER, "org.sqlite.lib.path");
  private static final ReentrantLock GUARD = new ReentrantLock();
  private static final AtomicBoolean LOADED = new AtomicBoolean();

  private NativeLibrary() {}

  static void load(Path store) {
    GUARD.lock();
    try {
      if (LOADED.get()) {
        return;
      }
      if (CHOICES.stream().anyMatch(name -> System.getProperty(name) != null)) {
        initialize();
      } else {
        initializeIn(privateFolder());
      }
      LOADED.set(true);
    } catch (IOException e) {
      throw new StoreException(
          store.toString(), "SQLite's native library can't be unpacked and loaded: " + e, e);
    } finally {
      GUARD.unlock();
    }
  }

  private static void initializeIn(Path folder) throws IOException {
    folder.toFile().deleteOnExit();
    System.setProperty(FOLDER, folder.toString());
    try {
      initialize();
    } finally {
      System.clearProperty(FOLDER);
      empty(folder);
    }
  }

  private static void initialize() throws IOException {
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception e) { // that is what the driver declares
      throw new IOException(e);
    }
  }

  private static Path privateFolder() throws IOException {
    var folder = Files.createTempDirectory("treadle-sqlite-");
    var posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
    return folder;
  }

  /// A loaded library needs its file no more, except where the system forbids to delete it: there
  /// the driver deletes it at exit.
  private static void empty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        file.toFile().delete();
      }
    }
    folder.toFile().delete();
  }
}
