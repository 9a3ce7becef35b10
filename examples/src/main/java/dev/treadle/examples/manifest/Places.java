package dev.treadle.examples.manifest;

import dev.treadle.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Where a run reads and writes, found once and checked before it begins.
///
/// @param folder the folder to list
/// @param prefix what stands before each name in the manifest: the folder as it was typed, encoded
/// @param manifest the real path of the manifest
/// @param database the real path of the database
record Places(Folder folder, String prefix, Path manifest, Path database) {
  Places {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(prefix, "prefix");
    Objects.requireNonNull(manifest, "manifest");
    Objects.requireNonNull(database, "database");
  }

  /// Finds the places.
  ///
  /// @param settings what was asked for
  /// @return the places
  /// @throws UsageException if a folder is missing
  static Places of(Settings settings) throws UsageException {
    if (!Files.isDirectory(settings.input())) {
      throw new UsageException("there is no folder " + settings.input() + " to read");
    }
    try {
      return new Places(
          new Folder(RawName.of(settings.input().toRealPath())),
          RawName.typed(settings.input()),
          real("the manifest", settings.output(), settings.scratch()),
          real("the database", settings.database(), settings.scratch()));
    } catch (IOException e) {
      throw new UsageException(settings.input() + " can't be read: " + Reason.of(e));
    }
  }

  private static Path real(String what, Path file, Path scratch)
      throws UsageException, IOException {
    var name = file.getFileName();
    if (name == null || Files.isDirectory(file)) {
      throw new UsageException(file + " is a folder; " + what + " needs the name of a file");
    }
    var folder = file.toAbsolutePath().resolveSibling(".");
    if (file.startsWith(scratch)) {
      Files.createDirectories(scratch);
    }
    if (!Files.isDirectory(folder)) {
      throw new UsageException("there is no folder " + file.resolveSibling(".") + " for " + what);
    }
    return folder.toRealPath().resolve(name);
  }

  /// The run's id: the same for the same folder and manifest, so that a second start finds the
  /// first.
  ///
  /// @return the id
  RunId runId() {
    var places = folder.path() + "\n" + prefix + "\n" + RawName.of(manifest);
    return RunId.of("manifest-" + Sha256.of(places).substring(0, 16));
  }

  /// Whether a file is one that the run itself writes.
  ///
  /// @param file its real path
  /// @return whether it is the manifest, its draft, the database or a file that belongs to that
  boolean own(Path file) {
    if (file.equals(manifest) || file.equals(ManifestFile.draftOf(manifest))) {
      return true;
    }
    var name = String.valueOf(file.getFileName());
    var own = String.valueOf(database.getFileName());
    return Objects.equals(file.getParent(), database.getParent())
        && (name.equals(own) || name.startsWith(own + "-") || name.startsWith(own + "."));
  }
}
