package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.executor.spi.StoreException;
import dev.treadle.proof.MemoryDisk;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A small file system in memory that is made read-only. Needs root on Linux; elsewhere the tests
/// are reported as skipped.
final class SqliteDiskTest {
  @TempDir private Path folder;

  @Test
  void open_readOnlyFileSystem_isRefusedForWritingAndServesReaders() throws Exception {
    try (var disk = MemoryDisk.mount(folder, 1)) {
      readOnly(disk, folder.resolve("runs.db"));
    }
  }

  private static void readOnly(MemoryDisk disk, Path file) throws Exception {
    try (var store = SqliteCheckpointStore.open(file)) {
      store.append(List.of(Runs.linear("a", 1)));
    }
    disk.protect();
    assertThatThrownBy(() -> SqliteCheckpointStore.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("permissions");
    try (var reader = SqliteCheckpointStore.openReadOnly(file)) {
      assertThat(Runs.sequence(reader, "a")).isEqualTo(1);
      assertThat(Runs.entries(reader, "a")).hasSize(1);
    }
  }
}
