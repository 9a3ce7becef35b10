package dev.treadle;

import static dev.treadle.Fixtures.faultsOf;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What `build()` asks of the steps that undo others.
final class UndoCheckTest {
  private record Count(int value) {}

  private final Step<Object, String, String> a = step("a");
  private final Step<Object, String, String> b = step("b");
  private final List<Done<String, String>> undone = new ArrayList<>();

  private Step<Object, Done<String, String>, Void> undo(String name) {
    return Step.undo(name, a, undone::add);
  }

  @Test
  void anUndo_isInTheGraphBesideItsStep_andNotAmongTheSteps() {
    var undo = undo("undo");
    var graph = Workflow.builder("w").start(a).then(b).compensate(a, undo).end(b).build().graph();

    assertThat(graph.undos()).containsOnlyKeys("a").containsValue(undo);
    assertThat(graph.steps()).extracting(placed -> placed.step().name()).containsExactly("a", "b");
  }

  @Test
  void anUndo_hasAllItsTypesFromItsStep() {
    assertThat(undo("undo").inputType()).isEqualTo(new TypeRef<Done<String, String>>() {});
    assertThat(undo("undo").outputType()).isEqualTo(TypeRef.of(Void.class));
  }

  @Test
  void oneUndo_mayUndoSeveralSteps() {
    var undo = undo("undo");
    var workflow =
        Workflow.builder("w")
            .start(a)
            .then(b)
            .compensate(a, undo)
            .compensate(b, undo)
            .end(b)
            .build();

    assertThat(workflow.graph().undos()).containsOnlyKeys("a", "b");
  }

  @Test
  void build_twoUndosOfOneStep_isAFault() {
    var builder =
        Workflow.builder("w").start(a).compensate(a, undo("x")).compensate(a, undo("y")).end(a);

    assertThat(faultsOf(builder::build))
        .containsExactly("\"a\" has 2 undos, \"x\" and \"y\": keep one");
  }

  @Test
  void build_anUndoThatIsPlaced_isAFault() {
    var undo = undo("undo");
    var start =
        Step.types(TypeRef.of(String.class), Done.type(a))
            .map("start", text -> new Done<>(text, List.of(), true, "key"));
    var builder = Workflow.builder("w").start(start).then(undo).sink(undo).from(start).then(undo);
    var compensated =
        Workflow.builder("w").start(a).compensate(a, undo).compensate(undo, redo(undo));

    assertThat(faultsOf(builder.compensate(a, undo)::build))
        .contains(
            "\"undo\" undoes \"a\", yet is placed in the graph: an undo belongs to no way, make"
                + " another step");
    assertThat(faultsOf(compensated.end(a)::build))
        .contains(
            "\"undo\" undoes \"a\", yet is placed in the graph: an undo belongs to no way, make"
                + " another step");
  }

  private static Step<Object, Done<Done<String, String>, Void>, Void> redo(
      Step<Object, Done<String, String>, Void> undo) {
    return Step.undo("redo", undo, _ -> {});
  }

  @Test
  void build_aNameOfAnUndoThatIsTaken_isAFault() {
    var taken = Workflow.builder("w").start(a).then(b).compensate(a, undo("b")).end(b);
    var twice =
        Workflow.builder("w")
            .start(a)
            .then(b)
            .compensate(a, undo("undo"))
            .compensate(b, undo("undo"))
            .end(b);

    assertThat(faultsOf(taken::build))
        .containsExactly("the undo of \"a\" has the name of a step, \"b\": rename it");
    assertThat(faultsOf(twice::build))
        .containsExactly("two different undos are named \"undo\": rename one");
  }

  @Test
  void build_aStepThatIsOnlyCompensated_isAFault() {
    var builder = Workflow.builder("w").start(b).compensate(a, undo("undo")).end(b);

    assertThat(faultsOf(builder::build))
        .anyMatch(fault -> fault.startsWith("\"a\" is mentioned but never placed"));
  }

  @Test
  void build_aGate_isNoStepToUndo_andNoUndo() {
    var gate =
        Step.in(Count.class)
            .gate(
                "gate", String.class, String.class, (state, text) -> GateResult.next(state, text));
    var builder =
        Workflow.builder("w", Count.class, () -> new Count(0))
            .start(gate)
            .compensate(gate, Step.undo("undo", gate, undone::add))
            .end(gate);

    assertThat(faultsOf(builder::build))
        .containsExactly(
            "\"gate\" is a gate, which has no effect outside the run: let \"undo\" undo the step"
                + " that has one");
  }

  @Test
  void build_anInlinedWorkflow_namesTheUndosOfItsOwnSteps() {
    var inner = Workflow.builder("inner").start(a).compensate(a, undo("undo")).end(a).build();
    var step = Step.workflow("step", inner);
    var graph = Workflow.builder("w").start(step).end(step).build().graph();
    var builder =
        Workflow.builder("w")
            .start(step)
            .compensate(step, Step.undo("whole", step, undone::add))
            .end(step);

    assertThat(graph.undos()).containsOnlyKeys("step/a");
    assertThat(graph.undos().values()).extracting(undo -> undo.name()).containsExactly("step/undo");
    assertThat(faultsOf(builder::build))
        .containsExactly(
            "\"step\" is an inlined workflow: let it name the undos of its own steps, instead of"
                + " \"whole\"");
  }

  @Test
  void anUndo_changesTheFingerprint() {
    var without = Workflow.builder("w").start(a).end(a).build();
    var with = Workflow.builder("w").start(a).compensate(a, undo("undo")).end(a).build();

    assertThat(with.fingerprint()).isNotEqualTo(without.fingerprint());
  }
}
