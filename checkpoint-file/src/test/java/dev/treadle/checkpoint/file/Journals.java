package dev.treadle.checkpoint.file;

import java.nio.file.Path;

/// Journals for the tests.
final class Journals {
  private Journals() {}

  /// Opens a journal whose former opening was not closed, as if that one's process were dead.
  static FileCheckpointStore openOver(Path folder, FileOptions options) {
    return FileCheckpointStore.open(new DiskFolder(folder), () -> {}, options);
  }
}
