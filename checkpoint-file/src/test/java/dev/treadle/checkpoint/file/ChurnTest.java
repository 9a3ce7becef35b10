package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Much comes and goes: the folder stays small, and nothing is lost.
final class ChurnTest {
  private static final int MANY = 100_000;
  private static final long SEGMENT = Journals.SMALL.segmentSize();

  private final MemoryFolder folder = new MemoryFolder();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomWorkWithReopenings_givesWhatTheModelGives_inABoundedFolder(long seed) {
    var random = new Random(seed);
    var model = MemoryCheckpointStore.create();
    var store = Journals.open(folder);
    var reader = JournalReader.open(folder);
    for (int round = 0; round < 1500; round++) {
      change(random, store, model);
      if (random.nextInt(100) == 0) {
        if (random.nextBoolean()) {
          store.close();
        }
        store = Journals.open(folder);
        assertThat(store.findings()).isEmpty();
      }
      if (random.nextInt(150) == 0) {
        compare(store, model);
        compare(reader, model);
        assertThat(folder.size()).isLessThan(bound(model));
      }
    }
    store.close();
    compare(reader, model);
    reader.close();
    assertThat(folder.written()).as("several times what may be there").isGreaterThan(20 * SEGMENT);
    assertThat(Names.segments(folder.names()).getFirst()).isGreaterThan(5);
  }

  @Test
  void aRunThatWaitsLong_isMovedAlong_andOldFilesGo() {
    var store = Journals.open(folder);
    store.append(List.of(Journals.linear("waits", 1, "patience")));
    for (int i = 1; i < 3000; i++) {
      store.append(List.of(Journals.linear("busy", i, "x".repeat(500))));
    }
    assertThat(folder.written()).isGreaterThan(10 * SEGMENT);
    assertThat(folder.size()).isLessThan(3 * SEGMENT);
    assertThat(Names.segments(folder.names()).getFirst()).isGreaterThan(5);
    try (var next = Journals.open(folder)) {
      assertThat(Journals.entries(next, "waits")).containsExactly(Journals.item(0, "patience"));
      assertThat(next.find(RunId.of("waits")).orElseThrow().labels())
          .isEqualTo(Map.of("customer", "7"));
      assertThat(Journals.sequence(next, "busy")).isEqualTo(2999);
    }
  }

  @Test
  void deletedRuns_giveTheirSpaceBack() {
    try (var store = Journals.open(folder)) {
      for (int i = 0; i < 1000; i++) {
        store.append(List.of(Journals.linear("run-" + i, 1, "x".repeat(1000))));
      }
      assertThat(folder.size()).isGreaterThan(1_000_000);
      for (int i = 0; i < 999; i++) {
        store.delete(RunId.of("run-" + i));
      }
      assertThat(folder.size()).isLessThan(2 * SEGMENT);
      assertThat(Journals.entries(store, "run-999")).hasSize(1);
    }
  }

  /// What a commit waits for is bounded, however much there is to move.
  @Test
  void compaction_movesABoundedPieceWithEachCommit() {
    var store = Journals.open(folder);
    for (int i = 0; i < 3000; i++) {
      store.append(List.of(Journals.linear("run-" + i, 1, "x".repeat(300))));
    }
    long most = 0;
    for (int i = 0; i < 3000; i++) {
      long before = folder.written();
      store.append(List.of(Journals.linear("run-" + i, 2, "y")));
      most = Math.max(most, folder.written() - before);
    }
    assertThat(Names.segments(folder.names()).getFirst()).isGreaterThan(10);
    assertThat(most).isLessThan(40_000);
    store.close();
  }

  @Test
  void aRunWithVeryManyEntries_costsNoMoreForEachChange_andComesBack() {
    var puts = new ArrayList<Entry>();
    for (int i = 0; i < 200_000; i++) {
      puts.add(Journals.item(i, ""));
    }
    var header = Journals.linear("wide", 1).header();
    var store = Journals.open(folder, FileOptions.defaults());
    var first = header(header, 1, 200_000);
    store.append(List.of(new StepCommit(first, List.of(), puts, true, List.of())));
    long before = folder.written();
    for (int i = 0; i < 100_000; i += 2) {
      var removes = List.of(new IdRange(i, i));
      store.append(
          List.of(
              new StepCommit(
                  header(header, 2 + i / 2, 200_000), removes, List.of(), true, List.of())));
    }
    assertThat((folder.written() - before) / 50_000).isLessThan(200);
    store.close();
    try (var next = Journals.open(folder, FileOptions.defaults())) {
      assertThat(next.entries(RunId.of("wide"), 99_990, 10))
          .extracting(Entry::id)
          .containsExactly(
              99_991L, 99_993L, 99_995L, 99_997L, 99_999L, 100_000L, 100_001L, 100_002L, 100_003L,
              100_004L);
    }
  }

  private static RunHeader header(RunHeader like, long sequence, long nextId) {
    return new RunHeader(
        like.id(),
        like.workflow(),
        like.status(),
        "",
        sequence,
        nextId,
        like.createdAt(),
        like.updatedAt(),
        Optional.empty(),
        Map.of(),
        "{}");
  }

  /// Twice what is needed, with what each entry and header costs beside its payload, and a file.
  private static long bound(CheckpointStore model) {
    long live = 0;
    for (var header : model.list(RunQuery.all(MANY))) {
      live += 250;
      for (var entry : model.entries(header.id(), -1, MANY)) {
        live += 150 + entry.payload().length;
      }
    }
    return 2 * live + 2 * SEGMENT;
  }

  private static void compare(CheckpointReader reader, CheckpointStore model) {
    var headers = model.list(RunQuery.all(MANY));
    assertThat(reader.list(RunQuery.all(MANY))).isEqualTo(headers);
    for (var header : headers) {
      assertThat(reader.entries(header.id(), -1, MANY))
          .isEqualTo(model.entries(header.id(), -1, MANY));
    }
  }

  private static void change(Random random, CheckpointStore store, CheckpointStore model) {
    var run = RunId.of("run-" + random.nextInt(60));
    switch (random.nextInt(40)) {
      case 0 -> assertThat(store.delete(run)).isEqualTo(model.delete(run));
      case 1 -> {
        store.discardUnfinished(run);
        model.discardUnfinished(run);
      }
      default -> {
        var batch = new ArrayList<StepCommit>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
          batch.add(commit(random, RunId.of("run-" + random.nextInt(60)), model));
        }
        assertThat(store.append(batch)).isEqualTo(model.append(batch));
      }
    }
  }

  private static StepCommit commit(Random random, RunId run, CheckpointStore model) {
    var stored = model.find(run);
    long sequence = stored.map(RunHeader::sequence).orElse(0L) + 1;
    long nextId = stored.map(RunHeader::nextId).orElse(0L);
    if (stored.isPresent() && random.nextInt(12) == 0) {
      var part = header(stored.get(), sequence, nextId + 3);
      return new StepCommit(part, List.of(), List.of(entry(random, nextId)), false, List.of());
    }
    var removes =
        nextId == 0 || random.nextInt(4) == 0
            ? List.<IdRange>of()
            : List.of(new IdRange(Math.max(0, nextId - 4), nextId - 1));
    var header =
        new RunHeader(
            run,
            "w",
            random.nextInt(9) == 0 ? RunStatus.COMPLETED : RunStatus.RUNNING,
            "",
            sequence,
            nextId + 2,
            Journals.CREATED,
            Journals.CREATED.plusMillis(sequence),
            Optional.empty(),
            Map.of("k", "" + random.nextInt(3)),
            "{}");
    return new StepCommit(
        header,
        removes,
        List.of(entry(random, nextId), entry(random, nextId + 1)),
        true,
        List.of());
  }

  private static Entry entry(Random random, long id) {
    var payload = new byte[random.nextInt(2500)];
    random.nextBytes(payload);
    return new Entry(id, Entry.Kind.ITEM, "s", 0, "", 0, payload, new byte[0]);
  }
}
