package dev.treadle;

import static dev.treadle.Fixtures.faultsOf;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GraphFaultTest {
  private final Step<Object, String, String> a = step("a");
  private final Step<Object, String, String> b = step("b");
  private final Step<Object, String, String> c = step("c");
  private final Step<Object, String, String> d = step("d");

  @Test
  void build_manyFaults_reportsAllAtOnce() {
    var builder = Workflow.builder("w").start(a).edge(a, b).edge(a, b).edge(c, d).end(d);

    var error = catchThrowableOfType(GraphDefinitionException.class, builder::build);
    assertThat(error.workflow()).isEqualTo("w");
    assertThat(error.faults()).hasSize(4);
    assertThat(error)
        .hasMessage(
            """
            workflow "w" has 4 fault(s):
            - the edge from "a" to "b" is placed twice: drop one
            - "c" is mentioned but never placed: lead an edge, an arm, a join or a fallback to it
            - "d" cannot be reached from the start: lead a way there from a step that can
            - "b" has no way on: lead an edge from it, or mark it with end, sink or terminate\
            """);
  }

  @Test
  void message_veryManyFaults_isCut() {
    WorkflowBuilder<Object, String> builder = Workflow.builder("w").start(a);
    for (var i = 0; i < 60; i++) {
      builder.edge(a, step("s" + i));
    }

    var error = catchThrowableOfType(GraphDefinitionException.class, builder.end(a)::build);
    assertThat(error.faults()).hasSize(60);
    assertThat(error).hasMessageContaining("\"s49\"").hasMessageEndingWith("\n- … and 10 more");
  }

  @Test
  void build_unreachableSteps_isAFault() {
    var builder = Workflow.builder("w").start(a).edge(b, c).edge(c, b).end(a).end(c);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "\"b\" cannot be reached from the start: lead a way there from a step that can",
            "\"c\" cannot be reached from the start: lead a way there from a step that can");
  }

  @Test
  void build_stepOnlyMentioned_isAFault() {
    var builder = Workflow.builder("w").start(a).end(a).end(b);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "\"b\" is mentioned but never placed: lead an edge, an arm, a join or a fallback to"
                + " it");
  }

  @Test
  void build_noWayOn_isAFault() {
    var builder = Workflow.builder("w").start(a).edge(a, b).edge(a, c).onFailure(b, c).end(c);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "\"b\" has no way on: lead an edge from it, or mark it with end, sink or terminate");
  }

  @Test
  void build_cycleWithoutExit_isAFault() {
    var builder = Workflow.builder("w").start(a).edge(a, b).edge(b, c).edge(c, b).edge(a, d);

    assertThat(faultsOf(builder.end(d)::build))
        .containsExactly(
            "nothing can leave the cycle of \"b\", \"c\": lead a way out of it, or mark one of its"
                + " steps with end, sink or terminate");
  }

  @Test
  void build_loopOnItself_isAFault() {
    var builder = Workflow.builder("w").start(a).edge(a, a);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "nothing can leave the cycle of \"a\": lead a way out of it, or mark one of its steps"
                + " with end, sink or terminate");
  }

  @Test
  void build_longCycle_namesTheFirstSteps() {
    var steps = IntStream.range(0, 13).mapToObj(i -> step("s" + i)).toList();
    WorkflowBuilder<Object, String> builder = Workflow.builder("w").start(steps.getFirst());
    for (var i = 0; i < 13; i++) {
      builder.edge(steps.get(i), steps.get((i + 1) % 13));
    }

    assertThat(faultsOf(builder::build))
        .singleElement()
        .asString()
        .contains("\"s0\", \"s1\"")
        .contains("\"s9\" and 3 more:");
  }

  @Test
  void build_cycleWithExit_builds() {
    var byEdge = Workflow.builder("w").start(a).edge(a, b).edge(b, a).edge(b, c).end(c);
    var byMark = Workflow.builder("w").start(a).edge(a, b).edge(b, a).end(b);
    var byFallback = Workflow.builder("w").start(a).edge(a, a).onFailure(a, b).end(b);

    assertThat(byEdge.build().graph().steps()).hasSize(3);
    assertThat(byMark.build().graph().steps()).hasSize(2);
    assertThat(byFallback.build().graph().steps()).hasSize(2);
  }

  @Test
  void build_twoStepsOfOneName_isAFault() {
    var again = a.retry(RetryPolicy.fixed(Duration.ZERO));
    var builder = Workflow.builder("w").start(a).edge(a, again).edge(again, step("a")).end(again);

    assertThat(faultsOf(builder::build))
        .first()
        .isEqualTo(
            "two different steps are named \"a\": rename one, or, if they are meant to be the same,"
                + " place one object everywhere (retry answers a new one)");
  }

  @Test
  void build_twoMarks_isAFault() {
    var builder = Workflow.builder("w").start(a).sink(a).end(a);

    assertThat(faultsOf(builder::build))
        .containsExactly("\"a\" is marked more than once, as sink and end: keep one");
    var twice = Workflow.builder("w").start(a).end(a).terminate(a);
    assertThat(faultsOf(twice::build))
        .containsExactly("\"a\" is marked more than once, as end and terminate: keep one");
  }

  @Test
  void build_edgeOutOfSink_isAFault() {
    var builder = Workflow.builder("w").start(a).edge(a, b).sink(a).end(b);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "\"a\" is marked as sink, yet leads on to \"b\": drop the mark or the way on");
  }

  @Test
  void build_edgeOutOfTerminate_isAFault() {
    var builder = Workflow.builder("w").start(a).edge(a, b).terminate(a).end(b);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "\"a\" is marked as terminate, yet leads on to \"b\": drop the mark or the way on");
  }

  @Test
  void build_edgeOutOfEnd_builds() {
    var workflow = Workflow.builder("w").start(a).edge(a, b).end(a).end(b).build();

    var first = workflow.graph().steps().getFirst();
    assertThat(first.ending()).isEqualTo(Graph.Ending.END);
    assertThat(first.routes()).containsExactly(new Graph.Route.Edge("b"));
  }

  @Test
  void build_fallbackToItself_isAFault() {
    var builder = Workflow.builder("w").start(a).onFailure(a, a).end(a);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "\"a\" is its own fallback: give it a retry policy, or another step as fallback");
  }

  @Test
  void build_twoFallbacks_isAFault() {
    var builder = Workflow.builder("w").start(a).onFailure(a, b).onFailure(a, c);

    assertThat(faultsOf(builder.end(a).end(b).end(c)::build))
        .containsExactly("\"a\" has 2 fallbacks, to \"b\", \"c\": keep one");
  }

  @Test
  void build_returnsWithoutEnd_isAFault() {
    var builder = Workflow.builder("w").start(a).returns(String.class).sink(a);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "the workflow returns java.lang.String, but no step ends it: mark one with end or"
                + " terminate");
  }
}
