package dev.treadle;

import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Fixtures.Order;
import dev.treadle.Fixtures.Totals;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StepTest {
  private static final RetryPolicy POLICY = RetryPolicy.fixed(Duration.ofSeconds(1));

  @Test
  void of_node_keepsNameTypesAndCode() {
    Node<Totals, Order, String> node = (ctx, order) -> Transition.next(order.id());
    var step = Step.of("id", Order.class, String.class, node);

    assertThat(step.name()).isEqualTo("id");
    assertThat(step.inputType()).isEqualTo(TypeRef.of(Order.class));
    assertThat(step.outputType()).isEqualTo(TypeRef.of(String.class));
    assertThat(step.retryPolicy()).isEmpty();
    assertThat(step.body()).isEqualTo(new StepBody.Code<>(node));
    assertThat(step).hasToString("Step[id: dev.treadle.Fixtures$Order -> java.lang.String]");
  }

  @Test
  void map_output_goesOn() throws Exception {
    var length = Step.map("length", String.class, Integer.class, String::length);

    assertThat(run(length, "four")).isEqualTo(new Transition.Next<>(4));
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless user writes
  void map_null_failsNamingTheStep() {
    var absent = Step.map("absent", String.class, String.class, _ -> null);

    assertThatThrownBy(() -> run(absent, "x"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("step \"absent\" answered null");
  }

  @Test
  void map_exception_isPassedOn() {
    var failing =
        Step.map(
            "failing",
            String.class,
            String.class,
            _ -> {
              throw new java.io.IOException("gone");
            });

    assertThatThrownBy(() -> run(failing, "x")).isInstanceOf(java.io.IOException.class);
  }

  @Test
  void split_list_goesOnOneByOne() throws Exception {
    var words = Step.split("words", String.class, String.class, s -> List.of(s.split(" ", -1)));

    assertThat(run(words, "a b")).isEqualTo(new Transition.NextAll<>(List.of("a", "b")));
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless user writes
  void split_null_failsNamingTheStep() {
    var absent = Step.split("absent", String.class, String.class, _ -> null);
    var holed = Step.split("holed", String.class, String.class, _ -> Arrays.asList("a", null));

    assertThatThrownBy(() -> run(absent, "x")).hasMessage("step \"absent\" answered null");
    assertThatThrownBy(() -> run(holed, "x"))
        .hasMessage("step \"holed\" answered a list with null");
  }

  @Test
  void join_elements_takesAList() throws Exception {
    var count = Step.join("count", String.class, Integer.class, List::size);

    assertThat(count.inputType()).isEqualTo(TypeRef.listOf(String.class));
    assertThat(run(count, List.of("a", "b"))).isEqualTo(new Transition.Next<>(2));
  }

  @Test
  void types_generic_makesEachKind() throws Exception {
    var strings = TypeRef.listOf(String.class);
    var size = Step.types(strings, TypeRef.of(Integer.class)).map("size", List::size);
    var each = Step.types(strings, TypeRef.of(String.class)).split("each", texts -> texts);
    var flat =
        Step.types(strings, strings)
            .join("flat", lists -> lists.stream().flatMap(List::stream).toList());
    Step<Totals, List<String>, String> first =
        Step.in(Totals.class)
            .types(strings, TypeRef.of(String.class))
            .of("first", (ctx, texts) -> Transition.next(texts.getFirst() + ctx.state().cents()));

    assertThat(run(size, List.of("a"))).isEqualTo(new Transition.Next<>(1));
    assertThat(run(each, List.of("a"))).isEqualTo(new Transition.NextAll<>(List.of("a")));
    assertThat(flat.inputType()).isEqualTo(TypeRef.listOf(strings));
    assertThat(run(flat, List.of(List.of("a"), List.of("b"))))
        .isEqualTo(new Transition.Next<>(List.of("a", "b")));
    assertThat(first.inputType()).isEqualTo(strings);
  }

  @Test
  void in_context_typesTheLambda() {
    Step<Totals, Order, Order> count =
        Step.in(Totals.class)
            .of(
                "count",
                Order.class,
                Order.class,
                (ctx, order) -> {
                  ctx.update(totals -> totals.add(order.cents()));
                  return Transition.next(order);
                });

    assertThat(count.name()).isEqualTo("count");
  }

  @Test
  void batch_step_takesOverNamePolicyAndCode() {
    var single = step("upper").retry(POLICY);
    var batch = Step.batch(single, 4);

    assertThat(batch.name()).isEqualTo("upper");
    assertThat(batch.inputType()).isEqualTo(TypeRef.listOf(String.class));
    assertThat(batch.outputType()).isEqualTo(TypeRef.listOf(String.class));
    assertThat(batch.retryPolicy()).contains(POLICY);
    assertThat(batch.body()).isInstanceOf(StepBody.Batch.class);
    var body = (StepBody.Batch<?, ?, ?>) batch.body();
    assertThat(body.atOnce()).isEqualTo(4);
    assertThat(single.body()).isEqualTo(new StepBody.Code<>(body.element()));
  }

  @Test
  void batch_impossible_isRefused() {
    assertRefused(() -> Step.batch(step("a"), 0), "a batch runs at least 1 element at once, was 0");
    assertRefused(
        () -> Step.batch(Step.batch(step("a"), 1), 1),
        "step \"a\" is a batch already; a batch of lists is not supported, split the outer list"
            + " instead");
  }

  @Test
  void retry_policy_isOfAnotherStep() {
    var plain = step("a");
    var retried = plain.retry(POLICY);

    assertThat(retried.retryPolicy()).contains(POLICY);
    assertThat(retried.name()).isEqualTo("a");
    assertThat(retried).isNotEqualTo(plain);
    assertThat(plain.retryPolicy()).isEmpty();
  }

  @Test
  void timeout_isOfAnotherStep_andOfABatchOfIt() {
    var plain = step("a");
    var limited = plain.timeout(Duration.ofSeconds(5)).retry(POLICY);

    assertThat(plain.timeout()).isEmpty();
    assertThat(limited.timeout()).contains(Duration.ofSeconds(5));
    assertThat(limited.retryPolicy()).contains(POLICY);
    assertThat(step("b").retry(POLICY).timeout(Duration.ofDays(3650)).retryPolicy())
        .contains(POLICY);
    assertThat(Step.batch(limited, 2).timeout()).contains(Duration.ofSeconds(5));
  }

  @Test
  void timeout_twiceOrOutOfBoundsOrOfAGate_isRefused() {
    var plain = step("a");
    var gate =
        Step.in(Totals.class)
            .gate(
                "gate",
                Order.class,
                Order.class,
                (totals, order) -> new GateResult<>(totals, Transition.next(order)));

    assertThatThrownBy(() -> plain.timeout(Duration.ofSeconds(5)).timeout(Duration.ofSeconds(5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("step \"a\": timeout was already set, to PT5S");
    for (var limit :
        List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(3650).plusNanos(1))) {
      assertThatThrownBy(() -> plain.timeout(limit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "step \"a\": the timeout must be more than zero and at most 3650 days, was " + limit);
    }
    assertThatThrownBy(() -> gate.timeout(Duration.ofSeconds(5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "step \"gate\" is a gate, which decides inside the commit section; it takes no"
                + " timeout");
  }

  @Test
  void retry_twice_isRefused() {
    var retried = step("a").retry(POLICY);

    assertThatThrownBy(() -> retried.retry(POLICY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("step \"a\": retry was already set, to RetryPolicy[FIXED PT1S");
  }

  @Test
  void concurrency_limit_isOfAnotherStep_andKeepsTheOtherPolicies() {
    var plain = step("a").retry(POLICY);
    var limited = plain.concurrency(3);

    assertThat(limited.concurrencyLimit()).hasValue(3);
    assertThat(limited.retryPolicy()).contains(POLICY);
    assertThat(limited).isNotEqualTo(plain);
    assertThat(plain.concurrencyLimit()).isEmpty();
    assertThat(step("a").concurrency(3).retry(POLICY).concurrencyLimit()).hasValue(3);
    assertThat(Step.batch(limited, 2).concurrencyLimit()).hasValue(3);
  }

  @Test
  void concurrency_impossible_isRefused() {
    assertRefused(
        () -> step("a").concurrency(0), "step \"a\": the concurrency must be 1 or more, was 0");
    Step<Integer, Integer, Integer> gate =
        Step.gate("g", Integer.class, Integer.class, GateResult::next);
    assertRefused(
        () -> gate.concurrency(1),
        "step \"g\" is a gate, which decides on one item at a time; limit the step before it");
  }

  @Test
  void concurrency_twice_isRefused() {
    var limited = step("a").concurrency(2);

    assertThatThrownBy(() -> limited.concurrency(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("step \"a\": concurrency was already set, to 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void name_blank_isRefused(String name) {
    assertRefused(() -> step(name), "a step needs a name that is not blank");
  }

  @Test
  void name_tooLong_isRefused() {
    assertThat(step("x".repeat(128)).name()).hasSize(128);
    assertRefused(
        () -> step("x".repeat(129)),
        "the name of a step has at most 128 characters, was 129: \"" + "x".repeat(32) + "…\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\u0000b", "a\u0085b", "a\u2028b", "a\ud800b"})
  void name_withControlCharacter_isRefused(String name) {
    assertRefused(() -> step(name), "the name of a step has no control characters, was \"a?b\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Größe prüfen", "検証", "pay \"now\" <b>", "🧵"})
  void name_ofAnyScript_isKept(String name) {
    assertThat(step(name).name()).isEqualTo(name);
  }

  @Test
  void class_withTypeParameters_isRefused() {
    assertRefused(
        () -> Step.map("m", List.class, String.class, Object::toString),
        "step \"m\", input type: List has type parameters; name them with a TypeRef, as in new"
            + " TypeRef<List<…>>() {}, and make the step with Step.types(input, output)");
    assertRefused(
        () -> Step.map("m", String.class, Map.class, _ -> Map.of()),
        "step \"m\", output type: Map has type parameters");
    assertRefused(
        () -> Step.join("m", List.class, String.class, Object::toString), "step \"m\", input type");
    assertRefused(() -> Step.in(List.class), "a context is of a plain class: List has");
  }

  @Test
  void class_primitive_isRefused() {
    assertRefused(
        () -> Step.map("m", int.class, String.class, Object::toString),
        "step \"m\", input type: int is primitive; use the class of its boxed values, such as"
            + " Integer.class");
  }

  @Test
  void outputClass_transition_isRefused() {
    assertRefused(
        () -> Step.map("m", String.class, Transition.class, Transition::next),
        "step \"m\": the output class is that of what goes on, not a Transition of it");
    assertRefused(
        () -> Step.types(TypeRef.of(String.class), new TypeRef<Transition<String>>() {}),
        "the output type is that of what goes on, not a Transition of it");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @SuppressWarnings("NullAway") // the code under test does not look at its context
  private static <I, O> Transition<O> run(Step<Object, I, O> step, I input) throws Exception {
    return switch (step.body()) {
      case StepBody.Code<Object, I, O>(var node) -> node.process(null, input);
      case StepBody.Batch<Object, I, O> _ -> throw new AssertionError("a batch");
      case StepBody.AwaitRun<Object, I, ?, O> _ -> throw new AssertionError("an await");
      case StepBody.Await<Object, I, ?, O> _ -> throw new AssertionError("an await");
      case StepBody.Gate<Object, I, O> _ -> throw new AssertionError("a gate");
      case StepBody.Inlined<Object, I, O> _ -> throw new AssertionError("a workflow");
    };
  }
}
