package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Copies of databases in use.
final class BackupTest {
  @TempDir private Path folder;

  @Test
  void backup_ofAnOpenStore_holdsWhatWasCommitted_andOpens() throws Exception {
    try (var store = open()) {
      store.append(List.of(Runs.linear("a", 1), Runs.linear("b", 1)));
      SqliteCheckpointStore.backup(file(), target());
      store.append(List.of(Runs.linear("a", 2)));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target())))
        .isEqualTo("rw-------");
    try (var store = SqliteCheckpointStore.open(target())) {
      assertThat(store.list(RunQuery.all(9))).hasSize(2);
      assertThat(Runs.entries(store, "a")).isEqualTo(Runs.linear("a", 1).puts());
      assertThat(store.closedCleanly()).as("as after a death, which it is like").isFalse();
      assertThat(store.append(List.of(Runs.linear("a", 2)))).isEmpty();
    }
    assertThat(names()).doesNotContain("copy.db.partial");
  }

  @Test
  void backup_doesNotHoldUpCommits() throws Exception {
    try (var store = open()) {
      for (int i = 0; i < 60; i++) {
        store.append(many(i));
      }
      var copying =
          new FutureTask<>(() -> {
            SqliteCheckpointStore.backup(file(), target());
            return 0;
          });
      Thread.ofVirtual().start(copying);
      long commits = 0;
      while (!copying.isDone()) {
        store.append(List.of(Runs.linear("busy", ++commits)));
      }
      copying.get();
      System.out.printf(
          "%d commits during a backup of %d MiB%n", commits, Files.size(target()) >> 20);
      assertThat(commits).isGreaterThan(10);
      try (var reader = SqliteCheckpointStore.openReadOnly(target())) {
        assertThat(reader.list(RunQuery.all(10_000)).size()).isBetween(600, 601);
        assertThat(Runs.sequence(reader, "busy")).isLessThan(commits);
      }
    }
  }

  @Test
  void backup_ofAClosedStore_works() throws Exception {
    try (var store = open()) {
      store.append(List.of(Runs.linear("a", 1)));
    }
    SqliteCheckpointStore.backup(file(), target());
    try (var reader = SqliteCheckpointStore.openReadOnly(target())) {
      assertThat(reader.find(RunId.of("a"))).isPresent();
    }
  }

  @Test
  void backup_targetThatExists_isRefusedAndLeftAlone() throws Exception {
    open().close();
    Files.writeString(target(), "precious");
    assertThatThrownBy(() -> SqliteCheckpointStore.backup(file(), target()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("never replaces a file");
    assertThat(target()).hasContent("precious");
    assertThatThrownBy(() -> SqliteCheckpointStore.backup(file(), file()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("never replaces a file");
  }

  @Test
  void backup_whileAnotherIsMade_isRefused() throws Exception {
    open().close();
    Files.writeString(folder.resolve("copy.db.partial"), "");
    assertThatThrownBy(() -> SqliteCheckpointStore.backup(file(), target()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("another backup is being made, or one was cut off");
    assertThat(target()).doesNotExist();
  }

  @Test
  void backup_ofNoStore_isRefusedAndLeavesNothing() throws Exception {
    assertThatThrownBy(() -> SqliteCheckpointStore.backup(file(), target()))
        .isInstanceOf(StoreException.class);
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      Sql.execute(other, "CREATE TABLE mine (a)");
    }
    assertThatThrownBy(() -> SqliteCheckpointStore.backup(file(), target()))
        .isInstanceOf(StoreVersionException.class)
        .hasMessageContaining("another program");
    assertThat(names()).containsExactly("runs.db");
  }

  @Test
  void backup_ofADamagedDatabase_isRefusedAndLeavesNothing() throws Exception {
    try (var store = open()) {
      store.append(many(1));
    }
    try (var channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      for (long page = 8; page * 4096 < channel.size(); page++) {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) 0xee, 0x77, 1}), page * 4096);
      }
    }
    assertThatThrownBy(() -> SqliteCheckpointStore.backup(file(), target()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("damaged");
    assertThat(names()).doesNotContain("copy.db", "copy.db.partial");
  }

  @Test
  void backup_interrupted_saysSoWhenTheCopyingHasEnded() throws Exception {
    try (var store = open()) {
      store.append(many(1));
    }
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> SqliteCheckpointStore.backup(file(), target()))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(names()).doesNotContain("copy.db.partial");
  }

  private SqliteCheckpointStore open() {
    return SqliteCheckpointStore.open(file());
  }

  private static List<StepCommit> many(int round) {
    return IntStream.range(0, 10)
        .mapToObj(i -> Runs.linear("run-" + round + "-" + i, 1, new byte[50_000]))
        .toList();
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private Path file() {
    return folder.resolve("runs.db");
  }

  private Path target() {
    return folder.resolve("copy.db");
  }
}
