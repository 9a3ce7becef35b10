package dev.treadle.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/// Makes temporary folders in the memory file system of Linux, and elsewhere in the usual place.
public final class FolderInMemory implements TempDirFactory {
  private static final Path MEMORY = Path.of("/dev/shm");

  /// For JUnit.
  public FolderInMemory() {}

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    return Files.isWritable(MEMORY)
        ? Files.createTempDirectory(MEMORY, "treadle-")
        : Files.createTempDirectory("treadle-");
  }
}
