package dev.treadle;

import static dev.treadle.Fixtures.faultsOf;
import static dev.treadle.Fixtures.gather;
import static dev.treadle.Fixtures.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.treadle.Fixtures.Totals;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InlinedWorkflowTest {
  record Books(Totals totals) {
    Books with(Totals other) {
      return new Books(other);
    }
  }

  private static final Lens<Books, Totals> LENS = Lens.of(Books::totals, Books::with);

  private final Step<Object, String, String> fork = step("fork");
  private final Step<Object, String, String> each = step("each");
  private final Step<Object, List<String>, String> sum = gather("sum");
  private final Step<Object, String, String> stop = step("stop");

  /// A fork and join, then an end that may be cut short by a `terminate`.
  private Workflow<Object, String, String> inner() {
    return Workflow.builder("inner")
        .start(fork)
        .edge(fork, each)
        .join(fork, each, sum)
        .policy(sum, JoinPolicy.first())
        .edge(sum, stop)
        .end(sum)
        .terminate(stop)
        .build();
  }

  private Workflow<Object, String, String> outer() {
    var list = step("list");
    var in = Step.workflow("in", inner());
    var total = gather("total");
    var mend = step("mend");
    return Workflow.builder("outer")
        .start(list)
        .edge(list, in)
        .onFailure(in, mend)
        .join(list, in, total)
        .join(list, mend, total)
        .end(total)
        .build();
  }

  @Test
  void stepsArePlacedAsNameAndInner_inAScopeOfTheirOwn() {
    var graph = outer().graph();

    assertThat(graph.steps())
        .extracting(placed -> placed.step().name())
        .containsExactly(
            "list", "in", "in/fork", "in/each", "in/sum", "in/stop", "in/", "mend", "total");
    assertThat(graph.scopes())
        .containsExactly(
            new Graph.Scope(
                "list",
                "total",
                Set.of("in", "in/", "in/fork", "in/each", "in/sum", "in/stop", "mend"),
                Optional.empty(),
                false,
                JoinPolicy.all(),
                Optional.empty()),
            new Graph.Scope(
                "in",
                "in/",
                Set.of("in/fork", "in/each", "in/sum", "in/stop"),
                Optional.of("list"),
                false,
                JoinPolicy.all(),
                Optional.of("inner")),
            new Graph.Scope(
                "in/fork",
                "in/sum",
                Set.of("in/each"),
                Optional.of("in"),
                false,
                JoinPolicy.first(),
                Optional.empty()));
    var in = graph.steps().get(1);
    assertThat(in.routes()).containsExactly(new Graph.Route.Edge("in/fork"));
    assertThat(in.fallback()).contains("mend");
    assertThat(graph.steps().get(4).routes())
        .containsExactly(new Graph.Route.Edge("in/stop"), new Graph.Route.Feed("in/"));
    assertThat(graph.steps().get(5).routes()).containsExactly(new Graph.Route.Finish("in/"));
    assertThat(graph.steps().get(6).routes()).containsExactly(new Graph.Route.Feed("total"));
    assertThat(graph.steps().get(3).step().original()).isSameAs(each);
  }

  @Test
  void toDot_drawsACluster() {
    assertThat(outer().toDot())
        .contains(
            """
              s1 [label="in", shape=trapezium];
              subgraph cluster_s1 {
                label="inner";
                s2 [label="in/fork", shape=trapezium];
                s3 [label="in/each"];
                s4 [label="in/sum (first)", shape=invtrapezium];
                s5 [label="in/stop"];
              }
              s6 [label="in/", shape=invtrapezium];
            """)
        .contains("s4 -> s6 [arrowhead=odot];", "s5 -> s6 [arrowhead=dot];", "s1 -> s7 [label=");
  }

  @Test
  void toMermaid_drawsASubgraph() {
    assertThat(outer().toMermaid())
        .contains(
            """
              s1[/"in"\\]
              subgraph cs1["inner"]
                s2[/"in/fork"\\]
                s3["in/each"]
                s4[\\"in/sum #40;first#41;"/]
                s5["in/stop"]
              end
              s6[\\"in/"/]
            """)
        .contains("s4 --o s6", "s5 ==o s6");
  }

  @Test
  void fingerprint_includesTheInnerGraph() {
    var in = Step.workflow("in", inner());
    var same = Workflow.builder("w").start(in).end(in).build();
    var shorter = Step.workflow("in", Workflow.builder("inner").start(each).end(each).build());
    var other = Workflow.builder("w").start(shorter).end(shorter).build();
    var again = Step.workflow("in", inner());
    assertThat(Workflow.builder("w").start(again).end(again).build().fingerprint())
        .isEqualTo(same.fingerprint());
    assertThat(other.fingerprint()).isNotEqualTo(same.fingerprint());
  }

  @Test
  void policies_areRefused() {
    var in = Step.workflow("in", inner());
    var message = "step \"in\" inlines workflow \"inner\": set the policy on the steps in it";
    assertThatIllegalStateException()
        .isThrownBy(() -> in.retry(RetryPolicy.fixed(java.time.Duration.ZERO)))
        .withMessage(message);
    assertThatIllegalStateException().isThrownBy(() -> in.concurrency(3)).withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.batch(in, 2))
        .withMessage(
            "step \"in\" is an inlined workflow; it can't be a batch, fork before it instead");
  }

  @Test
  void aWorkflowWithoutOneTypeOfOutputs_isRefused() {
    var sinking = Workflow.builder("sinking").start(each).sink(each).build();
    var message =
        "step \"in\" can't inline workflow \"%s\", whose outputs are of no one type: it needs an"
            + " end, and returns(type) before ends of several types";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.workflow("in", sinking))
        .withMessage(message.formatted("sinking"));
    var number = Step.map("number", String.class, Integer.class, String::length);
    var mixed =
        Workflow.builder("mixed").start(each).edge(each, number).<Object>end(each).end(number);
    var built = mixed.build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Step.workflow("in", built))
        .withMessage(message.formatted("mixed"));
    assertThat(inner().outputType()).contains(TypeRef.of(String.class));
  }

  @Test
  void names_thatAreTakenOrTooLong_areFaults() {
    var in = Step.workflow("in", inner());
    var taken = step("in/each");
    assertThat(faultsOf(() -> Workflow.builder("w").start(in).edge(in, taken).end(taken).build()))
        .containsExactly(
            "\"in\" inlines a step as \"in/each\", and another step has that name: rename one");
    var wide = Step.workflow("x".repeat(124), inner());
    assertThat(faultsOf(() -> Workflow.builder("w").start(wide).end(wide).build()))
        .hasSize(3)
        .first()
        .asString()
        .endsWith(
            "inlines a step under a name longer than 128 characters, \""
                + "x".repeat(32)
                + "…\": shorten the names");
  }

  @Test
  void contexts_thatDoNotFit_areFaults() {
    var add =
        Step.in(Totals.class)
            .of("add", String.class, String.class, (_, text) -> Transition.next(text));
    var totals =
        Workflow.builder("totals", Totals.class, Totals::empty).start(add).end(add).build();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Step.workflow("in", inner(), Lens.of((Books b) -> b, (Books b, Object _) -> b)))
        .withMessage(
            "step \"in\" inlines workflow \"inner\" through a lens, but that has no context; leave"
                + " the lens out");
    // what only unchecked casts can build
    @SuppressWarnings("unchecked")
    var bare = (Step<Object, String, String>) (Step<?, String, String>) Step.workflow("in", totals);
    assertThat(faultsOf(() -> Workflow.builder("w").start(bare).end(bare).build()))
        .containsExactly(
            "\"in\" inlines workflow \"totals\", whose context is a dev.treadle.Fixtures$Totals,"
                + " and the context here is none: inline it through a Lens");
    @SuppressWarnings("unchecked")
    var lensed =
        (Step<Object, String, String>) (Step<?, String, String>) Step.workflow("in", totals, LENS);
    assertThat(faultsOf(() -> Workflow.builder("w").start(lensed).end(lensed).build()))
        .containsExactly(
            "\"in\" inlines workflow \"totals\" through a lens, but there is no context to look at:"
                + " name its class in builder(name, Class, initial)");
  }
}
