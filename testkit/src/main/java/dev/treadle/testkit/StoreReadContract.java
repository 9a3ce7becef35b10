package dev.treadle.testkit;

import static dev.treadle.testkit.Commits.CREATED;
import static dev.treadle.testkit.Commits.due;
import static dev.treadle.testkit.Commits.item;
import static dev.treadle.testkit.Commits.start;
import static dev.treadle.testkit.Commits.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.TimeRange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a store gives back: the values as they were, in pages, by every query.
abstract class StoreReadContract extends StoreFixture {
  @Test
  void find_unknownRun_isEmpty() {
    assertThat(store().find(RunId.of("nobody"))).isEmpty();
  }

  @Test
  void entries_unknownRun_isEmpty() {
    assertThat(entries(store(), "nobody")).isEmpty();
  }

  @Test
  void list_emptyStore_isEmpty() {
    assertThat(store().list(RunQuery.all(10))).isEmpty();
  }

  @Test
  void header_allParts_comeBack() {
    var header =
        new RunHeader(
            RunId.of("a:b_c-d.e"),
            "orders",
            RunStatus.WAITING,
            "waits for \"pay\"",
            1,
            42,
            Instant.parse("1969-12-31T23:59:59.999Z"),
            CREATED,
            Optional.of(CREATED.plusSeconds(3600)),
            Map.of("customer", "7", "country", "NL"),
            "{\"holds\":{}}");
    var store = store();
    accept(store, whole(header));
    assertThat(store.find(header.id())).contains(header);
    assertThat(reopened(store).find(header.id())).contains(header);
  }

  @Test
  void header_times_areKeptToTheMillisecond() {
    var fine = CREATED.plusNanos(999_999);
    var store = store();
    accept(store, whole(due(Commits.header("a", 1, 0), fine)));
    assertThat(header(store, "a").dueAt()).contains(CREATED);
  }

  @Test
  void header_everyStatus_comesBack() {
    var store = store();
    for (var status : RunStatus.values()) {
      var id = "run-" + status;
      accept(store, whole(Commits.header(id, 1, 0, "w", status, Map.of())));
      assertThat(header(store, id).status()).isEqualTo(status);
    }
  }

  @Test
  void texts_odd_comeBack() {
    var odd =
        List.of(
            "",
            " ",
            "'; DROP TABLE run; --",
            "\"",
            "%_\\",
            "a\0b",
            "\n\r\t",
            "名前 🧵 é",
            "x".repeat(9999));
    var store = store();
    for (int i = 0; i < odd.size(); i++) {
      var text = odd.get(i);
      var labels = Map.of("name" + text, text);
      var id = "run" + i;
      var entry = new Entry(0, Entry.Kind.ITEM, text, 0, text, 0, new byte[0], new byte[0]);
      accept(store, whole(Commits.header(id, 1, 1, text, RunStatus.RUNNING, labels), entry));
      assertThat(header(store, id).labels()).isEqualTo(labels);
      assertThat(header(store, id).workflow()).isEqualTo(text);
      assertThat(entries(store, id)).containsExactly(entry);
      assertThat(names(store, RunQuery.all(ALL).withLabels(labels))).containsExactly(id);
      assertThat(names(store, RunQuery.all(ALL).withWorkflow(text))).containsExactly(id);
    }
  }

  @Test
  void entry_everyKind_comesBack() {
    var store = store();
    var entries = new ArrayList<Entry>();
    for (var kind : Entry.Kind.values()) {
      entries.add(new Entry(entries.size(), kind, "s", 3, "0.12.4", 99, bytes("p"), bytes("{}")));
    }
    accept(store, start("a", entries.toArray(Entry[]::new)));
    assertThat(entries(store, "a")).isEqualTo(entries);
  }

  @Test
  void entry_extremeNumbers_comeBack() {
    var last = Long.MAX_VALUE - 1;
    var entry =
        new Entry(
            last, Entry.Kind.VALUE, "s", Long.MAX_VALUE, "", Long.MIN_VALUE, bytes("p"), bytes(""));
    var store = store();
    accept(store, whole(Commits.header("a", 1, Long.MAX_VALUE), entry));
    assertThat(entries(store, "a")).containsExactly(entry);
    assertThat(store.entries(RunId.of("a"), last, 1)).isEmpty();
  }

  @Test
  void payload_empty_comesBackEmpty() {
    var entry = new Entry(0, Entry.Kind.ITEM, "", 0, "", 0, new byte[0], new byte[0]);
    var store = store();
    accept(store, start("a", entry));
    assertThat(entries(reopened(store), "a")).containsExactly(entry);
  }

  @Test
  void payload_aMebibyteOfAnyBytes_comesBack() {
    var payload = new byte[1 << 20];
    new Random(5).nextBytes(payload);
    var store = store();
    accept(store, start("a", item(0, payload)));
    assertThat(entries(reopened(store), "a")).containsExactly(item(0, payload));
  }

  @Test
  void entries_paged_comeInOrderWithoutGapsOrRepeats() {
    var store = store();
    var all = new Entry[25];
    Arrays.setAll(all, i -> item(i * 3L, "p" + i));
    accept(store, start("a", all), start("b", item(4, "other")));
    var seen = new ArrayList<Entry>();
    List<Entry> page;
    do {
      page = store.entries(RunId.of("a"), seen.isEmpty() ? -1 : seen.getLast().id(), 10);
      seen.addAll(page);
    } while (page.size() == 10);
    assertThat(seen).containsExactly(all);
    assertThat(page).hasSize(5);
  }

  @Test
  void list_idsInOrder_ofTheirCharacters() {
    var store = store();
    for (var id : List.of("b", "a", "B", "10", "9", "a.1", "a-1", "a:1", "a_1", "aa")) {
      accept(store, start(id));
    }
    assertThat(names(store, RunQuery.all(ALL)))
        .containsExactly("10", "9", "B", "a", "a-1", "a.1", "a:1", "a_1", "aa", "b");
  }

  @Test
  void list_paged_comesWithoutGapsOrRepeats() {
    var store = store();
    for (int i = 10; i < 35; i++) {
      accept(store, labelled("run" + i, Map.of("i", "" + i, "k", "v")));
    }
    var seen = new ArrayList<String>();
    var query = RunQuery.all(10);
    List<RunHeader> page;
    do {
      page = store.list(query);
      page.forEach(header -> seen.add(header.id().value()));
      query = query.withAfter(page.getLast().id());
    } while (page.size() == 10);
    assertThat(seen).hasSize(25).isSorted().doesNotHaveDuplicates();
    assertThat(page.getFirst().labels()).isEqualTo(Map.of("i", "30", "k", "v"));
  }

  @Test
  void list_byStatus() {
    var store = variety();
    var query = RunQuery.all(ALL);
    assertThat(names(store, query.withStatuses(Set.of(RunStatus.FAILED)))).containsExactly("c");
    assertThat(names(store, query.withStatuses(Set.of(RunStatus.FAILED, RunStatus.WAITING))))
        .containsExactly("b", "c", "d");
    assertThat(names(store, query.withStatuses(Set.of(RunStatus.STALLED)))).isEmpty();
  }

  @Test
  void list_byWorkflow() {
    var store = variety();
    assertThat(names(store, RunQuery.all(ALL).withWorkflow("w1"))).containsExactly("a", "b");
    assertThat(names(store, RunQuery.all(ALL).withWorkflow("w"))).isEmpty();
  }

  @Test
  void list_byLabels_allMustHold() {
    var store = variety();
    var query = RunQuery.all(ALL);
    assertThat(names(store, query.withLabels(Map.of("k", "1")))).containsExactly("a", "c");
    assertThat(names(store, query.withLabels(Map.of("k", "1", "l", "2")))).containsExactly("c");
    assertThat(names(store, query.withLabels(Map.of("k", "2", "l", "2")))).isEmpty();
    assertThat(names(store, query.withLabels(Map.of("1", "k")))).isEmpty();
  }

  @Test
  void list_byDueTime_includesTheTimeItself() {
    var store = variety();
    var query = RunQuery.all(ALL);
    assertThat(names(store, query.withDueBy(CREATED.minusMillis(1)))).isEmpty();
    assertThat(names(store, query.withDueBy(CREATED))).containsExactly("b");
    assertThat(names(store, query.withDueBy(CREATED.plusSeconds(9)))).containsExactly("b", "d");
  }

  @Test
  void list_byTimes_fromIncluded_toExcluded() {
    var store = variety();
    accept(store, whole(Commits.header("b", 2, 0, "w1", RunStatus.COMPLETED, Map.of())));
    var query = RunQuery.all(ALL);
    var updated = CREATED.plusMillis(2); // of b; the others were updated a millisecond earlier
    assertThat(names(store, query.withCreated(TimeRange.from(CREATED)))).hasSize(4);
    assertThat(names(store, query.withCreated(TimeRange.from(CREATED.plusNanos(1))))).isEmpty();
    assertThat(names(store, query.withCreated(TimeRange.before(CREATED)))).isEmpty();
    assertThat(names(store, query.withCreated(TimeRange.before(CREATED.plusNanos(1))))).hasSize(4);
    assertThat(names(store, query.withUpdated(TimeRange.from(updated)))).containsExactly("b");
    assertThat(names(store, query.withUpdated(TimeRange.before(updated))))
        .containsExactly("a", "c", "d");
    assertThat(names(store, query.withUpdated(TimeRange.between(CREATED.plusMillis(1), updated))))
        .containsExactly("a", "c", "d");
  }

  @Test
  void list_byAllAtOnce() {
    var store = variety();
    var query =
        new RunQuery(
            Set.of(RunStatus.WAITING, RunStatus.RUNNING),
            Optional.of("w2"),
            Map.of("l", "2"),
            Optional.of(CREATED.plusSeconds(5)),
            TimeRange.from(CREATED),
            TimeRange.before(CREATED.plusMillis(2)),
            Optional.of(RunId.of("b")),
            1);
    assertThat(names(store, query)).containsExactly("d");
    assertThat(names(store, query.withAfter(RunId.of("d")))).isEmpty();
  }

  @Test
  void list_afterChange_answersTheNewState() {
    var store = variety();
    accept(store, whole(Commits.header("b", 2, 0, "w1", RunStatus.COMPLETED, Map.of())));
    var query = RunQuery.all(ALL);
    assertThat(names(store, query.withStatuses(Set.of(RunStatus.WAITING)))).containsExactly("d");
    assertThat(names(store, query.withStatuses(Set.of(RunStatus.COMPLETED)))).containsExactly("b");
    assertThat(names(store, query.withDueBy(CREATED.plusSeconds(9)))).containsExactly("d");
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private CheckpointStore variety() {
    var store = store();
    var label = Map.of("k", "1");
    var waiting = RunStatus.WAITING;
    accept(
        store,
        whole(Commits.header("a", 1, 0, "w1", RunStatus.RUNNING, label)),
        whole(due(Commits.header("b", 1, 0, "w1", waiting, Map.of("k", "2")), CREATED)),
        whole(Commits.header("c", 1, 0, "w2", RunStatus.FAILED, Map.of("k", "1", "l", "2"))),
        whole(
            due(
                Commits.header("d", 1, 0, "w2", waiting, Map.of("l", "2")),
                CREATED.plusSeconds(5))));
    return store;
  }

  private static StepCommit labelled(String id, Map<String, String> labels) {
    return whole(Commits.header(id, 1, 0, "w", RunStatus.RUNNING, labels));
  }
}
