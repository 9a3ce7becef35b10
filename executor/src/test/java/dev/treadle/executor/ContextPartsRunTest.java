package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.EventLog;
import dev.treadle.Fixed;
import dev.treadle.Merge;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Ready context parts and sleeping steps in durable runs.
@Timeout(20)
final class ContextPartsRunTest {
  private static final int WIDTH = 200;

  record Journal(EventLog<Integer> log, Fixed<String> owner) {
    Journal merge(Journal later) {
      return new Journal(log.merge(later.log), owner.merge(later.owner));
    }

    static Journal empty() {
      return new Journal(EventLog.empty(), Fixed.unset());
    }
  }

  @Test
  void eventsOfParallelSteps_areEachInTheLogOnce_andReadBack() throws Exception {
    var in = Step.in(Journal.class);
    var list =
        in.of(
            "list",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.merge(new Journal(EventLog.empty(), Fixed.of("list")));
              return Transition.nextAll(IntStream.range(0, n).boxed().toList());
            });
    var note =
        in.of(
            "note",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.merge(new Journal(EventLog.of(ctx.idempotencyKey(), n), Fixed.of("note")));
              return Transition.next(n);
            });
    var read =
        in.types(new dev.treadle.TypeRef<List<Integer>>() {}, dev.treadle.TypeRef.of(String.class))
            .of(
                "read",
                (ctx, all) ->
                    Transition.next(
                        ctx.state().log().values().stream().sorted().toList().equals(all)
                            + " "
                            + ctx.state().owner().value().orElse("nobody")));
    var workflow =
        Workflow.builder("journal", Journal.class, Journal::empty)
            .merge(Merge.of(Journal.empty(), Journal::merge))
            .start(list)
            .edge(list, note)
            .join(list, note, read)
            .end(read)
            .build();
    var store = MemoryCheckpointStore.create();
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(workflow, WIDTH, RunId.of("a"))).isEqualTo("true list");
    }
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.run(workflow, WIDTH, RunId.of("a"))).isEqualTo("true list");
    }
  }

  @Test
  void sleepingStep_holdsItsInputBack_alsoAcrossARestart() throws Exception {
    var time = new ManualTime();
    var store = MemoryCheckpointStore.create();
    var rest = Step.sleep("rest", Integer.class, Duration.ofHours(1));
    var plus = Step.map("plus", Integer.class, Integer.class, n -> n + 1);
    var workflow = Workflow.builder("resting").start(rest).then(plus).end(plus).build();
    try (var executor = WorkflowExecutor.builder().store(store).time(time).build()) {
      var handle = executor.start(workflow, 1, RunId.of("a"));
      time.awaitTimer(Duration.ofHours(1));
      assertThat(handle.status()).isEqualTo(RunStatus.WAITING);
    }
    time.advance(Duration.ofHours(2));
    try (var executor = WorkflowExecutor.builder().store(store.reopen()).time(time).build()) {
      assertThat(executor.resume(workflow, RunId.of("a")).await())
          .isEqualTo(new RunResult.Completed<>(2));
    }
  }
}
