package dev.treadle.proof;

import java.io.IOException;
import java.nio.file.Path;

/// A small file system in memory. Needs root on Linux; elsewhere the test is reported as skipped,
/// with the reason.
public final class MemoryDisk implements AutoCloseable {
  private final Path folder;

  private MemoryDisk(Path folder) {
    this.folder = folder;
  }

  /// Mounts one.
  ///
  /// @param folder where it is to be seen, an empty folder
  public static MemoryDisk mount(Path folder, int mebibytes) throws InterruptedException {
    Commands.assumeRoot("mounts");
    var size = "size=" + mebibytes + "m";
    Commands.assume(
        Commands.succeeds("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString()),
        "this root can't mount");
    return new MemoryDisk(folder);
  }

  /// Makes room.
  public void grow(int mebibytes) throws InterruptedException {
    remount("size=" + mebibytes + "m");
  }

  /// Forbids to write.
  public void protect() throws InterruptedException {
    remount("ro");
  }

  private void remount(String option) throws InterruptedException {
    if (!Commands.succeeds("mount", "-o", "remount," + option, folder.toString())) {
      throw new IllegalStateException("can't be remounted: " + folder);
    }
  }

  @Override
  public void close() throws IOException {
    Commands.unmount(folder);
  }
}
