package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.WriteRefusedException;
import dev.treadle.proof.FolderInMemory;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;

/// How long finished runs are kept.
final class SweepTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir(factory = FolderInMemory.class)
  private Path folder;

  private final Probe probe = new Probe();
  private Instant now = Runs.CREATED;

  @Test
  void finishedRuns_areKeptForSevenDays_unlessSet() {
    try (var store = open(SqliteOptions.defaults().withClock(() -> now))) {
      finish(store, "a");
      now = now.plus(DAY.multipliedBy(7));
      pulse(store);
      assertThat(names(store)).contains("a");
      now = now.plusSeconds(61);
      pulse(store);
      assertThat(names(store)).doesNotContain("a");
    }
    assertThat(count("SELECT count(*) FROM entry JOIN run ON run.no = run WHERE run.id = 'a'"))
        .isZero();
    assertThat(count("SELECT count(*) FROM entry WHERE run NOT IN (SELECT no FROM run)")).isZero();
    assertThat(count("SELECT count(*) FROM label WHERE run NOT IN (SELECT no FROM run)")).isZero();
  }

  @Test
  void retentionAll_keepsAll() {
    try (var store = open(options(Retention.all()))) {
      finish(store, "a");
      now = now.plus(DAY.multipliedBy(9_999));
      pulse(store);
      assertThat(names(store)).contains("a");
    }
  }

  @Test
  void retentionLast_keepsThoseThatFinishedLast() {
    try (var store = open(options(Retention.last(2)))) {
      for (var run : List.of("d", "c", "b", "a")) {
        now = now.plusSeconds(61);
        finish(store, run);
      }
      now = now.plusSeconds(61);
      pulse(store);
      assertThat(names(store)).contains("a", "b").doesNotContain("c", "d");
    }
  }

  @Test
  void retentionOfAnEternity_keepsAll() {
    try (var store = open(options(Retention.during(Duration.ofSeconds(Long.MAX_VALUE))))) {
      finish(store, "a");
      now = now.plus(DAY.multipliedBy(9_999));
      pulse(store);
      assertThat(names(store)).contains("a");
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"COMPLETED", "CANCELLED"})
  void unfinishedRuns_areNeverDeleted(RunStatus status) {
    for (var retention : List.of(Retention.last(0), Retention.during(Duration.ZERO))) {
      try (var store = open(options(retention))) {
        var run = "kept-" + status + (retention instanceof Retention.Last);
        store.append(List.of(run(run, status, 3)));
        now = now.plus(DAY.multipliedBy(99));
        pulse(store);
        pulse(store);
        assertThat(names(store)).contains(run);
        assertThat(Runs.entries(store, run)).hasSize(3);
      }
    }
  }

  @Test
  void aBacklog_isDeletedInPieces_andAllOfIt() {
    try (var store = open(options(Retention.all()))) {
      for (int i = 0; i < 25; i++) {
        int base = i * 100;
        store.append(
            IntStream.range(base, base + 100)
                .mapToObj(n -> run("old-" + n, RunStatus.COMPLETED, 2))
                .toList());
      }
    }
    now = now.plus(DAY);
    try (var store = open(options(Retention.during(Duration.ofHours(1))))) {
      var before = names(store).size();
      int commits = 0;
      while (before > 1) {
        pulse(store);
        commits++;
        int after = names(store).size();
        assertThat(before - after).as("deleted with one commit").isBetween(1, 12);
        before = after;
      }
      assertThat(commits).isBetween(2500 / 12, 300);
    }
    assertThat(count("SELECT count(*) FROM entry")).isEqualTo(1);
  }

  @Test
  void aLargeRun_vanishesAtOnce_andItsEntriesInPieces_andItsNumberIsNotGivenAway() {
    var keep = options(Retention.during(DAY));
    try (var store = open(keep)) {
      store.append(List.of(Runs.linear("pulse", 1), run("big", RunStatus.COMPLETED, 1_000)));
    }
    now = now.plus(DAY).plusSeconds(1);
    try (var store = open(keep)) {
      pulse(store);
      assertThat(store.find(RunId.of("big"))).isEmpty();
      assertThat(Runs.entries(store, "big")).isEmpty();
      assertThat(count("SELECT count(*) FROM entry")).isEqualTo(1 + 750);
      store.append(List.of(Runs.linear("new", 1)));
      assertThat(Runs.entries(store, "new")).isEqualTo(Runs.linear("new", 1).puts());
      assertThat(count("SELECT count(*) FROM entry")).isEqualTo(2 + 500);
    }
    try (var store = open(keep)) { // goes on after an opening
      for (int i = 0; i < 3; i++) {
        pulse(store);
      }
      assertThat(count("SELECT count(*) FROM entry")).isEqualTo(2);
      assertThat(count("SELECT count(*) FROM dropped")).isZero();
    }
  }

  @Test
  void aClockThatWasSetBack_stopsNothing() {
    try (var store = open(options(Retention.during(DAY)))) {
      finish(store, "a");
      now = now.plus(DAY.multipliedBy(365));
      pulse(store);
      now = Runs.CREATED.plusSeconds(120);
      pulse(store);
      finish(store, "b");
      now = now.plus(DAY.multipliedBy(2));
      pulse(store);
      assertThat(names(store)).doesNotContain("a", "b");
    }
  }

  @Test
  void aRunThatWasDeletedMeanwhile_doesNotTakeTheNextOfItsNumberWithIt() {
    var keep = options(Retention.during(DAY));
    try (var store = open(keep)) {
      var many = new ArrayList<StepCommit>();
      for (int i = 0; i < 30; i++) {
        many.add(run("old-" + (10 + i), RunStatus.COMPLETED, 1));
      }
      store.append(many);
      now = now.plus(DAY).plusSeconds(99);
      pulse(store); // has found all, and deleted some
      assertThat(names(store)).contains("old-39");
      for (int i = 0; i < 30; i++) {
        store.delete(RunId.of("old-" + (10 + i)));
      }
      for (int i = 0; i < 30; i++) {
        store.append(List.of(run("new-" + i, RunStatus.COMPLETED, 1)));
      }
      assertThat(names(store)).filteredOn(name -> name.startsWith("new")).hasSize(30);
    }
  }

  @Test
  void whereTheresNoRoom_commitsDoWithoutTheSweep() {
    try (var store = open(options(Retention.during(DAY)))) {
      finish(store, "a");
      now = now.plus(DAY).plusSeconds(99);
      probe.fail("DELETE FROM run", SQLiteErrorCode.SQLITE_FULL);
      assertThatThrownBy(() -> pulse(store)).isInstanceOf(WriteRefusedException.class);
      pulse(store);
      assertThat(names(store)).contains("a");
      probe.heal();
      now = now.plusSeconds(61);
      pulse(store);
      assertThat(names(store)).doesNotContain("a");
    }
  }

  private SqliteOptions options(Retention retention) {
    return SqliteOptions.defaults().withRetention(retention).withClock(() -> now);
  }

  private SqliteCheckpointStore open(SqliteOptions options) {
    var file = folder.resolve("runs.db");
    return SqliteCheckpointStore.open(file, options, probe, Path.of(file + ".lock"));
  }

  private void finish(SqliteCheckpointStore store, String run) {
    store.append(List.of(run(run, RunStatus.COMPLETED, 3)));
  }

  /// A commit of a run that never ends.
  private void pulse(SqliteCheckpointStore store) {
    var next = Runs.sequence(store, "pulse") + 1;
    assertThat(store.append(List.of(Runs.linear("pulse", next)))).isEmpty();
  }

  private StepCommit run(String id, RunStatus status, int entries) {
    var bare = Runs.header(id, 1, entries, status);
    var header =
        new RunHeader(
            bare.id(),
            bare.workflow(),
            status,
            "",
            1,
            entries,
            now,
            now,
            bare.dueAt(),
            bare.labels(),
            "{}");
    var puts =
        IntStream.range(0, entries).mapToObj(n -> Runs.entry(n, Entry.Kind.OUTPUT, "x")).toList();
    return new StepCommit(header, List.of(), puts, true, List.of());
  }

  private static List<String> names(SqliteCheckpointStore store) {
    return store.list(RunQuery.all(10_000)).stream().map(header -> header.id().value()).toList();
  }

  private long count(String sql) {
    try (var shell = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("runs.db"))) {
      return Sql.number(shell, sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
