package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.Retention;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.WriteRefusedException;
import dev.treadle.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Finished runs go when they are old, and no others.
final class RetentionTest {
  private final MemoryFolder folder = new MemoryFolder();
  private Instant now = Journals.CREATED;

  private FileOptions options(Retention retention) {
    return Journals.SMALL.withRetention(retention).withClock(() -> now);
  }

  @Test
  void byDefault_finishedRunsAreKeptForSevenDays() {
    assertThat(FileOptions.defaults().retention()).isEqualTo(Retention.during(Duration.ofDays(7)));
  }

  @Test
  void keptForATime_onlyFinishedRunsGo_withTheNextCommitOrOpening() {
    var options = options(Retention.during(Duration.ofHours(1)));
    var store = Journals.open(folder, options);
    for (var status : RunStatus.values()) {
      store.append(List.of(Journals.commit("old-" + status, 1, status, now, "{}")));
    }
    now = now.plus(Duration.ofHours(1));
    store.append(List.of(Journals.commit("new-1", 1, RunStatus.COMPLETED, now, "{}")));
    assertThat(names(store)).as("not older than an hour").contains("old-COMPLETED");
    now = now.plusMillis(1);
    store.append(List.of(Journals.commit("new-2", 1, RunStatus.COMPLETED, now, "{}")));
    assertThat(names(store))
        .contains("new-1", "new-2", "old-FAILED", "old-STALLED", "old-QUARANTINED", "old-RUNNING")
        .doesNotContain("old-COMPLETED", "old-CANCELLED")
        .hasSize(RunStatus.values().length);
    store.close();
    now = now.plus(Duration.ofDays(1));
    try (var next = Journals.open(folder, options)) {
      assertThat(names(next)).hasSize(RunStatus.values().length - 2).doesNotContain("new-1");
    }
    try (var next = Journals.open(folder, options)) {
      assertThat(names(next)).hasSize(RunStatus.values().length - 2);
    }
  }

  @Test
  void keptByNumber_theOldestGo_alsoAfterReopening() {
    var options = options(Retention.last(10));
    var store = Journals.open(folder, options);
    store.append(List.of(Journals.linear("going", 1)));
    for (int i = 0; i < 2000; i++) {
      now = now.plusMillis(5);
      var id = "run-" + i;
      store.append(List.of(Journals.commit(id, 1, RunStatus.COMPLETED, now, "x".repeat(300))));
      if (i % 500 == 250) {
        store.close();
        store = Journals.open(folder, options);
      }
    }
    assertThat(names(store)).hasSize(11).contains("going", "run-1999", "run-1990");
    assertThat(folder.size()).isLessThan(3 * options.segmentSize());
    store.close();
  }

  @Test
  void aFinishedId_isAnsweredAsLongAsItsRunIsKept_andStartsAnewThen() throws Exception {
    var executions = new AtomicInteger();
    var step =
        Step.map("step", Integer.class, Integer.class, n -> n + executions.incrementAndGet());
    var workflow = Workflow.builder("kept").start(step).end(step).build();
    var id = RunId.of("kept");
    var time = new VirtualTime();
    var options = options(Retention.during(Duration.ofDays(7))).withClock(time::now);
    try (var executor =
        WorkflowExecutor.builder().store(Journals.open(folder, options)).time(time).build()) {
      assertThat(executor.run(workflow, 10, id)).isEqualTo(11);
      time.advance(Duration.ofDays(7));
      assertThat(executor.run(workflow, 10, RunId.of("a"))).isEqualTo(12);
      assertThat(executor.run(workflow, 10, id)).as("the stored outcome").isEqualTo(11);
      time.advance(Duration.ofMillis(1));
      assertThat(executor.run(workflow, 10, RunId.of("b"))).isEqualTo(13);
      assertThat(executor.run(workflow, 10, id)).as("an id like any other").isEqualTo(14);
    }
  }

  @Test
  void manyOldRuns_goInPieces() {
    try (var store = Journals.open(folder, options(Retention.all()))) {
      for (int i = 0; i < 100; i++) {
        store.append(List.of(Journals.commit("run-" + i, 1, RunStatus.CANCELLED, now, "{}")));
      }
      assertThat(names(store)).hasSize(100);
    }
    var store = Journals.open(folder, options(Retention.last(0)));
    assertThat(names(store)).isEmpty();
    store.close();
  }

  @Test
  void aRefusedWrite_keepsOldRuns_untilTheyCanGo() {
    var options = options(Retention.during(Duration.ofHours(1)));
    var store = Journals.open(folder, options);
    store.append(List.of(Journals.commit("old", 1, RunStatus.COMPLETED, now, "{}")));
    now = now.plus(Duration.ofHours(2));
    folder.room(10);
    assertThatThrownBy(() -> store.append(List.of(Journals.linear("a", 1))))
        .isInstanceOf(WriteRefusedException.class);
    assertThat(names(store)).containsExactly("old");
    folder.room(Long.MAX_VALUE);
    store.append(List.of(Journals.linear("a", 1)));
    store.append(List.of(Journals.linear("a", 2)));
    assertThat(names(store)).containsExactly("a");
    store.close();
  }

  @Test
  void impossibleOptions_areRefused() {
    assertThatThrownBy(() -> Retention.last(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Retention.during(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FileOptions.defaults().withSegmentSize(65_535))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65535");
    assertThatThrownBy(() -> FileOptions.defaults().withSegmentSize((1 << 30) + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> names(FileCheckpointStore store) {
    return store.list(RunQuery.all(5000)).stream().map(header -> header.id().value()).toList();
  }
}
