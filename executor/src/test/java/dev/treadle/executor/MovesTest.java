package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Moves are only by `rename`, `migrate`, or repair of one run (design, 3.3).
@Timeout(30)
final class MovesTest {
  record Old(int number) {}

  record New(String text) {}

  private static Workflow<Object, Integer, Integer> two(String first, String second) {
    return Flows.chain("changing", Flows.plus(first, 1), Flows.plus(second, 10));
  }

  @Test
  void runWhoseGraphHasChanged_movesToNoStepButByRename() throws Exception {
    var left = new LeftRun(1);
    var first = Flows.plus("first", 1);
    left.leave(Flows.chain("changing", first, left.blocking("second", Integer.class)), 1);
    var gone = "step \"second\" has a pending item, but the workflow has no such step now";

    // in its place, like it in type and code, in another order, under nearly the same name
    left.assertMisfits(two("first", "third"), gone);
    left.assertMisfits(two("other", "first"), gone);
    left.assertMisfits(two("first", "Second"), gone);
    left.assertMisfits(two("first", "second "), gone);

    var third = Flows.plus("third", 10);
    left.assertGoesOn(
        Workflow.builder("changing")
            .start(first)
            .then(third)
            .rename("second", "third")
            .end(third)
            .build(),
        12);
  }

  @Test
  void payloadOfAnotherType_isReadByNothingButAMigration() throws Exception {
    var left = new LeftRun(1);
    var begin = Step.map("first", Integer.class, Old.class, Old::new);
    left.leave(Flows.chain("changing", begin, left.blocking("second", Old.class)), 7);
    var now = Step.map("first", Integer.class, New.class, n -> new New("" + n));
    var second = Step.map("second", New.class, String.class, New::text);
    left.assertMisfits(
        Flows.chain("changing", now, second),
        "can't read the input of step \"second\": $.number: there is no property number in the"
            + " type");
    left.assertGoesOn(
        Workflow.builder("changing")
            .start(now)
            .then(second)
            .migrate("second", Old.class, old -> new New("was " + old.number()))
            .end(second)
            .build(),
        "was 7");
  }

  @Test
  void repair_movesItsOneRun_andNoOther() throws Exception {
    var store = MemoryCheckpointStore.create();
    var broken = new AtomicBoolean(true);
    var step =
        Step.map(
            "step",
            Integer.class,
            Integer.class,
            n -> {
              if (broken.get()) {
                throw new IllegalStateException("broken");
              }
              return n;
            });
    var workflow = Flows.only(step);
    var ids = Stream.of("a", "b", "c").map(RunId::of).toList();
    try (var executor = WorkflowExecutor.create(store)) {
      for (var id : ids) {
        assertThat(Flows.failed(executor.start(workflow, 1, id)).failure().step())
            .isEqualTo("step");
      }
    }
    var before = stored(store, List.of(ids.getFirst(), ids.getLast()));
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      broken.set(false);
      var repair = executor.repair(workflow, ids.get(1));
      repair.retry(repair.items().getFirst().sequence(), 5);
      assertThat(Flows.end(repair.resume())).isEqualTo(new RunResult.Completed<>(5));
      assertThat(executor.find(ids.get(1)).orElseThrow().status()).isEqualTo(RunStatus.COMPLETED);
    }
    assertThat(stored(store, List.of(ids.getFirst(), ids.getLast()))).isEqualTo(before);
  }

  private record Stored(RunHeader header, List<Entry> entries) {}

  private static List<Stored> stored(MemoryCheckpointStore store, List<RunId> ids) {
    try (var reader = store.reopen()) {
      return ids.stream()
          .map(id -> new Stored(reader.find(id).orElseThrow(), reader.entries(id, -1, 1_000)))
          .toList();
    }
  }

  @Test
  void refusedRun_isByteForByteAsItWas_afterResumeStartRecoverAndCheck() throws Exception {
    var left = new LeftRun(2);
    var each = left.blocking("each", Integer.class);
    left.leave(Flows.fork(each), 2, 2);
    var before = stored(left.reopen(), List.of(Flows.ID));
    assertThat(before.getFirst().entries()).hasSizeGreaterThan(3);
    var now = Workflow.builder("forking").start(each).end(each).build();
    try (var executor = left.next()) {
      assertThat(executor.check(now).misfits()).hasSize(1);
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.resume(now, Flows.ID));
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.start(now, 2, Flows.ID));
      assertThat(executor.recover(now)).hasOnlyElementsOfType(Recovery.DoesNotFit.class);
      assertThat(executor.runs(RunQuery.all(9))).hasSize(1);
    }
    assertThat(stored(left.reopen(), List.of(Flows.ID))).isEqualTo(before);
    left.assertGoesOn(Flows.fork(each), "[0, 1]");
  }
}
