package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.StepMark.Look;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Drawings of runs: a graph with a few words and a colour for some steps.
final class MarkedDrawingTest {
  private final Step<Object, Integer, Integer> first =
      Step.map("first", Integer.class, Integer.class, n -> n);
  private final Step<Object, Integer, Integer> last =
      Step.map("la\"st", Integer.class, Integer.class, n -> n);
  private final Workflow<Object, Integer, Integer> workflow =
      Workflow.builder("marked").start(first).then(last).end(last).build();

  @Test
  void withoutMarks_theDrawingIsThatOfTheGraph() {
    assertThat(workflow.toMermaid(Map.of())).isEqualTo(workflow.toMermaid());
  }

  @Test
  void marks_standUnderTheNames_escaped_andColourTheSteps() {
    var marks =
        Map.of(
            "first", new StepMark("2 \"done\"", Look.DONE),
            "la\"st", new StepMark("", Look.FAILED),
            "nobody", new StepMark("not drawn", Look.RUNNING));
    assertThat(workflow.toMermaid(marks))
        .contains("  s0[\"first<br/>2 #34;done#34;\"]\n")
        .contains("  s1[\"la#34;st\"]:::ending\n")
        .contains("  class s0 done\n")
        .contains("  class s1 failed\n")
        .contains("  classDef done fill:#d8f0d8\n")
        .contains("  classDef failed fill:#ffcccc,color:#900\n")
        .doesNotContain("not drawn")
        .doesNotContain("classDef running");
  }
}
