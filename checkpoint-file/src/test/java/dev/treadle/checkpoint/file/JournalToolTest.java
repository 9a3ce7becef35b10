package dev.treadle.checkpoint.file;

import static dev.treadle.checkpoint.file.Journals.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Looking into a journal from outside.
final class JournalToolTest {
  private static final String FIRST = "0000000001.journal";

  @TempDir private Path parent;

  @Test
  void verify_ofAWholeJournal_countsWhatIsThere() throws IOException {
    var folder = journal();
    var before = Files.readAllBytes(folder.resolve(FIRST));
    var report = JournalTool.verify(folder);
    assertThat(report.isWhole()).isTrue();
    assertThat(report.runs()).isEqualTo(3);
    assertThat(report.entries()).isEqualTo(3);
    assertThat(report.segments()).isEqualTo(1);
    assertThat(report.size()).isEqualTo(before.length);
    assertThat(report.torn()).isEmpty();
    assertThat(folder.resolve(FIRST)).hasBinaryContent(before);
  }

  @Test
  void verify_namesWhatIsDamaged_andATornEndIsNone() throws IOException {
    var folder = journal();
    damage(folder, "{\"step\":1}");
    var report = JournalTool.verify(folder);
    assertThat(report.isWhole()).isFalse();
    assertThat(report.findings()).hasSize(1);
    assertThat(report.damaged()).containsOnlyKeys(RunId.of("b"));
    var file = folder.resolve(FIRST);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 3));
    assertThat(JournalTool.verify(folder).torn()).isPresent();
  }

  @Test
  void verify_whileTheStoreIsOpen_works() {
    var folder = parent.resolve("runs");
    try (var store = FileCheckpointStore.open(folder)) {
      store.append(List.of(linear("a", 1)));
      assertThat(JournalTool.verify(folder).runs()).isEqualTo(1);
      assertThat(store.append(List.of(linear("a", 2)))).isEmpty();
    }
  }

  @Test
  void dump_showsEachFrameRecordAndEntry() throws IOException {
    var folder = journal();
    var out = new StringBuilder();
    JournalTool.dump(folder, out);
    assertThat(out.toString().lines())
        .anyMatch(line -> line.startsWith(FIRST + ", "))
        .anyMatch(line -> line.startsWith("frame 1 at offset 44, "))
        .contains("  opened 1", "  closed 1")
        .contains(
            "  commit a sequence 2, RUNNING, workflow orders, next id 2, entries 1, updated"
                + " 2026-11-22T10:00:00.252Z, labels {customer=7} {} removes 0",
            "    ITEM 1, step ship {} {\"step\":2}");
    damage(folder, "{\"step\":1}");
    out.setLength(0);
    JournalTool.dump(folder, out);
    assertThat(out.toString().lines())
        .anyMatch(line -> line.endsWith("DAMAGED: the checksum is wrong"))
        .anyMatch(line -> line.startsWith("    DAMAGED: entry 0 in " + FIRST));
  }

  @Test
  void payloads_canBeReadWithOrdinaryTools_aLineEach() throws IOException {
    var folder = journal();
    var text = Files.readString(folder.resolve(FIRST), StandardCharsets.ISO_8859_1);
    assertThat(text.lines()).anyMatch(line -> line.endsWith("{\"step\":2}"));
    assertThat(text.lines().findFirst()).contains("TREADLE-JOURNAL");
  }

  @Test
  void salvage_copiesWhatIsProvenWhole_andTellsWhatIsLost() throws IOException {
    var folder = journal();
    damage(folder, "{\"step\":1}");
    assertThatThrownBy(() -> JournalTool.salvage(folder, folder))
        .isInstanceOf(StoreException.class);
    var report = JournalTool.salvage(folder, parent.resolve("new"));
    assertThat(report.copied()).isEqualTo(2);
    assertThat(report.isComplete()).isFalse();
    assertThat(report.lost()).containsOnlyKeys(RunId.of("b"));
    try (var store = FileCheckpointStore.open(parent.resolve("new"));
        var from = FileCheckpointStore.openReadOnly(folder)) {
      assertThat(store.list(RunQuery.all(9)))
          .hasSize(2)
          .contains(header(from, "a"), header(from, "c"));
      assertThat(Journals.entries(store, "a")).isEqualTo(Journals.entries(from, "a"));
      assertThat(store.append(List.of(linear("a", 3)))).isEmpty();
    }
    assertThatThrownBy(() -> JournalTool.salvage(folder, parent.resolve("new")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("holds runs already");
  }

  @Test
  void salvage_ofManyRunsAndVeryLongOnes_copiesAll() {
    var folder = parent.resolve("runs");
    try (var store = FileCheckpointStore.open(folder)) {
      var puts = new ArrayList<Entry>();
      for (int i = 0; i < 5000; i++) {
        puts.add(Journals.item(i, "x".repeat(2000)));
      }
      var one = linear("long", 5000);
      var batch = new ArrayList<StepCommit>();
      batch.add(new StepCommit(first(one), List.of(), puts, true, List.of()));
      for (int i = 0; i < 2000; i++) {
        batch.add(linear("run-" + i, 1));
      }
      assertThat(store.append(batch)).isEmpty();
    }
    var report = JournalTool.salvage(folder, parent.resolve("new"));
    assertThat(report.isComplete()).isTrue();
    assertThat(report.copied()).isEqualTo(2001);
    var verified = JournalTool.verify(parent.resolve("new"));
    assertThat(verified.isWhole()).isTrue();
    assertThat(verified.entries()).isEqualTo(7000);
    try (var store = FileCheckpointStore.openReadOnly(parent.resolve("new"));
        var from = FileCheckpointStore.openReadOnly(folder)) {
      assertThat(store.list(RunQuery.all(9999))).isEqualTo(from.list(RunQuery.all(9999)));
    }
  }

  @Test
  void commandLine_answersByStatus() throws IOException {
    var folder = journal();
    assertThat(run(0, "verify", "" + folder))
        .contains("3 runs, 3 entries, 1 files", "all is whole");
    assertThat(run(0, "dump", "" + folder)).contains("commit a sequence 2");
    damage(folder, "{\"step\":1}");
    assertThat(run(1, "verify", "" + folder)).contains("DAMAGED: ", "something is damaged");
    assertThat(run(2, "verify", "" + parent.resolve("none"))).contains("no folder");
    assertThat(run(2, "verify")).contains("usage: ");
    assertThat(run(2, "repair", "" + folder)).contains("usage: ");
  }

  private static String run(int status, String... arguments) {
    var text = new StringWriter();
    try (var out = new PrintWriter(text)) {
      assertThat(Main.run(arguments, out, out)).isEqualTo(status);
    }
    return text.toString();
  }

  private static RunHeader header(CheckpointReader reader, String run) {
    return reader.find(RunId.of(run)).orElseThrow();
  }

  private static RunHeader first(StepCommit like) {
    var header = like.header();
    return new RunHeader(
        header.id(),
        header.workflow(),
        RunStatus.RUNNING,
        "",
        1,
        header.nextId(),
        header.createdAt(),
        header.updatedAt(),
        header.dueAt(),
        header.labels(),
        header.detail());
  }

  /// Three runs, the second of which has one commit.
  private Path journal() {
    var folder = parent.resolve("runs");
    try (var store = FileCheckpointStore.open(folder)) {
      store.append(List.of(linear("a", 1, "{\"step\":0}")));
      store.append(List.of(linear("b", 1), linear("c", 1, "{\"step\":0}")));
      store.append(List.of(linear("a", 2)));
    }
    return folder;
  }

  private static void damage(Path folder, String text) throws IOException {
    var bytes = Files.readAllBytes(folder.resolve(FIRST));
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    assertThat(at).isPositive();
    bytes[at + 2] ^= 1;
    Files.write(folder.resolve(FIRST), bytes);
  }
}
