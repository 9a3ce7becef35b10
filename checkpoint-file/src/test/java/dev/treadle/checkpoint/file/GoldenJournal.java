package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the journals of released formats among the test resources were made of: something of
/// everything. Never changed for a format that was released.
final class GoldenJournal {
  private GoldenJournal() {}

  static void fill(CheckpointStore store) {
    var waits = header("waits", 1, 40, RunStatus.WAITING);
    store.append(List.of(new StepCommit(waits, List.of(), ofAllKinds(), true, List.of())));
    for (int i = 1; i < 300; i++) {
      store.append(List.of(Journals.linear("busy", i, "{\"text\":\"" + "x".repeat(600) + "\"}")));
    }
    for (var status : RunStatus.values()) {
      store.append(List.of(Journals.commit("s-" + status, 1, status, Journals.CREATED, "{}")));
    }
    var both = Journals.linear("parent", 1);
    store.append(
        List.of(
            new StepCommit(
                both.header(),
                both.removes(),
                both.puts(),
                true,
                List.of(Journals.linear("child", 1)))));
    var part = List.of(Journals.item(40, "part"), Journals.item(41, "part"));
    store.append(
        List.of(
            new StepCommit(
                header("waits", 2, 42, RunStatus.RUNNING), List.of(), part, false, List.of())));
    var removes = List.of(new IdRange(2, 3), new IdRange(5, 5));
    store.append(
        List.of(
            new StepCommit(
                header("waits", 2, 43, RunStatus.FAILING),
                removes,
                List.of(Journals.item(42, "last")),
                true,
                List.of())));
    store.append(
        List.of(
            new StepCommit(
                header("waits", 3, 44, RunStatus.FAILED),
                List.of(),
                List.of(Journals.item(43, "dropped")),
                false,
                List.of())));
    store.discardUnfinished(RunId.of("waits"));
    store.delete(RunId.of("s-CANCELLED"));
    for (int i = 10; i < 60; i++) {
      store.append(
          List.of(Journals.linear("late-" + i, 1, "{\"text\":\"" + "y".repeat(900) + "\"}")));
    }
  }

  private static List<Entry> ofAllKinds() {
    var entries = new ArrayList<Entry>();
    for (var kind : Entry.Kind.values()) {
      entries.add(
          new Entry(
              entries.size(),
              kind,
              "Schritt ß",
              7,
              "0.12",
              entries.size() % 2 == 0 ? 0 : 1_763_805_600_250L,
              "{\"n\":1}".getBytes(StandardCharsets.UTF_8),
              "{\"attempt\":2}".getBytes(StandardCharsets.UTF_8)));
    }
    return entries;
  }

  private static RunHeader header(String id, long sequence, long nextId, RunStatus status) {
    return new RunHeader(
        RunId.of(id),
        "orders \uD83E\uDDF5",
        status,
        "because",
        sequence,
        nextId,
        Journals.CREATED,
        Journals.CREATED.plusSeconds(sequence),
        Optional.of(Journals.CREATED.plusSeconds(3600)),
        Map.of("customer", "7"),
        "{\"incarnation\":7}");
  }
}
