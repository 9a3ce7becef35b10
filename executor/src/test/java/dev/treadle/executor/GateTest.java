package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.GateResult;
import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.WorkItem;
import dev.treadle.Workflow;
import java.util.ArrayDeque;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Gates decide on the committed context, one item at a time (design, 3.5).
@Timeout(20)
final class GateTest {
  private static final int WIDTH = 200;

  record Seen(int count) {
    GateResult<Seen, Integer> tenth(Integer item) {
      var after = new Seen(count + 1);
      return after.count == 10 ? GateResult.next(after, item) : GateResult.hold(after);
    }
  }

  private final Step<Object, Integer, Integer> list =
      Step.split("list", Integer.class, Integer.class, n -> IntStream.range(0, n).boxed().toList());

  private Workflow<Seen, Integer, Integer> counting() {
    var gate = Step.in(Seen.class).gate("tenth", Integer.class, Integer.class, Seen::tenth);
    var last = Step.map("last", Integer.class, Integer.class, n -> n);
    return Workflow.builder("counting", Seen.class, () -> new Seen(0))
        .start(list)
        .edge(list, gate)
        .edge(gate, last)
        .end(last)
        .build();
  }

  @ParameterizedTest
  @CsvSource({"false,1", "false,64", "true,1", "true,64"})
  void goOnAtTheTenth_isExactUnderAnyParallelism(boolean durable, int parallelism)
      throws Exception {
    var builder = WorkflowExecutor.builder().parallelism(parallelism);
    var store = MemoryCheckpointStore.create();
    try (var executor = (durable ? builder.store(store) : builder).build()) {
      var handle = executor.start(counting(), WIDTH, RunId.of("a"));
      assertThat(handle.await()).isInstanceOf(RunResult.Completed.class);
      assertThat(handle.outputs()).hasSize(1);
    }
  }

  @Test
  void gateThatThrows_failsTheItemOnce_andCommitsNothing() throws Exception {
    var gate =
        Step.in(Seen.class)
            .<Integer, Integer>gate(
                "gate",
                Integer.class,
                Integer.class,
                (_, _) -> {
                  throw new IllegalStateException("no");
                });
    var rescue =
        Step.in(Seen.class)
            .of(
                "rescue",
                Integer.class,
                Integer.class,
                (ctx, _) -> Transition.next(ctx.state().count()));
    var workflow =
        Workflow.builder("throwing", Seen.class, () -> new Seen(7))
            .start(gate)
            .onFailure(gate, rescue)
            .end(gate)
            .end(rescue)
            .build();
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.run(workflow, 1)).isEqualTo(7);
    }
  }

  @Test
  void gateWithoutAContext_failsWithAMessage() throws Exception {
    Step<Object, Integer, Integer> gate =
        Step.gate("gate", Integer.class, Integer.class, GateResult::next);
    var workflow = Workflow.builder("bare").start(gate).end(gate).build();
    try (var executor = WorkflowExecutor.create()) {
      var result = executor.start(workflow, 1).await();
      assertThat(((RunResult.Failed<Integer>) result).failure().message())
          .isEqualTo("gate \"gate\" needs a context, and its workflow has none");
    }
  }

  @Test
  void processWorkItem_asksGates() throws Exception {
    var workflow = counting();
    var run = RunContext.of(workflow, RunId.of("by-hand"));
    var queue = new ArrayDeque<WorkItem>();
    queue.add(workflow.startWorkItem(12));
    try (var executor = WorkflowExecutor.create()) {
      while (!queue.isEmpty()) {
        executor.processWorkItem(run, queue.remove(), queue);
      }
    }
    assertThat(run.outputs()).containsExactly(9);
    assertThat(run.state()).contains(new Seen(12));
  }
}
