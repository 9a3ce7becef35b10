package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreLock;
import dev.treadle.executor.spi.StoreLockedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class StoreLockTest {
  @TempDir private Path folder;

  @Test
  void acquire_writesWhoHoldsIt_forTheOwnerOnly() throws IOException {
    var file = folder.resolve("lock");
    try (var _ = StoreLock.acquire(file)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(file)
        .content()
        .startsWith("process " + ProcessHandle.current().pid() + " on ")
        .contains("started at ");
  }

  @Test
  void acquire_twiceInOneProcess_failsByWhateverPath() throws IOException {
    var real = Files.createDirectory(folder.resolve("real"));
    var link = Files.createSymbolicLink(folder.resolve("link"), real);
    try (var _ = StoreLock.acquire(real.resolve("lock"))) {
      assertThatThrownBy(() -> StoreLock.acquire(link.resolve("lock")))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining("this process");
      assertRefusedElsewhere(real.resolve("lock"));
    }
    StoreLock.acquire(link.resolve("lock")).close();
  }

  @Test
  void acquire_leftOverFile_isNoHindrance() throws IOException {
    var file = Files.writeString(folder.resolve("lock"), "process 1 on mars, " + "x".repeat(9999));
    try (var _ = StoreLock.acquire(file)) {
      assertThat(Files.size(file)).isLessThan(300);
    }
  }

  @Test
  void acquire_noFolderOrALink_fails() throws IOException {
    assertThatThrownBy(() -> StoreLock.acquire(folder.resolve("none/lock")))
        .isInstanceOf(StoreException.class);
    var target = Files.writeString(folder.resolve("target"), "precious");
    var link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThatThrownBy(() -> StoreLock.acquire(link)).isInstanceOf(StoreException.class);
    assertThat(target).hasContent("precious");
  }

  @Test
  void close_twice_releasesOnce() {
    var file = folder.resolve("lock");
    var first = StoreLock.acquire(file);
    first.close();
    try (var _ = StoreLock.acquire(file)) {
      first.close();
      assertThatThrownBy(() -> StoreLock.acquire(file)).isInstanceOf(StoreLockedException.class);
    }
  }

  /// The failed second attempt in this process must not have dropped the lock of the system.
  private static void assertRefusedElsewhere(Path file) throws IOException {
    var java = ProcessHandle.current().info().command().orElse("java");
    var classPath = System.getProperty("java.class.path");
    var other =
        new ProcessBuilder(java, "-Xmx32m", "-cp", classPath, Holder.class.getName(), file + "")
            .start();
    try (var out = other.inputReader()) {
      assertThat(out.readLine())
          .contains("another process owns the store: process " + ProcessHandle.current().pid());
      assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// Says what comes of taking the lock.
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) {
      try (var _ = StoreLock.acquire(Path.of(arguments[0]))) {
        System.out.println("held");
      } catch (StoreLockedException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
