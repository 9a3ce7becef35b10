package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreLockedException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What opening accepts, refuses and leaves behind.
final class SqliteOpeningTest {
  @TempDir private Path folder;

  @Test
  void open_newStore_isForItsOwnerOnlyAndSetAsPromised() throws Exception {
    var file = folder.resolve("runs.db");
    try (var store = SqliteCheckpointStore.open(file)) {
      store.append(List.of(Runs.linear("a", 1)));
      for (var name : List.of("runs.db", "runs.db.lock", "runs.db-wal", "runs.db-shm")) {
        assertThat(PosixFilePermissions.toString(permissions(name))).isEqualTo("rw-------");
      }
      assertThat(store.location()).isEqualTo(file.toString());
    }
    assertThat(file.resolveSibling("runs.db-wal")).doesNotExist();
    assertThat(file.resolveSibling("runs.db.lock")).exists();
    try (var shell = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      assertThat(Sql.text(shell, "PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(Sql.number(shell, "PRAGMA application_id")).isEqualTo(Schema.APPLICATION_ID);
      assertThat(Sql.number(shell, "PRAGMA user_version")).isEqualTo(Schema.version());
      assertThat(Sql.text(shell, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void connection_settings_areThosePromised() throws SQLException {
    var file = folder.resolve("runs.db");
    SqliteCheckpointStore.open(file).close();
    var normal =
        SqliteOptions.defaults()
            .withSynchronous(SqliteOptions.Synchronous.NORMAL)
            .withBusyTimeout(Duration.ofMillis(77));
    try (var full =
            new Database(file, SqliteOptions.defaults(), Driver.real()).connectForWriting();
        var less = new Database(file, normal, Driver.real()).connectForWriting()) {
      assertThat(Sql.number(full, "PRAGMA synchronous")).isEqualTo(2);
      assertThat(Sql.number(full, "PRAGMA trusted_schema")).isZero();
      assertThat(Sql.number(full, "PRAGMA cell_size_check")).isEqualTo(1);
      assertThat(Sql.number(full, "PRAGMA foreign_keys")).isZero();
      assertThat(Sql.number(full, "PRAGMA busy_timeout")).isEqualTo(5000);
      assertThat(Sql.number(less, "PRAGMA synchronous")).isEqualTo(1);
      assertThat(Sql.number(less, "PRAGMA busy_timeout")).isEqualTo(77);
    }
  }

  @Test
  void open_twiceInThisProcess_failsAndLeavesTheFirstAlone() {
    var file = folder.resolve("runs.db");
    try (var store = SqliteCheckpointStore.open(file)) {
      assertThatThrownBy(() -> SqliteCheckpointStore.open(folder.resolve("./runs.db")))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining("this process")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      assertThat(store.append(List.of(Runs.linear("a", 1)))).isEmpty();
    }
    SqliteCheckpointStore.open(file).close();
  }

  @Test
  void open_pathWithOddCharacters_works() {
    var file = folder.resolve("a?mode=memory#%20 ü'.db");
    try (var store = SqliteCheckpointStore.open(file)) {
      store.append(List.of(Runs.linear("a", 1)));
    }
    assertThat(file).exists();
    try (var reader = SqliteCheckpointStore.openReadOnly(file)) {
      assertThat(Runs.sequence(reader, "a")).isEqualTo(1);
    }
  }

  @Test
  void open_noFolder_saysSo() {
    var file = folder.resolve("none/runs.db");
    assertThatThrownBy(() -> SqliteCheckpointStore.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("there is no folder " + folder.resolve("none"));
  }

  @Test
  void open_folderOrSymbolicLink_isRefused() throws IOException {
    var real = folder.resolve("real.db");
    SqliteCheckpointStore.open(real).close();
    var link = Files.createSymbolicLink(folder.resolve("link.db"), real);
    for (var file : List.of(link, Files.createDirectory(folder.resolve("folder")))) {
      assertThatThrownBy(() -> SqliteCheckpointStore.open(file))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("no regular file");
    }
  }

  @Test
  void open_lockFileIsALink_isRefused() throws IOException {
    var target = Files.writeString(folder.resolve("target"), "precious");
    Files.createSymbolicLink(folder.resolve("runs.db.lock"), target);
    assertThatThrownBy(() -> SqliteCheckpointStore.open(folder.resolve("runs.db")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("lock file");
    assertThat(target).hasContent("precious");
  }

  @Test
  void open_emptyFile_becomesAStore() throws IOException {
    var file = Files.createFile(folder.resolve("runs.db"));
    try (var store = SqliteCheckpointStore.open(file)) {
      assertThat(store.append(List.of(Runs.linear("a", 1)))).isEmpty();
    }
  }

  @Test
  void open_newerVersion_isRefused() throws SQLException {
    var file = store();
    shell(file, "PRAGMA user_version = 3");
    assertRefused(file, "version 3, and this library reads up to 2");
  }

  @Test
  void open_databaseOfAnother_isRefusedAndLeftAlone() throws Exception {
    var file = folder.resolve("runs.db");
    shell(file, "CREATE TABLE run (a)");
    var before = Files.readAllBytes(file);
    assertRefused(file, "belongs to another program");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void open_noDatabase_isRefusedAndLeftAlone() throws IOException {
    var file = Files.writeString(folder.resolve("runs.db"), "my shopping list ".repeat(99));
    assertRefused(file, "no SQLite database");
    assertThat(file).hasContent("my shopping list ".repeat(99));
  }

  @Test
  void openReadOnly_absentOrEmpty_isRefusedAndNotCreated() throws IOException {
    var absent = folder.resolve("absent.db");
    assertThatThrownBy(() -> SqliteCheckpointStore.openReadOnly(absent))
        .isInstanceOf(StoreException.class);
    assertThat(absent).doesNotExist();
    var empty = Files.createFile(folder.resolve("empty.db"));
    assertThatThrownBy(() -> SqliteCheckpointStore.openReadOnly(empty))
        .isInstanceOf(StoreVersionException.class)
        .hasMessageContaining("empty");
    assertThat(empty).isEmptyFile();
  }

  @Test
  void open_oldSqlite_isRefused() {
    assertThatThrownBy(() -> Opening.checkLibrary("3.51.2", "here"))
        .isInstanceOf(StoreVersionException.class)
        .hasMessageContaining("3.51.3 or newer");
    Opening.checkLibrary("3.51.3", "here");
    Opening.checkLibrary("4.0", "here");
  }

  @Test
  void open_afterUncleanEnd_checksTheDatabase() throws IOException {
    var probe = new Probe();
    var file = store();
    Runs.open(file, probe).close();
    assertThat(probe.executed()).doesNotContain("PRAGMA quick_check(1)");
    abandon(file);
    Runs.open(file, probe).close();
    assertThat(probe.executed())
        .contains("PRAGMA quick_check(1)", "PRAGMA wal_checkpoint(TRUNCATE)");
    abandon(file);
    damage(file);
    assertThatThrownBy(() -> SqliteCheckpointStore.open(file))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("restore it from a backup");
  }

  @Test
  void open_withoutWritePermission_isRefused() throws IOException {
    assumeTrue(!"root".equals(System.getProperty("user.name")), "root may write everywhere");
    var file = store();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThatThrownBy(() -> SqliteCheckpointStore.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("permissions");
  }

  @Test
  void options_impossible_areRefused() {
    assertThatThrownBy(() -> SqliteOptions.defaults().withBusyTimeout(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Path store() {
    var file = folder.resolve("runs.db");
    try (var store = SqliteCheckpointStore.open(file)) {
      for (int i = 0; i < 200; i++) {
        store.append(List.of(Runs.linear("run-" + i, 1)));
      }
    }
    return file;
  }

  /// Leaves the mark of an opening that was never closed.
  private static void abandon(Path file) {
    try {
      shell(file, "UPDATE store SET clean = 0");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /// Overwrites the heads of all pages but the first four.
  private static void damage(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long page = 4; page * 4096 < channel.size(); page++) {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) 0xee, 0x77, 0x31, 1, 2, 3}), page * 4096);
      }
    }
  }

  private static void assertRefused(Path file, String words) {
    assertThatThrownBy(() -> SqliteCheckpointStore.open(file))
        .isInstanceOf(StoreVersionException.class)
        .hasMessageContaining(words);
    assertThatThrownBy(() -> SqliteCheckpointStore.openReadOnly(file))
        .isInstanceOf(StoreVersionException.class)
        .hasMessageContaining(words);
  }

  private Set<PosixFilePermission> permissions(String name) throws IOException {
    return Files.getPosixFilePermissions(folder.resolve(name));
  }

  private static void shell(Path file, String sql) throws SQLException {
    try (var shell = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      Sql.execute(shell, sql);
    }
  }
}
