package dev.treadle.testkit;

import static dev.treadle.testkit.Commits.item;
import static dev.treadle.testkit.Commits.part;
import static dev.treadle.testkit.Commits.removing;
import static dev.treadle.testkit.Commits.start;
import static dev.treadle.testkit.Commits.together;
import static dev.treadle.testkit.Commits.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.RunQuery;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a store takes: each commit once, whole or not at all, in order.
abstract class StoreWriteContract extends StoreReadContract {
  private static final RunId A = RunId.of("a");

  @Test
  void append_start_createsTheRun() {
    var store = store();
    var commit = start("a", item(0, "in"), item(1, "next"));
    assertThat(store.append(List.of(commit))).isEmpty();
    assertThat(store.find(A)).contains(commit.header());
    assertThat(entries(store, "a")).isEqualTo(commit.puts());
  }

  @Test
  void append_startOfAnExistingRun_isRefusedAndLeavesNothing() {
    var store = store();
    var first = start("a", item(0, "in"));
    accept(store, first);
    var second =
        whole(
            Commits.header("a", 1, 9, "other", RunStatus.FAILED, Map.of("k", "v")),
            item(0, "changed"),
            item(5, "new"));
    assertThat(store.append(List.of(second))).containsExactly(0);
    assertThat(store.find(A)).contains(first.header());
    assertThat(entries(store, "a")).isEqualTo(first.puts());
    assertThat(names(store, RunQuery.all(ALL).withLabels(Map.of("k", "v")))).isEmpty();
  }

  @Test
  void append_startTwiceInOneBatch_acceptsTheFirst() {
    var store = store();
    var batch = List.of(start("a", item(0, "first")), start("a", item(0, "second")));
    assertThat(store.append(batch)).containsExactly(1);
    assertThat(entries(store, "a")).containsExactly(item(0, "first"));
  }

  @Test
  void append_toAnUnknownRun_isRefused() {
    var store = store();
    assertThat(store.append(List.of(whole(Commits.header("a", 2, 1), item(0, "x")))))
        .containsExactly(0);
    assertThat(store.find(A)).isEmpty();
  }

  @Test
  void append_atAWrongSequence_isRefusedAlone() {
    var store = store();
    accept(store, start("a", item(0, "a")), start("b", item(0, "b")));
    var batch =
        List.of(
            whole(Commits.header("a", 3, 9), item(7, "ahead")),
            whole(Commits.header("b", 2, 2), item(1, "good")),
            removing(Commits.header("a", 1, 9), List.of(new IdRange(0, 0)), item(8, "behind")),
            start("c", item(0, "c")),
            whole(Commits.header("b", 2, 9), item(8, "again")));
    assertThat(store.append(batch)).containsExactly(0, 2, 4);
    assertThat(header(store, "a")).isEqualTo(start("a", item(0, "a")).header());
    assertThat(entries(store, "a")).containsExactly(item(0, "a"));
    assertThat(entries(store, "b")).containsExactly(item(0, "b"), item(1, "good"));
    assertThat(entries(store, "c")).containsExactly(item(0, "c"));
  }

  @Test
  void append_commitsOfOneRun_takeEffectInOrder() {
    var store = store();
    var batch =
        List.of(
            start("a", item(0, "1")),
            removing(Commits.header("a", 2, 2), List.of(new IdRange(0, 0)), item(1, "2")),
            removing(Commits.header("a", 3, 3), List.of(new IdRange(1, 1)), item(2, "3")));
    assertThat(store.append(batch)).isEmpty();
    assertThat(header(store, "a").sequence()).isEqualTo(3);
    assertThat(entries(store, "a")).containsExactly(item(2, "3"));
  }

  @Test
  void append_commitsOfOneRunInTheWrongOrder_acceptsWhatFits() {
    var store = store();
    accept(store, start("a", item(0, "0")));
    var batch =
        List.of(
            whole(Commits.header("a", 3, 3), item(2, "third")),
            whole(Commits.header("a", 2, 2), item(1, "second")));
    assertThat(store.append(batch)).containsExactly(0);
    assertThat(ids(store, "a")).containsExactly(0L, 1L);
  }

  @Test
  void append_anIdThatExists_replacesIt() {
    var store = store();
    accept(store, start("a", item(0, "old"), item(1, "stays")));
    var changed = new Entry(0, Entry.Kind.CONTEXT, "other", 4, "1.2", 5, bytes("new"), new byte[0]);
    accept(store, whole(Commits.header("a", 2, 2), changed));
    assertThat(entries(store, "a")).containsExactly(changed, item(1, "stays"));
  }

  @Test
  void append_removesBeforeItPuts() {
    var store = store();
    accept(store, start("a", item(0, "old"), item(1, "old")));
    accept(store, removing(Commits.header("a", 2, 2), List.of(new IdRange(0, 1)), item(1, "new")));
    assertThat(entries(store, "a")).containsExactly(item(1, "new"));
  }

  @Test
  void append_removesRanges_ofItsOwnRunOnly() {
    var store = store();
    for (var id : List.of("a", "b")) {
      accept(store, start(id, item(0, ""), item(1, ""), item(2, ""), item(5, ""), item(9, "")));
    }
    var ranges = List.of(new IdRange(1, 5), new IdRange(9, 9), new IdRange(100, 200));
    accept(store, removing(Commits.header("a", 2, 10), ranges));
    assertThat(ids(store, "a")).containsExactly(0L);
    assertThat(ids(store, "b")).containsExactly(0L, 1L, 2L, 5L, 9L);
  }

  @Test
  void append_laterLabels_changeNothing() {
    var store = store();
    var labels = Map.of("k", "v");
    accept(store, whole(Commits.header("a", 1, 0, "w", RunStatus.RUNNING, labels)));
    accept(store, whole(Commits.header("a", 2, 0, "w", RunStatus.RUNNING, Map.of("k", "x"))));
    assertThat(header(store, "a").labels()).isEqualTo(labels);
    assertThat(header(reopened(store), "a").labels()).isEqualTo(labels);
  }

  @Test
  void append_parts_areInvisibleUntilTheLast() {
    var store = store();
    accept(store, start("a", item(0, "in")));
    var before = header(store, "a");
    accept(store, part(Commits.header("a", 2, 9), item(1, "1"), item(2, "2")));
    accept(store, start("b"), part(Commits.header("a", 2, 9), item(3, "3")));
    assertThat(header(store, "a")).isEqualTo(before);
    assertThat(ids(store, "a")).containsExactly(0L);
    accept(store, removing(Commits.header("a", 2, 5), List.of(new IdRange(0, 0)), item(4, "4")));
    assertThat(entries(store, "a"))
        .containsExactly(item(1, "1"), item(2, "2"), item(3, "3"), item(4, "4"));
  }

  @Test
  void append_aPartAtAWrongSequence_isRefused() {
    var store = store();
    accept(store, start("a", item(0, "in")));
    var ahead = part(Commits.header("a", 3, 9), item(1, "1"));
    var unknown = part(Commits.header("b", 2, 9), item(1, "1"));
    assertThat(store.append(List.of(ahead, unknown))).containsExactly(0, 1);
    accept(store, whole(Commits.header("a", 2, 9)));
    assertThat(ids(store, "a")).containsExactly(0L);
  }

  @Test
  void discardUnfinished_dropsPartsOnly() {
    var store = store();
    accept(store, start("a", item(0, "in")), start("b", item(0, "in"), item(1, "b")));
    accept(store, part(Commits.header("a", 2, 9), item(1, "1"), item(2, "2")));
    store.discardUnfinished(A);
    store.discardUnfinished(RunId.of("nobody"));
    accept(store, whole(Commits.header("a", 2, 9), item(5, "5")));
    assertThat(ids(store, "a")).containsExactly(0L, 5L);
    assertThat(ids(store, "b")).containsExactly(0L, 1L);
  }

  @Test
  void discardUnfinished_afterDeath_dropsParts() {
    var store = store();
    accept(store, start("a", item(0, "in")));
    accept(store, part(Commits.header("a", 2, 9), item(1, "1"), item(2, "2")));
    var next = storeOver(store);
    assertThat(ids(next, "a")).containsExactly(0L);
    next.discardUnfinished(A);
    accept(next, whole(Commits.header("a", 2, 9), item(3, "3")));
    assertThat(ids(next, "a")).containsExactly(0L, 3L);
  }

  @Test
  void append_together_isVisibleTogether() {
    var store = store();
    accept(store, start("a", item(0, "in")));
    var commit =
        together(
            removing(Commits.header("a", 2, 1), List.of(new IdRange(0, 0))),
            start("b", item(0, "b")),
            start("c", item(0, "c")));
    assertThat(store.append(List.of(commit))).isEmpty();
    assertThat(ids(store, "a")).isEmpty();
    assertThat(entries(store, "b")).containsExactly(item(0, "b"));
    assertThat(entries(store, "c")).containsExactly(item(0, "c"));
  }

  @Test
  void append_togetherWithOneRefused_writesNothingOfIt() {
    var store = store();
    accept(store, start("a", item(0, "in")), start("c", item(0, "c")));
    var batch =
        List.of(
            whole(Commits.header("a", 2, 2), item(1, "kept")),
            together(
                removing(Commits.header("a", 3, 3), List.of(new IdRange(0, 1)), item(2, "gone")),
                start("b", item(0, "gone")),
                start("c", item(0, "changed"))),
            whole(Commits.header("a", 3, 4), item(3, "after")),
            start("b", item(0, "b")));
    assertThat(store.append(batch)).containsExactly(1);
    assertThat(entries(store, "a"))
        .containsExactly(item(0, "in"), item(1, "kept"), item(3, "after"));
    assertThat(entries(store, "b")).containsExactly(item(0, "b"));
    assertThat(entries(store, "c")).containsExactly(item(0, "c"));
  }

  @Test
  void append_togetherItselfRefused_writesNothingOfTheOthers() {
    var store = store();
    assertThat(store.append(List.of(together(whole(Commits.header("a", 2, 0)), start("b")))))
        .containsExactly(0);
    assertThat(store.find(RunId.of("b"))).isEmpty();
  }

  @Test
  void delete_removesTheRunWithAllItsData() {
    var store = store();
    var labels = Map.of("k", "v");
    accept(store, start("b", item(0, "b")));
    accept(
        store,
        whole(Commits.header("a", 1, 1, "w", RunStatus.RUNNING, labels), item(0, "in")),
        part(Commits.header("a", 2, 9), item(1, "part")));
    assertThat(store.delete(A)).isTrue();
    assertThat(store.find(A)).isEmpty();
    assertThat(entries(store, "a")).isEmpty();
    assertThat(names(store, RunQuery.all(ALL).withLabels(labels))).isEmpty();
    assertThat(ids(store, "b")).containsExactly(0L);
    accept(store, whole(Commits.header("a", 1, 9), item(5, "fresh")));
    assertThat(header(store, "a").labels()).isEmpty();
    assertThat(ids(store, "a")).containsExactly(5L);
  }

  @Test
  void delete_unknownRun_answersFalse() {
    var store = store();
    accept(store, start("a"));
    assertThat(store.delete(RunId.of("b"))).isFalse();
    assertThat(store.delete(A)).isTrue();
    assertThat(store.delete(A)).isFalse();
    assertThat(store.append(List.of(whole(Commits.header("a", 2, 0))))).containsExactly(0);
  }
}
