package dev.treadle.checkpoint.file;

import static dev.treadle.checkpoint.file.Journals.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.checkpoint.file.JournalFrame.Known;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Bytes that were forced once and are not what was written.
final class DamageTest {
  private static final String FIRST = "0000000001.journal";
  private final MemoryFolder folder = new MemoryFolder();

  @Test
  void anyBitThatFlips_isNeverReadAsSomethingElse() {
    try (var store = Journals.open(folder)) {
      store.append(List.of(linear("a", 1), linear("b", 1)));
      store.append(List.of(linear("a", 2)));
      store.append(List.of(linear("b", 2), linear("c", 1)));
    }
    var bytes = folder.bytes(FIRST);
    int opened = 0;
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      var flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      opened += check(folder.copy().put(FIRST, flipped), "bit " + bit) ? 1 : 0;
    }
    assertThat(opened).isBetween(1, bytes.length * 8 - 1);
  }

  /// Whether the store opened for writing.
  private boolean check(MemoryFolder flipped, String what) {
    try (var reader = JournalReader.open(flipped.copy())) {
      checkRuns(reader, what);
    } catch (StoreException e) {
      assertThat(e).as(what).isNotNull();
    }
    try (var store = Journals.open(flipped)) {
      checkRuns(store, what);
      boolean cut = !store.closedCleanly();
      assertThat(store.findings().isEmpty()).as(what).isFalse();
      if (!cut) {
        assertThat(store.list(RunQuery.all(9))).as(what).hasSize(3);
      }
      return true;
    } catch (StoreDamagedException e) {
      return false;
    }
  }

  private static void checkRuns(CheckpointReader reader, String what) {
    for (var known : Map.of("a", 2L, "b", 2L, "c", 1L).entrySet()) {
      try {
        long sequence = Journals.sequence(reader, known.getKey());
        assertThat(sequence).as(what).isBetween(0L, known.getValue());
        if (sequence > 0) {
          assertThat(Journals.entries(reader, known.getKey()))
              .as(what)
              .isEqualTo(linear(known.getKey(), sequence).puts());
        }
      } catch (StoreDamagedException e) {
        assertThat(e.run()).as(what).contains(RunId.of(known.getKey()));
      }
    }
  }

  @Test
  void aDamagedEntry_isItsRunsAlone_andTheStoreOpens() {
    three();
    damage("{\"secret\":7}");
    try (var store = Journals.open(folder)) {
      assertThat(store.findings()).hasSize(1);
      assertThat(Journals.sequence(store, "a")).isEqualTo(1);
      assertThatThrownBy(() -> Journals.entries(store, "a"))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("run a is damaged in " + FIRST + " at offset ")
          .hasMessageContaining("entry 0")
          .hasMessageNotContaining("secret");
      assertThat(Journals.entries(store, "b")).hasSize(1);
      assertThat(store.append(List.of(linear("b", 2)))).isEmpty();
      assertThat(store.delete(RunId.of("a"))).isTrue();
      assertThat(store.append(List.of(linear("a", 1)))).isEmpty();
    }
  }

  @Test
  void aDamagedHeader_canHideAnything_soTheStoreOpensForReadingOnly() {
    three();
    damage("\u0001bXorders".replace("X", "\u0006"));
    assertThatThrownBy(() -> Journals.open(folder))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("openReadOnly")
        .hasMessageContaining(FIRST + ", offset ");
    try (var reader = JournalReader.open(folder)) {
      assertThat(Journals.sequence(reader, "c")).as("began behind the damage").isEqualTo(1);
      assertThat(reader.find(RunId.of("b"))).as("nothing of it is left").isEmpty();
      assertThatThrownBy(() -> reader.find(RunId.of("a")))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("may have gone on");
    }
  }

  /// A part of a commit that is taken for a deletion would take the run with it.
  @Test
  void aRecordOfAnotherKind_isDamage() throws Exception {
    try (var store = Journals.open(folder)) {
      store.append(List.of(linear("a", 1)));
      var header = linear("a", 2).header();
      var part = List.of(Journals.item(1, "part"));
      store.append(List.of(new StepCommit(header, List.of(), part, false, List.of())));
    }
    var bytes = folder.bytes(FIRST);
    for (var frame : JournalFrame.all(bytes)) {
      for (var record : frame.records()) {
        for (var kind : RecordKind.values()) {
          var other = bytes.clone();
          other[record.subjectAt() - 1] = (byte) kind.code();
          assertThat(kind == record.kind() || frame.check(other) == Known.NOTHING)
              .as("%s for %s", kind, record.kind())
              .isTrue();
        }
      }
    }
  }

  @Test
  void aMissingCommit_isFoundByTheNextOne() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1)));
    int from = folder.bytes(FIRST).length;
    store.append(List.of(linear("a", 2)));
    int to = folder.bytes(FIRST).length;
    store.append(List.of(linear("a", 3), linear("b", 1)));
    store.append(List.of(done("c")));
    var bytes = folder.bytes(FIRST);
    Arrays.fill(bytes, from, to, (byte) 0);
    folder.put(FIRST, bytes);
    try (var reader = JournalReader.open(folder)) {
      assertThatThrownBy(() -> reader.find(RunId.of("a")))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("a commit after the 1th is missing");
      assertThat(Journals.sequence(reader, "b")).isEqualTo(1);
      assertThat(Journals.sequence(reader, "c")).isEqualTo(1);
      assertThat(reader.list(RunQuery.all(9).withAfter(RunId.of("a")))).hasSize(2);
      assertThatThrownBy(() -> reader.list(RunQuery.all(9)))
          .isInstanceOf(StoreDamagedException.class);
    }
  }

  @Test
  void aFrameInThePlaceOfAnother_isDamage() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1)));
    int first = folder.bytes(FIRST).length;
    store.append(List.of(linear("a", 2)));
    int second = folder.bytes(FIRST).length;
    store.append(List.of(linear("a", 3)));
    var bytes = folder.bytes(FIRST);
    assertThat(bytes.length - second).isEqualTo(second - first);
    System.arraycopy(bytes, first, bytes, second, second - first);
    assertThatThrownBy(() -> Journals.open(folder.put(FIRST, bytes)))
        .isInstanceOf(StoreDamagedException.class);
  }

  @Test
  void aMissingFile_isDamage() {
    try (var store = Journals.open(folder)) {
      for (int i = 0; i < 400; i++) {
        store.append(List.of(linear("run-" + i, 1, "x".repeat(1000))));
      }
    }
    var numbers = Names.segments(folder.names());
    assertThat(numbers).hasSizeGreaterThan(3);
    for (int number : numbers.subList(0, numbers.size() - 1)) {
      var without = folder.copy();
      try {
        without.delete(Names.segment(number));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      assertThatThrownBy(() -> Journals.open(without)).isInstanceOf(StoreDamagedException.class);
      assertThat(JournalTool.verify(without).isWhole()).isFalse();
    }
  }

  @Test
  void allFilesMissing_isDamage() throws Exception {
    three();
    folder.delete(FIRST);
    assertThatThrownBy(() -> Journals.open(folder))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("all files of the journal are missing");
  }

  private void three() {
    try (var store = Journals.open(folder)) {
      store.append(List.of(linear("a", 1, "{\"secret\":7}")));
      store.append(List.of(linear("b", 1)));
      store.append(List.of(linear("c", 1)));
    }
  }

  private static StepCommit done(String run) {
    return Journals.commit(run, 1, RunStatus.COMPLETED, Journals.CREATED, "{}");
  }

  /// Changes a byte in the midst of a text.
  private void damage(String text) {
    var bytes = folder.bytes(FIRST);
    var all = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = all.indexOf(text);
    assertThat(at).isPositive();
    bytes[at + 2] ^= 1;
    folder.put(FIRST, bytes);
  }
}
