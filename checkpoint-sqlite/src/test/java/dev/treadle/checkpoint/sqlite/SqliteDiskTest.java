package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A small file system in memory that is filled, enlarged and made read-only. Needs root on Linux;
/// elsewhere the tests are reported as skipped.
final class SqliteDiskTest {
  @TempDir private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount");
    assumeTrue(System.getProperty("os.name").equals("Linux"), "tmpfs is of Linux");
    mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
    assumeTrue(mounted, "this root can't mount");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(run("umount", disk.toString())).isTrue();
    }
  }

  @Test
  void append_diskFull_losesNothingAndGoesOnWhenThereIsRoom() throws Exception {
    var file = disk.resolve("runs.db");
    var payload = new byte[20_000];
    var acknowledged = 0;
    try (var store = SqliteCheckpointStore.open(file)) {
      while (acknowledged < 100) {
        try {
          store.append(List.of(Runs.linear("run-" + (acknowledged + 1), 1, payload)));
        } catch (WriteRefusedException e) {
          break;
        }
        acknowledged++;
      }
      assertThat(acknowledged).isBetween(5, 60);
      var next = List.of(Runs.linear("run-" + (acknowledged + 1), 1, payload));
      assertThatThrownBy(() -> store.append(next)).isInstanceOf(WriteRefusedException.class);
      assertThat(store.list(RunQuery.all(1000))).hasSize(acknowledged);
      assertThat(run("mount", "-o", "remount,size=8m", disk.toString())).isTrue();
      assertThat(store.append(next)).isEmpty();
      acknowledged++;
    }
    try (var store = SqliteCheckpointStore.open(file)) {
      assertThat(store.list(RunQuery.all(1000))).hasSize(acknowledged);
      for (int i = 1; i <= acknowledged; i++) {
        assertThat(Runs.entries(store, "run-" + i)).hasSize(1);
      }
    }
  }

  @Test
  void open_readOnlyFileSystem_isRefusedForWritingAndServesReaders() throws Exception {
    var file = disk.resolve("runs.db");
    try (var store = SqliteCheckpointStore.open(file)) {
      store.append(List.of(Runs.linear("a", 1)));
    }
    assertThat(run("mount", "-o", "remount,ro", disk.toString())).isTrue();
    assertThatThrownBy(() -> SqliteCheckpointStore.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("permissions");
    try (var reader = SqliteCheckpointStore.openReadOnly(file)) {
      assertThat(Runs.sequence(reader, "a")).isEqualTo(1);
      assertThat(Runs.entries(reader, "a")).hasSize(1);
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO().start();
    return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
