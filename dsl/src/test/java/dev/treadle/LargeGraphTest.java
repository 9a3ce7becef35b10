package dev.treadle;

import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Graphs of ten thousand steps and more. The bounds are many times what is needed, and still tell
/// a check that grows with the square or an exhausted stack.
@Timeout(20)
final class LargeGraphTest {

  @Test
  void build_longChain_builds() {
    var first = step("s0");
    var last = first;
    var builder = Workflow.builder("w").start(first);
    for (var i = 1; i < 10_000; i++) {
      var next = step("s" + i);
      builder.edge(last, next);
      last = next;
    }
    var workflow = builder.edge(last, first).end(last).build();

    assertThat(workflow.graph().steps()).hasSize(10_000);
    assertThat(workflow.toDot()).hasLineCount(20_006);
    assertThat(workflow.toMermaid()).hasLineCount(20_006);
  }

  @Test
  void build_manyScopesInARow_builds() {
    var exit = step("exit");
    var first = step("s0");
    Step<Object, ?, String> last = first;
    var builder = Workflow.builder("w").start(first);
    for (var i = 0; i < 3333; i++) {
      var between = step("b" + i);
      var join = gather("j" + i);
      builder.edge(last, between).join(last, between, join).onFailure(between, exit);
      last = join;
    }
    var graph = builder.end(last).end(exit).build().graph();

    assertThat(graph.scopes()).hasSize(3333).allMatch(Graph.Scope::exits);
  }

  @Test
  void build_deeplyNestedScopes_builds() {
    var depth = 300;
    Step<Object, String, String> last = step("f0");
    var builder = Workflow.builder("w").start(last);
    var forks = new ArrayList<Step<Object, String, String>>();
    forks.add(last);
    for (var i = 1; i < depth; i++) {
      var next = step("f" + i);
      builder.edge(last, next);
      forks.add(next);
      last = next;
    }
    Step<Object, ?, String> feeder = last;
    for (var fork : forks.reversed()) {
      var join = gather("j" + fork.name());
      builder.join(fork, feeder, join);
      feeder = join;
    }
    var graph = builder.end(feeder).build().graph();

    assertThat(graph.scopes()).hasSize(depth);
    assertThat(graph.scopes().getFirst().steps()).hasSize(2 * depth - 2);
    assertThat(graph.scopes().getLast().enclosing()).contains("f" + (depth - 2));
  }

  @Test
  void build_wideFanOut_builds() {
    var fork = step("fork");
    var join = gather("join");
    WorkflowBuilder<Object, String> builder = Workflow.builder("w").start(fork);
    for (var i = 0; i < 10_000; i++) {
      var next = step("s" + i);
      builder.edge(fork, next).join(fork, next, join);
    }

    assertThat(builder.end(join).build().graph().scopes().getFirst().steps()).hasSize(10_000);
  }
}
