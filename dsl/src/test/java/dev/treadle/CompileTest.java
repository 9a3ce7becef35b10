package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the compiler accepts and refuses, and the line of its message that leads to the cure.
final class CompileTest {
  private static final String HEAD =
      """
      import dev.treadle.*;
      import java.util.List;
      class Sample {
        record Order(String id) {}
        sealed interface Payment permits Paid, Declined {}
        record Paid(String id) implements Payment {}
        record Declined(int cents) implements Payment {}
        record Receipt(String text) {}
        record Totals(int cents) { Totals add(int more) { return new Totals(cents + more); } }
        record Billing(int cents) {}
        static Transition<Payment> charge(StepContext<Totals> ctx, Order order) {
          return Transition.next(new Paid(order.id()));
        }
        void sample(Step<Object, Order, Order> validate, Step<Totals, Order, Payment> pay,
            Step<Object, Paid, Receipt> ship, Step<Object, Declined, Receipt> refuse,
            Step<Object, Order, Receipt> refund, Step<Object, List<Receipt>, Receipt> sum,
            Step<Object, List<Order>, Receipt> orders, Step<Billing, Order, Order> billing,
            WorkflowBuilder.Chain<Totals, Order, Order> b) {
      """;

  @TempDir Path out;

  @Test
  void whatFits_compiles() {
    assertCompiles(
        """
        var step = Step.of("pay", Order.class, Payment.class, Sample::charge);
        Step<Totals, Order, Payment> same = step;
        var count = Step.in(Totals.class).of("count", Order.class, Order.class, (ctx, o) -> {
          ctx.update(t -> t.add(1));
          return Transition.next(o);
        });
        Workflow<Totals, Order, Receipt> w = Workflow
            .builder("w", Totals.class, () -> new Totals(0))
            .start(validate).edge(validate, count).edge(count, pay)
            .branch(pay).when(Paid.class).to(ship)
                        .when(Declined.class).and(d -> d.cents() > 0).to(refuse)
                        .when(Declined.class).to(refuse).endBranch()
            .join(pay, ship, sum).join(pay, refuse, sum)
            .onFailure(pay, refund)
            .end(sum).end(refund)
            .build();
        Workflow<Totals, Order, Object> wide = b.returns(Object.class).end(ship).end(pay).build();
        Workflow<Totals, Order, Void> none = b.then(pay).sink(pay).build();
        """);
  }

  @Test
  void edge_wrongType_doesNotCompile() {
    assertRefused("b.edge(validate, pay);", "b.edge(validate, ship);", "lower bounds: Order");
  }

  @Test
  void then_wrongType_doesNotCompile() {
    assertRefused(
        "b.then(validate).then(pay);",
        "b.then(validate).then(ship);",
        "Step<Object,Paid,Receipt> cannot be converted to Step<? super Totals,? super Order,Out>");
  }

  @Test
  void edge_otherContext_doesNotCompile() {
    assertRefused(
        "b.edge(validate, validate);",
        "b.edge(validate, billing);",
        "Step<Billing,Order,Order> cannot be converted to Step<? super Totals,Out,?>");
  }

  @Test
  void arm_wrongType_doesNotCompile() {
    assertRefused(
        "b.branch(pay).when(Paid.class).to(ship);",
        "b.branch(pay).when(Paid.class).to(refuse);",
        "incompatible types: Step<Object,Declined,Receipt> cannot be converted to Step<? super"
            + " Totals,? super Paid,?>");
  }

  @Test
  void guardedArm_wrongType_doesNotCompile() {
    assertRefused(
        "b.branch(pay).when(Paid.class).and(p -> p.id().isEmpty()).to(ship);",
        "b.branch(pay).when(Paid.class).and(p -> p.id().isEmpty()).to(refuse);",
        "incompatible types: Step<Object,Declined,Receipt> cannot be converted to Step<? super"
            + " Totals,? super Paid,?>");
  }

  @Test
  void when_noCaseOfTheType_doesNotCompile() {
    assertRefused("b.branch(pay).when(Paid.class);", "b.branch(pay).when(Order.class);", "Payment");
  }

  @Test
  void otherwise_narrowerThanTheType_doesNotCompile() {
    assertRefused(
        "b.branch(validate).otherwise(refund);",
        "b.branch(pay).otherwise(ship);",
        "incompatible types: Step<Object,Paid,Receipt> cannot be converted to Step<? super Totals,?"
            + " super Payment,?>");
  }

  @Test
  void join_wrongElement_doesNotCompile() {
    assertRefused("b.join(pay, ship, sum);", "b.join(pay, ship, orders);", "lower bounds: Receipt");
  }

  @Test
  void join_placedByEdge_doesNotCompile() {
    assertRefused(
        "b.join(pay, ship, sum);", "b.edge(ship, sum);", "equality constraints: List<Receipt>");
  }

  @Test
  void fallback_wrongInput_doesNotCompile() {
    assertRefused("b.onFailure(pay, refund);", "b.onFailure(pay, ship);", "lower bounds: Order");
  }

  @Test
  void branch_notEnded_doesNotCompile() {
    assertRefused(
        "b.branch(pay).when(Paid.class).to(ship).endBranch().edge(validate, pay);",
        "b.branch(pay).when(Paid.class).to(ship).edge(validate, pay);",
        "location: interface Branch<Totals,Order,Payment>");
  }

  @Test
  void end_otherOutput_doesNotCompile() {
    assertRefused(
        "b.end(ship).end(refuse);",
        "b.end(ship).end(pay);",
        "incompatible types: Step<Totals,Order,Payment> cannot be converted to Step<? super"
            + " Totals,?,? extends Receipt>");
  }

  @Test
  void end_forgotten_givesNoOutput() {
    assertRefused(
        "Workflow<Totals, Order, Receipt> w = b.end(ship).build();",
        "Workflow<Totals, Order, Receipt> w = b.build();",
        "Workflow<Totals,Order,Void> cannot be converted to Workflow<Totals,Order,Receipt>");
  }

  @Test
  void edge_afterAnEnd_doesNotCompile() {
    assertRefused(
        "b.edge(validate, pay).end(ship);",
        "b.end(ship).edge(validate, pay);",
        "location: interface Ending<Totals,Order,Receipt>");
  }

  @Test
  void declaredOutput_otherThanTheCode_doesNotCompile() {
    assertRefused(
        "Step.map(\"m\", Order.class, String.class, Order::id);",
        "Step.map(\"m\", Order.class, Integer.class, Order::id);",
        "lower bounds: String");
  }

  @Test
  void lambda_usesContextWithoutNamingIt_doesNotCompile() {
    assertRefused(
        """
        Step.in(Totals.class).of("m", Order.class, Order.class, (ctx, o) -> {
          ctx.update(t -> t.add(1)); return Transition.next(o); });\
        """,
        """
        Step.of("m", Order.class, Order.class, (ctx, o) -> {
          ctx.update(t -> t.add(1)); return Transition.next(o); });\
        """,
        "location: variable t of type Object");
  }

  private void assertCompiles(String code) {
    assertThat(messages(code)).as(code).isEmpty();
  }

  /// The positive twin has to compile, so that the other is refused for nothing else.
  private void assertRefused(String fits, String wrong, String line) {
    assertCompiles(fits);
    assertThat(messages(wrong).replaceAll("#\\d+", "")).contains("error: ").contains(line);
  }

  private String messages(String code) {
    var messages = new StringWriter();
    var options =
        List.of(
            "-Xlint:unchecked,rawtypes", "-proc:none", "-d", out.toString(), "-cp", classPath());
    var task =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(new Source(code)));
    task.setLocale(Locale.ROOT);
    task.call();
    return messages.toString();
  }

  private static String classPath() {
    return Stream.of(Step.class, NullMarked.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(CompileTest::path)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String path(URL location) {
    try {
      return Path.of(location.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String code;

    Source(String code) {
      super(URI.create("string:///Sample.java"), Kind.SOURCE);
      this.code = HEAD + code + "}}";
    }

    @Override
    public String getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }
}
