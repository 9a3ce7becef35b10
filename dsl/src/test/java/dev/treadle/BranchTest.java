package dev.treadle;

import static dev.treadle.Fixtures.faultsOf;
import static dev.treadle.Fixtures.step;
import static dev.treadle.Fixtures.take;
import static dev.treadle.Fixtures.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Fixtures.Declined;
import dev.treadle.Fixtures.Level;
import dev.treadle.Fixtures.Paid;
import dev.treadle.Fixtures.Payment;
import dev.treadle.Fixtures.Receipt;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class BranchTest {
  sealed interface Shape permits Round, Square, Odd {}

  sealed interface Round extends Shape permits Circle, Blob {}

  record Circle() implements Round {}

  record Blob() implements Round, Odd {}

  record Square() implements Shape {}

  non-sealed interface Odd extends Shape {}

  static sealed class Base permits Derived {}

  static final class Derived extends Base {}

  private final Step<Object, String, Payment> pay = to("pay", Payment.class);
  private final Step<Object, Paid, String> ship = take("ship", Paid.class);
  private final Step<Object, Declined, String> refuse = take("refuse", Declined.class);
  private final Step<Object, Object, String> any = take("any", Object.class);

  @Test
  void build_everyCaseHasAnArm_builds() {
    var graph = paying().when(Paid.class).to(ship).when(Declined.class).to(refuse).endBranch();

    var arms = arms(graph.end(ship).end(refuse).build());
    assertThat(arms).extracting(Graph.Arm::label).containsExactly("Paid", "Declined");
    assertThat(arms).extracting(Graph.Arm::to).containsExactly("ship", "refuse");
    assertThat(firstArm(arms, new Declined(1))).isEqualTo("refuse");
  }

  @Test
  void takes_guarded_testsTypeThenGuard() {
    var branch = paying().when(Declined.class).and(d -> d.cents() > 5).to(refuse).otherwise(any);

    var arms = arms(branch.end(refuse).end(any).build());
    assertThat(arms).extracting(Graph.Arm::label).containsExactly("Declined, guarded", "otherwise");
    assertThat(firstArm(arms, new Declined(6))).isEqualTo("refuse");
    assertThat(firstArm(arms, new Declined(5))).isEqualTo("any");
    assertThat(firstArm(arms, new Paid("x"))).isEqualTo("any");
  }

  @Test
  @SuppressWarnings("NullAway") // a payload is never null, yet a null must not look like a failure
  void takes_null_isSafe() {
    var levels = to("level", Level.class);
    var workflow =
        Workflow.builder("w")
            .start(levels)
            .branch(levels)
            .whenIs(Level.LOW)
            .to(any)
            .when(Level.class)
            .and(Level::isHigh)
            .to(any)
            .when(Level.class)
            .to(any)
            .endBranch()
            .end(any)
            .build();

    assertThat(arms(workflow)).noneMatch(arm -> arm.takes().test(null));
  }

  @Test
  void build_caseWithoutArm_isAFault() {
    var branch = paying().when(Paid.class).to(ship).endBranch();

    assertThat(faultsOf(branch.end(ship)::build))
        .containsExactly(
            "the branch after \"pay\" has no arm for Declined: add one, or an otherwise");
  }

  @Test
  void build_guardedArmOnly_doesNotCover() {
    var branch = paying().when(Paid.class).to(ship).when(Declined.class).and(_ -> true).to(refuse);

    assertThat(faultsOf(branch.endBranch().end(ship).end(refuse)::build))
        .containsExactly(
            "the branch after \"pay\" has no arm for Declined: add one without a guard, or an"
                + " otherwise");
  }

  @Test
  void build_nestedSealedTypes_areFollowed() {
    var shape = to("shape", Shape.class);
    var builder = Workflow.builder("w").start(shape).branch(shape);
    var branch = builder.when(Circle.class).to(any).endBranch();

    assertThat(faultsOf(branch.end(any)::build))
        .containsExactly(
            "the branch after \"shape\" has no arm for Blob, Square, Odd: add one, or an"
                + " otherwise");
  }

  @Test
  void build_supertypeArm_coversAllBelow() {
    var shape = to("shape", Shape.class);
    var builder = Workflow.builder("w").start(shape).branch(shape);
    var branch = builder.when(Round.class).to(any).when(Odd.class).to(any);

    var end = branch.when(Square.class).to(any).endBranch().end(any);

    assertThat(arms(end.build())).hasSize(3);
  }

  @Test
  void build_concreteSealedClass_isACaseItself() {
    var base = to("base", Base.class);
    var branch = Workflow.builder("w").start(base).branch(base).when(Derived.class).to(any);

    assertThat(faultsOf(branch.endBranch().end(any)::build))
        .containsExactly("the branch after \"base\" has no arm for Base: add one, or an otherwise");
  }

  @Test
  void build_enumConstantMissing_isAFault() {
    var level = to("level", Level.class);
    var branch = Workflow.builder("w").start(level).branch(level).whenIs(Level.LOW).to(any);

    assertThat(faultsOf(branch.endBranch().end(any)::build))
        .containsExactly(
            "the branch after \"level\" has no arm for HIGH: add one, or an otherwise");
  }

  @Test
  void build_allConstantsOrValues_builds() {
    var level = to("level", Level.class);
    var levels = Workflow.builder("w").start(level).branch(level);
    var both = levels.whenIs(Level.LOW).to(any).whenIs(Level.HIGH).to(any).endBranch();
    var flag = to("flag", Boolean.class);
    var flags = Workflow.builder("w").start(flag).branch(flag);
    var twice = flags.whenIs(true).to(any).whenIs(false).to(any).endBranch();

    var arms = arms(both.end(any).build());
    assertThat(arms).extracting(Graph.Arm::label).containsExactly("LOW", "HIGH");
    assertThat(arms.get(1).takes().test(Level.HIGH)).isTrue();
    assertThat(arms(twice.end(any).build()))
        .extracting(Graph.Arm::label)
        .containsExactly("true", "false");
  }

  @Test
  void build_booleanMissing_isAFault() {
    var flag = to("flag", Boolean.class);
    var branch = Workflow.builder("w").start(flag).branch(flag).whenIs(true).to(any).endBranch();

    assertThat(faultsOf(branch.end(any)::build))
        .containsExactly(
            "the branch after \"flag\" has no arm for false: add one, or an otherwise");
  }

  @Test
  void build_openType_needsOtherwiseOrItself() {
    var object = to("object", Object.class);
    var branch = Workflow.builder("w").start(object).branch(object).when(Receipt.class).to(any);

    assertThat(faultsOf(branch.endBranch().end(any)::build))
        .containsExactly(
            "the branch after \"object\" is over Object, which is neither sealed nor an enum nor a"
                + " boolean: add an otherwise, or an arm for Object itself");
    var complete = Workflow.builder("w").start(object).branch(object).when(Receipt.class).to(any);
    assertThat(arms(complete.when(Object.class).to(any).endBranch().end(any).build())).hasSize(2);
  }

  @Test
  void build_armCoveredBefore_isAFault() {
    var branch =
        paying().when(Paid.class).to(ship).when(Payment.class).to(any).when(Declined.class);

    assertThat(faultsOf(branch.to(refuse).endBranch().end(ship).end(any).end(refuse)::build))
        .containsExactly(
            "the branch after \"pay\" has an arm that never takes anything, Declined to"
                + " \"refuse\": move it before the arms that cover it, or drop it");
  }

  @Test
  void build_valueCoveredBefore_isAFault() {
    var level = to("level", Level.class);
    var branch = Workflow.builder("w").start(level).branch(level).whenIs(Level.LOW).to(any);
    var twice = branch.whenIs(Level.LOW).to(any).when(Level.class).to(any).whenIs(Level.HIGH);

    assertThat(faultsOf(twice.to(any).endBranch().end(any)::build))
        .hasSize(2)
        .anyMatch(fault -> fault.contains("never takes anything, LOW to \"any\""))
        .anyMatch(fault -> fault.contains("never takes anything, HIGH to \"any\""));
  }

  @Test
  void build_nothingLeftForOtherwise_isAFault() {
    var branch = paying().when(Paid.class).to(ship).when(Declined.class).to(refuse);

    assertThat(faultsOf(branch.otherwise(any).end(ship).end(refuse).end(any)::build))
        .containsExactly(
            "the branch after \"pay\" leaves nothing for otherwise, to \"any\": end it with"
                + " endBranch()");
  }

  @Test
  void build_twoBranches_isAFault() {
    var builder = paying().otherwise(any);
    var second = builder.branch(pay).otherwise(any);

    assertThat(faultsOf(second.end(any)::build))
        .containsExactly(
            "\"pay\" has 2 branches: put all arms into one, or edges before steps that branch");
  }

  @Test
  void build_branchNotEnded_isAFault() {
    var start = Workflow.builder("w").start(pay);
    start.branch(pay).when(Paid.class).to(ship);

    assertThat(faultsOf(start.end(ship)::build))
        .containsExactly(
            "the branch after \"pay\" was not ended: end it with otherwise(step) or endBranch()");
  }

  @Test
  void to_afterEnd_isRefused() {
    var branch = paying();
    branch.otherwise(any);

    assertThatThrownBy(() -> branch.when(Paid.class).to(ship))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the branch after \"pay\" has ended; a step has one branch");
    assertThatThrownBy(branch::endBranch).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whenIs_otherValue_isRefused() {
    var text = step("text");
    var branch = Workflow.builder("w").start(text).branch(text);

    assertThatThrownBy(() -> branch.whenIs("x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the branch after \"text\": whenIs takes enum constants and booleans, was a"
                + " java.lang.String; use when(type).and(guard)");
  }

  @Test
  void when_primitive_isRefused() {
    var flag = to("flag", Boolean.class);
    var branch = Workflow.builder("w").start(flag).branch(flag);

    assertThatThrownBy(() -> branch.when(boolean.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the branch after \"flag\": boolean is primitive");
  }

  private WorkflowBuilder.Branch<Object, String, Payment> paying() {
    return Workflow.builder("w").start(pay).branch(pay);
  }

  private static List<Graph.Arm> arms(Workflow<?, ?, ?> workflow) {
    return ((Graph.Route.Branch) workflow.graph().steps().getFirst().routes().getFirst()).arms();
  }

  private static String firstArm(List<Graph.Arm> arms, Object value) {
    Predicate<Graph.Arm> takes = arm -> arm.takes().test(value);
    return arms.stream().filter(takes).findFirst().orElseThrow().to();
  }
}
