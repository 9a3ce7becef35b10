package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.RunQuery;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every format that was ever released is read, now and later.
final class GoldenJournalTest {
  private static final List<String> FILES =
      List.of("0000000004.journal", "0000000005.journal", "epoch-1");

  @TempDir private Path folder;
  private final MemoryCheckpointStore model = MemoryCheckpointStore.create();

  @BeforeEach
  void copy() throws IOException {
    GoldenJournal.fill(model);
    for (var name : FILES) {
      try (InputStream file = getClass().getResourceAsStream("/golden/format-1/" + name)) {
        Files.write(folder.resolve(name), Objects.requireNonNull(file, name).readAllBytes());
      }
    }
  }

  @Test
  void format1_isReadAndWrittenOn() {
    try (var store = FileCheckpointStore.open(folder, _ -> Journals.SMALL)) {
      assertThat(store.closedCleanly()).isTrue();
      assertThat(store.epoch()).isEqualTo(2);
      compare(store);
      store.append(List.of(Journals.linear("busy", 300)));
      model.append(List.of(Journals.linear("busy", 300)));
      compare(store);
    }
    try (var store = FileCheckpointStore.openReadOnly(folder)) {
      compare(store);
    }
  }

  @Test
  void format1_isVerified() {
    assertThat(JournalTool.verify(folder).isWhole()).isTrue();
  }

  private void compare(CheckpointReader store) {
    assertThat(store.list(RunQuery.all(100))).isEqualTo(model.list(RunQuery.all(100)));
    for (var header : model.list(RunQuery.all(100))) {
      assertThat(Journals.entries(store, header.id().value()))
          .isEqualTo(model.entries(header.id(), -1, 1000));
    }
    assertThat(store.find(RunId.of("s-CANCELLED"))).isEmpty();
  }
}
