package dev.treadle.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// Folders for what is written while measuring. They lie below the folder that the measurement
/// names, on a file system that is what it seems, not below a temporary folder in memory.
public final class Folders {
  private static final String PROPERTY = "treadle.bench.folder";

  private Folders() {}

  static String property(Path folder) {
    return "-D" + PROPERTY + "=" + folder.toAbsolutePath();
  }

  /// A new folder.
  ///
  /// @return an empty one
  /// @throws IOException if it can't be made
  public static Path make() throws IOException {
    var below = Path.of(System.getProperty(PROPERTY, "target/bench")).toAbsolutePath();
    Files.createDirectories(below);
    return Files.createTempDirectory(below, "store");
  }

  /// Deletes a folder with all that is in it.
  ///
  /// @param folder of [#make]
  /// @throws IOException if something can't be deleted
  public static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// How much the files below a folder hold.
  ///
  /// @param folder the folder
  /// @return in bytes
  /// @throws IOException if it can't be read
  public static long size(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(Folders::bytes).sum();
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
