package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.Step;
import dev.treadle.Workflow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A commit that closes the scope in which it has opened a group itself.
final class ClosedAroundTest {

  /// The inner fork feeds its own join, and then the outer one, which fires at once.
  private static Workflow<Object, Integer, String> workflow() {
    var outer = Flows.upTo("outer");
    var inner = Flows.plus("inner", 10);
    var innerJoin = Step.join("innerJoin", Integer.class, Integer.class, all -> all.getFirst());
    var outerJoin = Flows.text("outerJoin");
    return Workflow.builder("closing")
        .start(outer)
        .edge(outer, inner)
        .join(inner, inner, innerJoin)
        .join(outer, inner, outerJoin)
        .join(outer, innerJoin, outerJoin)
        .policy(outerJoin, JoinPolicy.first())
        .end(outerJoin)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void groupWhoseOwnCommitClosesTheScopeAroundIt_isDropped_andTheRunEnds(boolean durable)
      throws Exception {
    var builder = WorkflowExecutor.builder().parallelism(1);
    if (durable) {
      builder.store(MemoryCheckpointStore.create());
    }
    try (var executor = builder.build()) {
      var handle = executor.start(workflow(), 1, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[10]"));
    }
  }
}
