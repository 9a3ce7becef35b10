package dev.treadle;

import static dev.treadle.Fixtures.faultsOf;
import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.treadle.Fixtures.Order;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Steps that wait for a signal, and their deadlines.
final class AwaitTest {
  private static final Signal<String> APPROVED = Signal.of("approved", String.class);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Step<Object, String, String> wait =
      Step.await("wait", String.class, APPROVED, text -> text);
  private final Step<Object, String, String> late = step("late");
  private final Step<Object, String, String> other = step("other");

  @Test
  void concurrencyOfAnAwait_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.await("wait", String.class, APPROVED, text -> text).concurrency(1))
        .withMessage(
            "step \"wait\" awaits a signal, and waiting takes no place; limit the step after it");
  }

  @Test
  void await_plain_givesTheValue() throws Exception {
    assertThat(wait.inputType()).isEqualTo(TypeRef.of(String.class));
    assertThat(wait.outputType()).isEqualTo(APPROVED.type());
    assertThat(combined(wait, "in", "sent")).isEqualTo("sent");
  }

  @Test
  void await_combined_givesWhatIsMadeOfBoth() throws Exception {
    var step =
        Step.await("w", Order.class, Integer.class, APPROVED, Order::id, (o, by) -> by.length());
    assertThat(step.outputType()).isEqualTo(TypeRef.of(Integer.class));
    assertThat(combined(step, new Order("1", 2), "four")).isEqualTo(4);
  }

  @Test
  void await_generic_givesPairs() throws Exception {
    var step =
        Step.types(TypeRef.of(Order.class), new TypeRef<Signalled<Order, String>>() {})
            .await("w", APPROVED, Order::id, Signalled::new);
    var order = new Order("1", 2);
    assertThat(combined(step, order, "yes")).isEqualTo(new Signalled<>(order, "yes"));
  }

  @SuppressWarnings("unchecked") // the test knows the types
  private static <I, O> Object combined(Step<Object, I, O> step, I input, Object value)
      throws Exception {
    var await = (StepBody.Await<Object, I, Object, O>) step.body();
    assertThat(await.key().apply(input)).isNotEmpty();
    return await.combine().apply(input, value);
  }

  @Test
  void await_asABatch_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.batch(wait, 2))
        .withMessage(
            "step \"wait\" awaits one signal; it can't be a batch, split the list instead");
  }

  @Test
  void await_badNames_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Signal.of(" ", String.class))
        .withMessage("a signal needs a name that is not blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.await("w", List.class, APPROVED, Object::toString))
        .withMessageContaining("step \"w\", input type:");
    assertThat(APPROVED).hasToString("Signal[approved: java.lang.String]");
  }

  @Test
  void build_oneSignalOfTwoTypes_isAFault() {
    var same = Step.await("same", String.class, APPROVED, text -> text);
    var number = Step.await("n", String.class, Signal.of("approved", Integer.class), text -> text);
    assertThat(
            faultsOf(Workflow.builder("w").start(wait).then(same).then(number).end(number)::build))
        .containsExactly(
            "\"wait\" and \"n\" await a signal \"approved\" of different types, java.lang.String"
                + " and java.lang.Integer: rename one signal, or share one");
  }

  @Test
  void deadline_isOfAwaitsOnly_andOneAtMost() {
    assertThat(
            faultsOf(
                Workflow.builder("w")
                        .start(wait)
                        .then(other)
                        .onDeadline(wait, HOUR, late)
                        .onDeadline(wait, HOUR, other)
                        .onDeadline(other, HOUR, late)
                        .end(other)
                        .end(late)
                    ::build))
        .containsExactly(
            "\"wait\" has 2 deadlines, to \"late\", \"other\": keep one",
            "\"other\" has a deadline, but awaits nothing: only an await has one; drop it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Workflow.builder("w").start(wait).onDeadline(wait, Duration.ZERO, late))
        .withMessage("the deadline of \"wait\" must be more than zero, was PT0S");
  }

  @Test
  void deadline_intoAScope_isAFaultAsAnEdgeIs() {
    var fork = step("fork");
    var sum = gather("sum");
    assertThat(
            faultsOf(
                Workflow.builder("w")
                        .start(wait)
                        .then(fork)
                        .then(late)
                        .onDeadline(wait, HOUR, late)
                        .join(fork, late, sum)
                        .end(sum)
                    ::build))
        .containsExactly(
            "the join \"sum\" can be reached without passing its fork \"fork\": lead every way to"
                + " it through the fork",
            "the deadline from \"wait\" leads to \"late\", between the fork \"fork\" and its join"
                + " \"sum\": enter through the fork");
  }

  @Test
  void deadline_ofAFork_opensNoGroup() {
    var sum = gather("sum");
    assertThat(
            faultsOf(
                Workflow.builder("w")
                        .start(wait)
                        .then(other)
                        .join(wait, other, sum)
                        .onDeadline(wait, HOUR, other)
                        .end(sum)
                    ::build))
        .containsExactly(
            "the deadline of the fork \"wait\" leads to \"other\", before its join \"sum\": a fork"
                + " that gives no output opens no group; let it lead past the join");
  }

  @Test
  void deadline_ofOneInAScope_mayLeaveIt() {
    var fork = step("fork");
    var sum = gather("sum");
    var graph =
        Workflow.builder("w")
            .start(fork)
            .then(wait)
            .join(fork, wait, sum)
            .onDeadline(wait, HOUR, late)
            .end(sum)
            .end(late)
            .build()
            .graph();
    assertThat(graph.scopes().getFirst().exits()).isTrue();
    assertThat(graph.steps().get(1).deadline()).contains(new Graph.Deadline(HOUR, "late"));
  }

  private Workflow<Object, String, String> drawn() {
    return Workflow.builder("w")
        .start(wait)
        .then(other)
        .onDeadline(wait, HOUR, late)
        .end(other)
        .end(late)
        .build();
  }

  @Test
  void fingerprint_signalsAndDeadlines_count() {
    var renamed = Step.await("wait", String.class, Signal.of("other", String.class), text -> text);
    var plain = Workflow.builder("w").start(wait).then(other).end(other).build();
    assertThat(
            List.of(
                drawn().fingerprint(),
                plain.fingerprint(),
                Workflow.builder("w").start(renamed).then(other).end(other).build().fingerprint(),
                Workflow.builder("w")
                    .start(step("wait"))
                    .then(other)
                    .end(other)
                    .build()
                    .fingerprint()))
        .doesNotHaveDuplicates();
  }

  @Test
  void toDot_awaitsAndDeadlines_areDrawn() {
    assertThat(drawn().toDot())
        .contains("s0 [label=\"wait (awaits approved)\"];")
        .contains("s0 -> s2 [label=\"after PT1H\", style=dotted];");
  }

  @Test
  void toMermaid_awaitsAndDeadlines_areDrawn() {
    assertThat(drawn().toMermaid())
        .contains("s0[\"wait #40;awaits approved#41;\"]")
        .contains("s0 -.->|\"after PT1H\"| s2");
  }

  @Test
  void awaitRun_isDrawnFingerprinted_andMayHaveADeadline() {
    var child = Workflow.builder("child").start(late).end(late).build();
    var await = Step.awaitRun("wait", String.class, String.class, child, RunId::of);
    var workflow =
        Workflow.builder("w")
            .start(await)
            .onDeadline(await, HOUR, other)
            .end(await)
            .end(other)
            .build();
    assertThat(workflow.toDot())
        .contains("s0 [label=\"wait (awaits run of child)\", peripheries=2];");
    assertThat(workflow.fingerprint()).isNotEqualTo(drawn().fingerprint());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.batch(await, 2))
        .withMessage("step \"wait\" awaits one run; it can't be a batch, split the list instead");
  }
}
