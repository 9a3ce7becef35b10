package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Step;
import dev.treadle.Workflow;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ExecutorSmokeTest {

  @Test
  void chain_runs() throws Exception {
    var a = Step.map("a", Integer.class, Integer.class, x -> x + 1);
    var b = Step.map("b", Integer.class, String.class, x -> "n" + x);
    var chain = Workflow.builder("chain").start(a).edge(a, b).end(b).build();
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.run(chain, 1)).isEqualTo("n2");
      assertThat(executor.start(chain, 5).await()).isEqualTo(new RunResult.Completed<>("n6"));
    }
  }

  @Test
  void fork_joins_in_order() throws Exception {
    var list =
        Step.split(
            "list", Integer.class, Integer.class, n -> IntStream.range(0, n).boxed().toList());
    var twice = Step.map("twice", Integer.class, Integer.class, n -> n * 2);
    var sum = Step.join("sum", Integer.class, String.class, l -> l.toString());
    var w =
        Workflow.builder("sum")
            .start(list)
            .edge(list, twice)
            .join(list, twice, sum)
            .end(sum)
            .build();
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.run(w, 5)).isEqualTo("[0, 2, 4, 6, 8]");
      assertThat(executor.run(w, 0)).isEqualTo("[]");
      assertThat(executor.run(w, 100_000)).hasSizeGreaterThan(100000);
    }
  }

  @Test
  void durable_chain_runs() throws Exception {
    var a = Step.map("a", Integer.class, Integer.class, x -> x + 1);
    var b = Step.map("b", Integer.class, String.class, x -> "n" + x);
    var chain = Workflow.builder("chain").start(a).edge(a, b).end(b).build();
    var store = MemoryCheckpointStore.create();
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(chain, 1, dev.treadle.RunId.of("x"))).isEqualTo("n2");
      assertThat(executor.run(chain, 1, dev.treadle.RunId.of("x"))).isEqualTo("n2");
    }
  }
}
