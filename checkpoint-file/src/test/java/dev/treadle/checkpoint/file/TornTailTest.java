package dev.treadle.checkpoint.file;

import static dev.treadle.checkpoint.file.Journals.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.executor.spi.StoreException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a death in the midst of a write leaves behind.
final class TornTailTest {
  private static final String FIRST = "0000000001.journal";
  private final MemoryFolder folder = new MemoryFolder();

  @Test
  void aFrameCutOffAnywhere_isCutOffReportedAndKept_andNothingBeforeItIsLost() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1), linear("b", 1)));
    int before = folder.bytes(FIRST).length;
    store.append(List.of(linear("a", 2), linear("c", 1)));
    var whole = folder.bytes(FIRST);
    for (int end = before + 1; end < whole.length; end++) {
      var torn = folder.copy().put(FIRST, Arrays.copyOf(whole, end));
      assertCut(torn, before, Arrays.copyOfRange(whole, before, end));
    }
  }

  @Test
  void aFrameWhoseSectorsArrivedInAnyOrder_isCutOff() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1), linear("b", 1)));
    int before = folder.bytes(FIRST).length;
    store.append(List.of(linear("a", 2, "x".repeat(2000)), linear("c", 1)));
    var whole = folder.bytes(FIRST);
    int sectors = (whole.length - before) / 512;
    for (int missing = 1; missing < 1 << sectors; missing++) {
      var torn = whole.clone();
      for (int sector = 0; sector < sectors; sector++) {
        if ((missing & 1 << sector) != 0) {
          Arrays.fill(torn, before + sector * 512, before + (sector + 1) * 512, (byte) 0);
        }
      }
      assertCut(folder.copy().put(FIRST, torn), before, null);
    }
  }

  @Test
  void anEndBetweenTwoFrames_isNoDamage() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1)));
    var bytes = folder.bytes(FIRST);
    store.append(List.of(linear("a", 2)));
    try (var next = Journals.open(folder.copy().put(FIRST, bytes))) {
      assertThat(next.findings()).isEmpty();
      assertThat(next.closedCleanly()).isFalse();
      assertThat(Journals.sequence(next, "a")).isEqualTo(1);
    }
  }

  @Test
  void aPayloadThatLooksLikeAFrame_doesNotMakeATornFrameLookLikeDamage() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1)));
    int before = folder.bytes(FIRST).length;
    store.append(List.of(linear("a", 2)));
    var frame = Arrays.copyOfRange(folder.bytes(FIRST), before, folder.bytes(FIRST).length);
    var other = new MemoryFolder();
    var second = Journals.open(other);
    second.append(List.of(linear("b", 1)));
    int end = other.bytes(FIRST).length;
    var torn = Arrays.copyOf(other.bytes(FIRST), end + 10 + frame.length);
    System.arraycopy(frame, 0, torn, end + 10, frame.length);
    assertThat(Journals.open(other.put(FIRST, torn)).findings()).hasSize(1);
  }

  @Test
  void theActiveSegment_isWrittenAnewBeforeAnythingIsAcknowledged() {
    Journals.open(folder).append(List.of(linear("a", 1)));
    folder.done();
    var store = Journals.open(folder);
    assertThat(folder.done())
        .containsSubsequence(
            "write " + FIRST + ".tmp",
            "force " + FIRST + ".tmp",
            "rename " + FIRST + ".tmp",
            "force folder",
            "write " + FIRST + ".tmp", // the same file, by its new name
            "force " + FIRST + ".tmp");
    store.close();
    folder.done();
    Journals.open(folder).close();
    assertThat(folder.done()).doesNotContain("rename " + FIRST + ".tmp");
  }

  /// Otherwise a power loss could leave the new file, and not what was cut off.
  @Test
  void whatIsCutOff_isDurable_beforeTheFileIsWrittenAnew() {
    Journals.open(folder).append(List.of(linear("a", 1)));
    var whole = folder.bytes(FIRST);
    folder.put(FIRST, Arrays.copyOf(whole, whole.length - 1));
    folder.done();
    var store = Journals.open(folder);
    var cut = FIRST + ".cut-" + store.epoch();
    assertThat(folder.done())
        .containsSubsequence(
            "create " + cut, "force " + cut, "force folder", "rename " + FIRST + ".tmp");
  }

  /// The mark of an orderly end may be there and not durable, while the next opening begins a file.
  @Test
  void aDeathBeforeTheForceOfTheMarkOfAnOrderlyEnd_damagesNothingLater() {
    for (int at = 0; at < 12; at++) {
      for (int seed = 0; seed < 20; seed++) {
        var disk = new SimulatedDisk();
        var store = FileCheckpointStore.open(disk, () -> {}, Journals.SMALL, 100);
        store.append(List.of(linear("a", 1)));
        int death = at;
        disk.faults(operation -> operation >= death ? Fault.ERROR : null);
        assertThatThrownBy(store::close).isInstanceOfAny(Error.class, StoreException.class);
        disk.faults(_ -> null);
        var next = FileCheckpointStore.open(disk, () -> {}, Journals.SMALL, 100);
        next.append(List.of(linear("b", 1)));
        try (var last = Journals.open(disk.cutPower(new Random(seed)))) {
          assertThat(Journals.sequence(last, "a")).isEqualTo(1);
          assertThat(Journals.sequence(last, "b")).isEqualTo(1);
        }
      }
    }
  }

  private static void assertCut(MemoryFolder torn, int at, byte @Nullable [] cut) {
    var before = torn.bytes(FIRST).length;
    try (var store = Journals.open(torn)) {
      assertThat(store.findings()).hasSize(1);
      var finding = store.findings().getFirst();
      assertThat(finding.file()).isEqualTo(FIRST);
      assertThat(finding.offset()).isEqualTo(at);
      assertThat(finding.length()).isEqualTo(before - at);
      if (cut != null) {
        assertThat(torn.bytes(FIRST + ".cut-" + store.epoch())).isEqualTo(cut);
      }
      assertThat(store.closedCleanly()).isFalse();
      assertThat(Journals.sequence(store, "a")).isEqualTo(1);
      assertThat(Journals.sequence(store, "b")).isEqualTo(1);
      assertThat(Journals.sequence(store, "c")).isZero();
      assertThat(store.append(List.of(linear("a", 2), linear("c", 1)))).isEmpty();
    }
    try (var store = Journals.open(torn)) {
      assertThat(store.findings()).isEmpty();
      assertThat(store.closedCleanly()).isTrue();
      assertThat(Journals.sequence(store, "a")).isEqualTo(2);
    }
  }
}
