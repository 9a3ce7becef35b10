package dev.treadle.checkpoint.file;

import static dev.treadle.checkpoint.file.Journals.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.treadle.RunId;
import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.StoreFencedException;
import dev.treadle.executor.spi.StoreLockedException;
import dev.treadle.executor.spi.StoreVersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What opening accepts, refuses and leaves behind.
final class FileOpeningTest {
  private static final String FIRST = "0000000001.journal";

  @TempDir private Path parent;

  private Path folder() {
    return parent.resolve("runs");
  }

  @Test
  void aNewStore_isForItsOwnerOnly() throws IOException {
    try (var store = FileCheckpointStore.open(folder())) {
      store.append(List.of(linear("a", 1)));
      assertThat(store.closedCleanly()).isTrue();
      assertThat(store.location()).isEqualTo(folder().toString());
      assertThat(permissions(folder())).isEqualTo("rwx------");
      try (var files = Files.list(folder())) {
        assertThat(files.toList())
            .extracting(file -> "" + file.getFileName())
            .containsExactlyInAnyOrder(FIRST, "epoch-1", "lock");
      }
      for (var name : List.of(FIRST, "epoch-1", "lock")) {
        assertThat(permissions(folder().resolve(name))).isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aRunIdBecomesNoFileName() throws IOException {
    try (var store = FileCheckpointStore.open(folder())) {
      store.append(List.of(linear("lock", 1), linear("epoch-9", 1), linear(FIRST, 1)));
      assertThat(Journals.sequence(store, "lock")).isEqualTo(1);
    }
    try (var files = Files.list(folder())) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void openedTwiceInThisProcess_theSecondFails_andTheFirstGoesOn() {
    try (var store = FileCheckpointStore.open(folder())) {
      assertThatThrownBy(() -> FileCheckpointStore.open(parent.resolve("./runs")))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      assertThat(store.append(List.of(linear("a", 1)))).isEmpty();
    }
    FileCheckpointStore.open(folder()).close();
  }

  @Test
  void aFailedOpening_leavesTheLockFree() throws IOException {
    Files.createDirectory(folder());
    Files.writeString(folder().resolve("letter.txt"), "dear");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> FileCheckpointStore.open(folder()))
          .isInstanceOf(StoreVersionException.class)
          .hasMessageContaining("holds other things");
    }
    assertThat(folder().resolve("letter.txt")).hasContent("dear");
    assertThat(folder().resolve(FIRST)).doesNotExist();
  }

  @Test
  void foreignFilesBesideAJournal_areLeftAlone() throws IOException {
    FileCheckpointStore.open(folder()).close();
    var names = List.of("note.txt", "1.journal", "0000000001.journal.bak", "epoch-x", "00.tmp");
    for (var name : names) {
      Files.writeString(folder().resolve(name), name);
    }
    Files.createDirectory(folder().resolve("folder"));
    try (var store = FileCheckpointStore.open(folder())) {
      store.append(List.of(linear("a", 1)));
      assertThat(store.findings()).isEmpty();
    }
    for (var name : names) {
      assertThat(folder().resolve(name)).hasContent(name);
    }
    assertThat(JournalTool.verify(folder()).isWhole()).isTrue();
  }

  @Test
  void noFolderToLieIn_orAFile_orALink_isRefused() throws IOException {
    var file = Files.writeString(parent.resolve("file"), "precious");
    FileCheckpointStore.open(folder()).close();
    var link = Files.createSymbolicLink(parent.resolve("link"), folder());
    for (var path : List.of(parent.resolve("none/runs"), file, link)) {
      assertThatThrownBy(() -> FileCheckpointStore.open(path))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("no folder");
      assertThatThrownBy(() -> FileCheckpointStore.openReadOnly(path))
          .isInstanceOf(StoreException.class);
    }
    assertThat(file).hasContent("precious");
    assertThat(parent.resolve("none")).doesNotExist();
  }

  @Test
  void linksInPlaceOfFiles_areNotFollowed() throws IOException {
    FileCheckpointStore.open(folder()).close();
    var real = Files.move(folder().resolve(FIRST), parent.resolve("elsewhere"));
    Files.createSymbolicLink(folder().resolve(FIRST), real);
    var before = Files.readAllBytes(real);
    assertThatThrownBy(() -> FileCheckpointStore.open(folder()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("no regular file");
    assertThat(real).hasBinaryContent(before);

    var other = parent.resolve("other");
    FileCheckpointStore.open(other).close();
    var target = Files.writeString(parent.resolve("target"), "precious");
    Files.createSymbolicLink(other.resolve("epoch-2"), target);
    FileCheckpointStore.open(other).close();
    Files.createSymbolicLink(other.resolve(FIRST + ".tmp"), target);
    Journals.openOver(other, FileOptions.defaults());
    Journals.openOver(other, FileOptions.defaults()).close();
    assertThat(target).hasContent("precious");
  }

  @Test
  void aLockFileThatIsALink_isRefused() throws IOException {
    Files.createDirectory(folder());
    var target = Files.writeString(parent.resolve("target"), "precious");
    Files.createSymbolicLink(folder().resolve("lock"), target);
    assertThatThrownBy(() -> FileCheckpointStore.open(folder()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("lock file");
    assertThat(target).hasContent("precious");
  }

  @Test
  void aNewerFormat_isRefusedAndLeftAlone() throws IOException {
    FileCheckpointStore.open(folder()).close();
    var bytes = Files.readAllBytes(folder().resolve(FIRST));
    bytes[19] = 2;
    var crc = new CRC32C();
    crc.update(bytes, 0, 40);
    BigEndian.setInt(bytes, 40, (int) crc.getValue());
    Files.write(folder().resolve(FIRST), bytes);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> FileCheckpointStore.open(folder()))
          .isInstanceOf(StoreVersionException.class)
          .hasMessageContaining(FIRST + " has the format 2, and this library reads up to 1");
    }
    assertThatThrownBy(() -> FileCheckpointStore.openReadOnly(folder()))
        .isInstanceOf(StoreVersionException.class);
    assertThatThrownBy(() -> JournalTool.verify(folder()))
        .isInstanceOf(StoreVersionException.class);
    assertThat(folder().resolve(FIRST)).hasBinaryContent(bytes);
    assertThat(folder().resolve("epoch-1")).exists();
    assertThat(folder().resolve("epoch-2")).doesNotExist();
  }

  @Test
  void somethingElseUnderTheNameOfASegment_isDamage() throws IOException {
    FileCheckpointStore.open(folder()).close();
    Files.writeString(folder().resolve(FIRST), "my shopping list ".repeat(99));
    assertThatThrownBy(() -> FileCheckpointStore.open(folder()))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("no file begins as a journal does");
  }

  @Test
  void openReadOnly_ofNothing_isRefusedAndCreatesNothing() throws IOException {
    assertThatThrownBy(() -> FileCheckpointStore.openReadOnly(folder()))
        .isInstanceOf(StoreException.class);
    assertThat(folder()).doesNotExist();
    Files.createDirectory(folder());
    assertThatThrownBy(() -> FileCheckpointStore.openReadOnly(folder()))
        .isInstanceOf(StoreVersionException.class)
        .hasMessageContaining("no journal");
    assertThat(folder()).isEmptyDirectory();
  }

  @Test
  void withoutWritePermission_openingIsRefused_andReadingWorks() throws IOException {
    assumeTrue(!"root".equals(System.getProperty("user.name")), "root may write everywhere");
    try (var store = FileCheckpointStore.open(folder())) {
      store.append(List.of(linear("a", 1)));
    }
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("r-x------"));
    assertThatThrownBy(() -> FileCheckpointStore.open(folder())).isInstanceOf(StoreException.class);
    try (var reader = FileCheckpointStore.openReadOnly(folder())) {
      assertThat(Journals.sequence(reader, "a")).isEqualTo(1);
    }
  }

  @Test
  void theEpoch_risesThoughItsFileIsLost() throws IOException {
    FileCheckpointStore.open(folder()).close();
    FileCheckpointStore.open(folder()).close();
    Files.delete(folder().resolve("epoch-2"));
    try (var store = FileCheckpointStore.open(folder())) {
      assertThat(store.epoch()).isEqualTo(3);
    }
  }

  @Test
  void leftoversOfADeathWhileOpening_areClearedAway() throws IOException {
    FileCheckpointStore.open(folder()).close();
    Files.writeString(folder().resolve(FIRST + ".tmp"), "half a copy");
    Files.writeString(folder().resolve("0000000002.journal.tmp"), "");
    Files.createFile(folder().resolve("epoch-7"));
    try (var store = FileCheckpointStore.open(folder())) {
      assertThat(store.epoch()).isEqualTo(8);
    }
    try (var files = Files.list(folder())) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void aFencedStore_writesNothingMore_andItsCloseDisturbsNothing() {
    var first = FileCheckpointStore.open(folder());
    first.append(List.of(linear("a", 1)));
    var second = Journals.openOver(folder(), FileOptions.defaults());
    assertThatThrownBy(() -> first.append(List.of(linear("a", 2))))
        .isInstanceOf(StoreFencedException.class)
        .hasMessageContaining("epoch 1");
    second.append(List.of(linear("a", 2)));
    first.close();
    second.append(List.of(linear("a", 3)));
    second.close();
    try (var third = FileCheckpointStore.open(folder())) {
      assertThat(third.closedCleanly()).isTrue();
      assertThat(Journals.sequence(third, "a")).isEqualTo(3);
    }
  }

  @Test
  void anInterruptedThread_writesAndReads_andStaysInterrupted() {
    try {
      Thread.currentThread().interrupt();
      try (var store = FileCheckpointStore.open(folder())) {
        for (int i = 1; i <= 50; i++) {
          assertThat(store.append(List.of(linear("a", i)))).isEmpty();
          assertThat(Journals.entries(store, "a")).hasSize(1);
        }
        try (var reader = FileCheckpointStore.openReadOnly(folder())) {
          assertThat(Journals.sequence(reader, "a")).isEqualTo(50);
        }
        assertThat(store.delete(RunId.of("a"))).isTrue();
      }
      assertThat(JournalTool.verify(folder()).isWhole()).isTrue();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    try (var store = FileCheckpointStore.open(folder())) {
      assertThat(store.closedCleanly()).isTrue();
    }
  }

  @Test
  void aReader_followsTheWriter() {
    var small = Journals.SMALL;
    try (var store = FileCheckpointStore.open(folder(), _ -> small);
        var reader = FileCheckpointStore.openReadOnly(folder())) {
      for (int i = 1; i < 600; i++) {
        store.append(List.of(linear("a", i, "x".repeat(900))));
        assertThat(Journals.sequence(reader, "a")).isEqualTo(i);
        assertThat(Journals.entries(reader, "a")).isEqualTo(Journals.entries(store, "a"));
      }
      assertThat(folder().resolve(FIRST)).as("compacted").doesNotExist();
      store.delete(RunId.of("a"));
      assertThat(reader.find(RunId.of("a"))).isEmpty();
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
