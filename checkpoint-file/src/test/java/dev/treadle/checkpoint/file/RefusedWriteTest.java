package dev.treadle.checkpoint.file;

import static dev.treadle.checkpoint.file.Journals.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreException;
import dev.treadle.executor.spi.WriteRefusedException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What callers hear when a file can't be written, and what is stored then.
final class RefusedWriteTest {
  private static final String FIRST = "0000000001.journal";
  private final MemoryFolder folder = new MemoryFolder();

  @Test
  void aFullDisk_writesNothing_readsGoOn_andTheSameWriteSucceedsWhenThereIsRoom() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1)));
    int before = folder.bytes(FIRST).length;
    for (int room = 0; room < 200; room++) {
      folder.room(room);
      assertThatThrownBy(() -> store.append(List.of(linear("a", 2), linear("b", 1))))
          .isInstanceOf(WriteRefusedException.class)
          .hasMessageContaining("No space left on device");
      assertThat(folder.bytes(FIRST)).hasSize(before);
      assertThat(Journals.entries(store, "a")).isEqualTo(linear("a", 1).puts());
      assertThat(store.find(RunId.of("b"))).isEmpty();
    }
    folder.room(Long.MAX_VALUE);
    assertThat(store.append(List.of(linear("a", 2), linear("b", 1)))).isEmpty();
    store.close();
    try (var next = Journals.open(folder)) {
      assertThat(next.findings()).isEmpty();
      assertThat(Journals.entries(next, "a")).isEqualTo(linear("a", 2).puts());
      assertThat(Journals.sequence(next, "b")).isEqualTo(1);
    }
  }

  @Test
  void aRefusedWrite_whoseBytesWereAllWritten_isNotThereAfterAPowerLoss() {
    var disk = new SimulatedDisk();
    var store = Journals.open(disk);
    store.append(List.of(linear("a", 1)));
    disk.faults(operation -> operation == 1 ? Fault.AFTER : null); // the first asks for the epoch
    assertThatThrownBy(() -> store.append(List.of(linear("a", 2))))
        .isInstanceOf(WriteRefusedException.class);
    for (int seed = 0; seed < 200; seed++) {
      try (var next = Journals.open(disk.cutPower(new Random(seed)))) {
        assertThat(Journals.sequence(next, "a")).isEqualTo(1);
      }
    }
  }

  @Test
  void aFullDisk_inTheMidstOfHeavyWork_losesNothing() {
    var store = Journals.open(folder);
    for (int i = 0; i < 200; i++) {
      store.append(List.of(linear("waits-" + i, 1, "x".repeat(500))));
    }
    long refused = 0;
    var expected = new long[20];
    for (int round = 0; round < 4000; round++) {
      folder.room(round % 7 == 0 ? round % 900 : Long.MAX_VALUE);
      int run = round % 20;
      try {
        store.append(List.of(linear("run-" + run, expected[run] + 1, "x".repeat(round % 700))));
        expected[run]++;
      } catch (WriteRefusedException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(50L, 600L);
    assertThat(folder.size()).as("space was given back all the while").isLessThan(600_000);
    folder.room(Long.MAX_VALUE);
    check(store, expected);
    store.close();
    assertThat(Names.segments(folder.names()).getFirst()).as("compacted").isGreaterThan(3);
    try (var next = Journals.open(folder)) {
      assertThat(next.findings()).isEmpty();
      check(next, expected);
      assertThat(Journals.entries(next, "waits-7").getFirst().payload()).hasSize(500);
    }
  }

  private static void check(FileCheckpointStore store, long[] expected) {
    for (int run = 0; run < expected.length; run++) {
      assertThat(Journals.sequence(store, "run-" + run)).isEqualTo(expected[run]);
      assertThat(Journals.entries(store, "run-" + run))
          .extracting(Entry::id)
          .containsExactly(expected[run] - 1);
    }
  }

  @Test
  void aFailedForce_isNeverTriedAgain_andTheStoreIsClosed() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1)));
    folder.fail("force " + FIRST);
    assertUnknown(() -> store.append(List.of(linear("a", 2))));
    folder.fail(null);
    folder.done();
    assertUnknown(() -> store.append(List.of(linear("a", 2))));
    assertUnknown(() -> store.delete(RunId.of("a")));
    assertUnknown(() -> store.find(RunId.of("a")));
    assertUnknown(() -> store.list(RunQuery.all(1)));
    store.close();
    assertThat(folder.done()).as("nothing is touched any more").isEmpty();
    try (var next = Journals.open(folder)) {
      assertThat(next.closedCleanly()).isFalse();
      assertThat(Journals.sequence(next, "a")).as("the next opening decides").isBetween(1L, 2L);
    }
  }

  @Test
  void aFrameThatCanNotBeCutOffAgain_isUnknown() {
    var store = Journals.open(folder);
    folder.fail("truncate");
    folder.room(20);
    assertUnknown(() -> store.append(List.of(linear("a", 1))));
    assertUnknown(() -> store.append(List.of(linear("a", 1))));
    folder.fail(null);
    folder.room(Long.MAX_VALUE);
    try (var next = Journals.open(folder)) {
      assertThat(next.findings()).hasSize(1);
      assertThat(Journals.sequence(next, "a")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create 0000000002.journal.tmp",
        "write 0000000002.journal.tmp",
        "rename 0000000002.journal.tmp"
      })
  void aNewFileThatCanNotBeMade_refusesTheWrite_whichMaySucceedLater(String operation) {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1, "x".repeat(70_000))));
    folder.fail(operation);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> store.append(List.of(linear("a", 2))))
          .isInstanceOf(WriteRefusedException.class);
    }
    assertThat(Journals.sequence(store, "a")).isEqualTo(1);
    folder.fail(null);
    assertThat(store.append(List.of(linear("a", 2)))).isEmpty();
    store.close();
    try (var next = Journals.open(folder)) {
      assertThat(Journals.sequence(next, "a")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"force 0000000002.journal.tmp", "force folder"})
  void aNewFileThatCanNotBeForced_closesTheStore(String operation) {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1, "x".repeat(70_000))));
    folder.fail(operation);
    assertUnknown(() -> store.append(List.of(linear("a", 2))));
    folder.fail(null);
    assertUnknown(() -> store.append(List.of(linear("a", 2))));
    try (var next = Journals.open(folder)) {
      assertThat(Journals.sequence(next, "a")).isEqualTo(1);
      assertThat(next.append(List.of(linear("a", 2)))).isEmpty();
    }
  }

  @Test
  void aDeletionThatCanNotBeForced_isTheLastThing_andTheCommitStands() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1, "x".repeat(70_000))));
    store.append(List.of(linear("b", 1)));
    folder.fail("force folder");
    assertThat(store.append(List.of(linear("a", 2)))).isEmpty();
    folder.fail(null);
    assertUnknown(() -> store.append(List.of(linear("a", 3))));
    try (var next = Journals.open(folder)) {
      assertThat(Journals.sequence(next, "a")).isEqualTo(2);
      assertThat(Journals.sequence(next, "b")).isEqualTo(1);
    }
  }

  /// The refused write would have left the old file without anything that is needed.
  @Test
  void aRefusedWrite_doesNotLetAnOldFileGo() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1, "x".repeat(70_000))));
    store.append(List.of(linear("b", 1)));
    folder.room(10);
    assertThatThrownBy(() -> store.append(List.of(linear("a", 2))))
        .isInstanceOf(WriteRefusedException.class);
    folder.room(Long.MAX_VALUE);
    for (int i = 2; i < 9; i++) {
      store.append(List.of(linear("b", i)));
    }
    assertThat(Journals.entries(store, "a").getFirst().payload()).hasSize(70_000);
    store.close();
    try (var next = Journals.open(folder)) {
      assertThat(Journals.entries(next, "a").getFirst().payload()).hasSize(70_000);
    }
  }

  @Test
  void anOldFileThatCanNotBeDeleted_disturbsNothing_andGoesLater() {
    var store = Journals.open(folder);
    folder.fail("delete " + FIRST);
    for (int i = 1; i < 1000; i++) {
      store.append(List.of(linear("busy", i, "x".repeat(500))));
    }
    assertThat(Names.segments(folder.names())).startsWith(1).hasSizeGreaterThan(3);
    store.close();
    folder.fail(null);
    try (var next = Journals.open(folder)) {
      assertThat(Journals.sequence(next, "busy")).isEqualTo(999);
      assertThat(Names.segments(folder.names())).doesNotContain(1);
      next.append(List.of(linear("busy", 1000)));
    }
  }

  @Test
  void aFaultOfTheCaller_writesNothing() {
    try (var store = Journals.open(folder)) {
      store.append(List.of(linear("a", 1)));
      var before = folder.bytes(FIRST);
      var faulty =
          new StepCommit(linear("b", 1).header(), List.of(), new Faulty(), true, List.of());
      assertThatThrownBy(() -> store.append(List.of(linear("a", 2), faulty)))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(folder.bytes(FIRST)).isEqualTo(before);
      assertThat(Journals.entries(store, "a")).isEqualTo(linear("a", 1).puts());
      assertThat(store.append(List.of(linear("a", 2)))).isEmpty();
    }
  }

  @Test
  void aVeryLargeBatch_isWrittenInSeveralFrames_orNotAtAll() {
    var options = FileOptions.defaults();
    var store = Journals.open(folder, options);
    store.append(List.of(linear("a", 1)));
    var large = "x".repeat(30_000_000);
    var batch = new ArrayList<StepCommit>();
    for (int i = 0; i < 5; i++) {
      batch.add(linear("large-" + i, 1, large));
    }
    int before = folder.bytes(FIRST).length;
    folder.room(120_000_000);
    assertThatThrownBy(() -> store.append(batch)).isInstanceOf(WriteRefusedException.class);
    assertThat(folder.bytes(FIRST)).hasSize(before);
    assertThat(store.list(RunQuery.all(9))).hasSize(1);
    folder.room(Long.MAX_VALUE);
    assertThat(store.append(batch)).isEmpty();
    store.close();
    try (var next = Journals.open(folder, options)) {
      assertThat(next.list(RunQuery.all(9))).hasSize(6);
      assertThat(Journals.entries(next, "large-4").getFirst().payload()).hasSize(30_000_000);
    }
  }

  @Test
  void closing_onAFullDisk_closesWithoutTheMark() {
    var store = Journals.open(folder);
    store.append(List.of(linear("a", 1)));
    folder.room(3);
    store.close();
    folder.room(Long.MAX_VALUE);
    try (var next = Journals.open(folder)) {
      assertThat(next.closedCleanly()).isFalse();
      assertThat(Journals.sequence(next, "a")).isEqualTo(1);
    }
  }

  /// What a failed force leaves in memory may be marked as written: if the mark of an orderly end
  /// were found there, the next opening would build upon it, and a power loss take it away.
  @Test
  void closing_whereTheForceFails_isNoOrderlyEnd_andNothingIsDamagedLater() {
    for (int length = 0; length < 600; length += 7) {
      var disk = new SimulatedDisk();
      var store = Journals.open(disk);
      store.append(List.of(linear("a", 1, "x".repeat(length))));
      disk.faults(_ -> Fault.LOST);
      assertUnknown(store::close);
      disk.faults(_ -> null);
      var next = Journals.open(disk);
      assertThat(next.closedCleanly()).isFalse();
      next.append(List.of(linear("b", 1)));
      try (var last = Journals.open(disk.cutPower(new Random(length)))) {
        assertThat(Journals.sequence(last, "a")).isEqualTo(1);
        assertThat(Journals.sequence(last, "b")).isEqualTo(1);
      }
    }
  }

  @Test
  void opening_onAFullDisk_fails_andDestroysNothing() {
    try (var store = Journals.open(folder)) {
      store.append(List.of(Journals.commit("a", 1, RunStatus.RUNNING, Journals.CREATED, "{}")));
    }
    Journals.open(folder); // and dies
    for (int room = 0; room < folder.bytes(FIRST).length + 100; room += 50) {
      folder.room(room);
      assertThatThrownBy(() -> Journals.open(folder)).isInstanceOf(StoreException.class);
    }
    folder.room(Long.MAX_VALUE);
    try (var next = Journals.open(folder)) {
      assertThat(Journals.sequence(next, "a")).isEqualTo(1);
    }
  }

  /// Entries that can't be had.
  private static final class Faulty extends AbstractList<Entry> {
    @Override
    public Entry get(int index) {
      throw new UnsupportedOperationException("entry " + index);
    }

    @Override
    public int size() {
      return 1;
    }
  }

  private static void assertUnknown(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(CommitUnknownException.class)
        .hasMessageContaining("the store has closed itself");
  }
}
