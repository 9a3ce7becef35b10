package dev.treadle.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/// Commands of the operating system.
public final class Commands {
  private Commands() {}

  /// Runs a command.
  ///
  /// @return whether it ended well; false if there is no such program
  public static boolean succeeds(String... command) throws InterruptedException {
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      System.out.println(e.getMessage());
      return false;
    }
    return process.waitFor() == 0;
  }

  /// Unmounts a file system.
  public static void unmount(Path folder) throws IOException {
    try {
      if (!succeeds("umount", folder.toString())) {
        throw new IllegalStateException("can't be unmounted: " + folder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it was unmounted", e);
    }
  }

  /// Skips the test unless it is root who runs it on Linux.
  ///
  /// @param does what only root does
  public static void assumeRoot(String does) {
    assume(System.getProperty("os.name").equals("Linux"), "disks of one's own need Linux");
    assume("root".equals(System.getProperty("user.name")), "only root " + does);
  }

  /// Skips the test unless something holds, and says so.
  public static void assume(boolean holds, String reason) {
    if (!holds) {
      System.out.println("SKIPPED: " + reason);
    }
    assumeTrue(holds, reason);
  }
}
