package dev.treadle;

import static dev.treadle.Fixtures.step;
import static dev.treadle.Fixtures.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Fixtures.Declined;
import dev.treadle.Fixtures.Order;
import dev.treadle.Fixtures.Paid;
import dev.treadle.Fixtures.Payment;
import dev.treadle.Fixtures.Receipt;
import dev.treadle.Fixtures.Totals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class WorkflowTest {
  private final Step<Object, String, String> a = step("a");
  private final Step<Object, String, String> b = step("b");
  private final Step<Object, String, String> c = step("c");

  private static Transition<Payment> charge(StepContext<Totals> ctx, Order order) {
    ctx.update(totals -> totals.add(order.cents()));
    return Transition.next(order.cents() > 0 ? new Paid(order.id()) : new Declined(0));
  }

  @Test
  void build_orderExample_givesTheGraph() {
    var validate = Step.map("validate", Order.class, Order.class, order -> order);
    var pay =
        Step.of("pay", Order.class, Payment.class, WorkflowTest::charge)
            .retry(RetryPolicy.exponential(Duration.ofMillis(100)).maxAttempts(5).jitter(0.2));
    var ship = Step.map("ship", Paid.class, Receipt.class, paid -> new Receipt(paid.id()));
    var refuse = Step.map("refuse", Declined.class, Receipt.class, d -> new Receipt("no"));
    var remind = Step.map("remind", Payment.class, Receipt.class, d -> new Receipt("later"));
    var refund = Step.map("refund", Order.class, Receipt.class, order -> new Receipt(order.id()));

    Workflow<Totals, Order, Receipt> workflow =
        Workflow.builder("fulfilment", Totals.class, Totals::empty)
            .start(validate)
            .edge(validate, pay)
            .branch(pay)
            .when(Paid.class)
            .to(ship)
            .when(Declined.class)
            .and(d -> d.cents() > 0)
            .to(refuse)
            .otherwise(remind)
            .onFailure(pay, refund)
            .end(ship)
            .end(refuse)
            .end(remind)
            .end(refund)
            .build();

    assertThat(workflow.name()).isEqualTo("fulfilment");
    assertThat(workflow).hasToString("Workflow[fulfilment]");
    assertThat(workflow.inputType()).isEqualTo(TypeRef.of(Order.class));
    assertThat(workflow.contextType()).contains(Totals.class);
    assertThat(workflow.initialContext().orElseThrow().get()).isEqualTo(Totals.empty());
    assertThat(workflow.merge()).isEmpty();
    var steps = workflow.graph().steps();
    assertThat(steps)
        .extracting(placed -> placed.step().name())
        .containsExactly("validate", "pay", "ship", "refuse", "remind", "refund");
    assertThat(steps.get(1).fallback()).contains("refund");
    assertThat(steps.get(1).step()).isSameAs(pay);
    assertThat(steps.get(5).ending()).isEqualTo(Graph.Ending.END);
  }

  @Test
  void build_joinExample_givesTheGraph() {
    var list = Step.split("list", String.class, Integer.class, text -> List.of(text.length()));
    var hash = Step.map("hash", Integer.class, Long.class, Integer::longValue);
    var sum = Step.join("sum", Long.class, String.class, List::toString);

    Workflow<Object, String, String> workflow =
        Workflow.builder("manifest")
            .start(list)
            .edge(list, hash)
            .join(list, hash, sum)
            .end(sum)
            .build();

    assertThat(workflow.contextType()).isEmpty();
    assertThat(workflow.initialContext()).isEmpty();
    assertThat(workflow.graph().scopes()).hasSize(1);
  }

  @Test
  void then_batch_takesAndGivesLists() {
    var texts = TypeRef.listOf(String.class);
    var listing = Step.types(TypeRef.of(String.class), texts).map("listing", List::of);
    var one = Step.types(texts, TypeRef.of(String.class)).map("one", List::getFirst);

    var workflow =
        Workflow.builder("w").start(listing).then(Step.batch(a, 4)).then(one).end(one).build();

    assertThat(workflow.graph().steps()).hasSize(3);
  }

  @Test
  void build_sinksOnly_hasNoOutput() {
    Workflow<Object, String, Void> workflow =
        Workflow.builder("w").start(a).then(b).from(a).then(c).sink(b).sink(c).build();

    assertThat(workflow.graph().steps().getFirst().routes())
        .containsExactly(new Graph.Route.Edge("b"), new Graph.Route.Edge("c"));
    assertThat(workflow.graph().steps().get(1).ending()).isEqualTo(Graph.Ending.SINK);
  }

  @Test
  void returns_type_takesEndsOfSubtypes() {
    var paid = to("paid", Paid.class);
    var declined = to("declined", Declined.class);
    Workflow<Object, String, Payment> workflow =
        Workflow.builder("w")
            .start(a)
            .edge(a, paid)
            .edge(a, declined)
            .returns(Payment.class)
            .end(paid)
            .terminate(declined)
            .build();

    assertThat(workflow.graph().steps())
        .extracting(Graph.PlacedStep::ending)
        .containsExactly(Graph.Ending.NONE, Graph.Ending.END, Graph.Ending.TERMINATE);
  }

  @Test
  void returns_typeRef_takesGenericEnds() {
    var texts = TypeRef.listOf(String.class);
    var listing = Step.types(TypeRef.of(String.class), texts).map("listing", List::of);
    Workflow<Object, String, List<String>> workflow =
        Workflow.builder("w").start(listing).returns(texts).end(listing).build();

    assertThat(workflow.inputType()).isEqualTo(TypeRef.of(String.class));
  }

  @Test
  void merge_given_isKept() {
    var merge = Merge.of(Totals.empty(), (x, y) -> x.add(y.cents()));
    var workflow =
        Workflow.builder("w", Totals.class, Totals::empty).merge(merge).start(a).end(a).build();

    assertThat(workflow.merge()).contains(merge);
  }

  @Test
  void merge_twiceOrWithoutContext_isRefused() {
    var merge = Merge.of(Totals.empty(), (x, y) -> x.add(y.cents()));
    var merging = Workflow.builder("w", Totals.class, Totals::empty).merge(merge);

    assertMisused(() -> merging.merge(merge), "workflow \"w\": merge was already set");
    assertMisused(
        () -> Workflow.builder("w").merge(Merge.of("", (x, y) -> x)),
        "workflow \"w\" has no context to merge; name its class in builder(name, Class, initial)");
  }

  @Test
  void builder_badNameOrContext_isRefused() {
    assertThatThrownBy(() -> Workflow.builder(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a workflow needs a name that is not blank");
    assertThatThrownBy(() -> Workflow.builder("w", Map.class, Map::of))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "workflow \"w\": its context must be of a class without type parameters, such as a"
                + " record that holds the generic value: Map has type parameters");
  }

  @Test
  void start_twice_buildsTwoGraphs() {
    var unstarted = Workflow.builder("w");
    var one = unstarted.start(a).end(a);
    var two = unstarted.start(b).end(b);

    assertThat(one.build().graph().steps()).hasSize(1);
    assertThat(two.build().graph().steps()).hasSize(1);
  }

  @Test
  void anyCall_afterBuild_isRefused() {
    var builder = Workflow.builder("w").start(a);
    var ending = builder.end(a);
    ending.build();
    var message = "workflow \"w\" is built; begin another with Workflow.builder";

    assertMisused(ending::build, message);
    assertMisused(() -> ending.end(b), message);
    assertMisused(() -> builder.edge(a, b), message);
    assertMisused(() -> builder.then(b), message);
    assertMisused(() -> builder.branch(a), message);
    assertMisused(() -> builder.onFailure(a, b), message);
    assertMisused(() -> builder.sink(a), message);
    assertMisused(builder::build, message);
  }

  @Test
  void end_onAStageThatWasLeft_isRefused() {
    var builder = Workflow.builder("w").start(a).edge(a, b);
    builder.end(a);
    var message = "workflow \"w\" has its first end already; go on from what that call answered";

    assertMisused(() -> builder.end(b), message);
    assertMisused(() -> builder.terminate(b), message);
    assertMisused(() -> builder.returns(String.class), message);
    assertMisused(builder::build, message);
  }

  @Test
  void startWorkItem_input_isForTheStart() {
    var item = Workflow.builder("w").start(a).end(a).build().startWorkItem("in");

    assertThat(item.step()).isEqualTo("a");
    assertThat(item.input()).isEqualTo("in");
    assertThat(item.sequence()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless user writes
  void startWorkItem_null_isRefused() {
    var workflow = Workflow.builder("w").start(a).end(a).build();

    assertThatThrownBy(() -> workflow.startWorkItem(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("input");
  }

  private static void assertMisused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessage(message);
  }
}
