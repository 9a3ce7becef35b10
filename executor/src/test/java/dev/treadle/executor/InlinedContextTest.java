package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.GateResult;
import dev.treadle.Lens;
import dev.treadle.Merge;
import dev.treadle.Step;
import dev.treadle.StepsIn;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What steps of inlined workflows see of the context.
@Timeout(20)
final class InlinedContextTest {
  private static final Merge<Count> ADD =
      Merge.of(new Count(0), (a, b) -> new Count(a.value() + b.value()));
  private static final StepsIn<Count> IN = Step.in(Count.class);

  record Pair(Count left, String right) {
    Pair withLeft(Count other) {
      return new Pair(other, right);
    }
  }

  record Whole(Pair pair, int other) {
    Whole withPair(Pair changed) {
      return new Whole(changed, other);
    }
  }

  private static WorkflowExecutor executor(boolean durable) {
    return durable
        ? WorkflowExecutor.create(MemoryCheckpointStore.create())
        : WorkflowExecutor.create();
  }

  private static Workflow<Count, Integer, Integer> counting() {
    var update =
        IN.of(
            "update",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.update(count -> count.plus(n));
              return Transition.next(ctx.state().value());
            });
    var merge =
        IN.of(
            "merge",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.merge(new Count(n));
              return Transition.next(n);
            });
    var gate =
        IN.<Integer, Integer>gate(
            "gate",
            Integer.class,
            Integer.class,
            (count, n) -> GateResult.next(count.plus(1000), count.value() + n));
    var list =
        Step.types(TypeRef.of(Integer.class), TypeRef.listOf(Integer.class))
            .<Object>of("list", (_, n) -> Transition.next(List.of(n, n)));
    var batch =
        Step.batch(
            IN.of(
                "batch",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.merge(new Count(10_000));
                  return Transition.next(n);
                }),
            2);
    var last = Step.join("last", Integer.class, Integer.class, List::getLast);
    return Workflow.builder("counting", Count.class, () -> new Count(-1))
        .merge(ADD)
        .start(update)
        .then(merge)
        .then(gate)
        .then(list)
        .then(batch)
        .then(last)
        .end(last)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void innerSteps_seeAndChangeTheirContextThroughLenses(boolean durable) throws Exception {
    var inner = Step.workflow("in", counting(), Lens.of(Pair::left, Pair::withLeft));
    var middle =
        Workflow.builder("middle", Pair.class, () -> new Pair(new Count(-2), "none"))
            .start(inner)
            .end(inner)
            .build();
    var in = Step.workflow("in", middle, Lens.of(Whole::pair, Whole::withPair));
    var see =
        Step.in(Whole.class)
            .of(
                "see",
                Integer.class,
                String.class,
                (ctx, n) -> Transition.next(n + " " + ctx.state()));
    var workflow =
        Workflow.builder("outer", Whole.class, () -> new Whole(new Pair(new Count(1), "r"), 8))
            .start(in)
            .edge(in, see)
            .end(see)
            .build();
    try (var executor = executor(durable)) {
      // update: 1 + 5, gives 1; merge: + 1; gate: + 1000, gives 7 + 1; batch: + 2 times 10000
      assertThat(executor.run(workflow, 5, Flows.ID))
          .isEqualTo("8 Whole[pair=Pair[left=Count[value=21007], right=r], other=8]");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutALens_theContextOfTheSameClassIsShared_andDeltasMergeByTheInnerMerge(boolean durable)
      throws Exception {
    var in = Step.workflow("in", counting());
    var see =
        IN.of(
            "see", Integer.class, Integer.class, (ctx, _) -> Transition.next(ctx.state().value()));
    var workflow =
        Workflow.builder("outer", Count.class, () -> new Count(1))
            .start(in)
            .edge(in, see)
            .end(see)
            .build();
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, 5, Flows.ID)).isEqualTo(21_007);
    }
  }

  @Test
  void withTheSameMerge_deltasStayDeltas() throws Exception {
    var merge =
        IN.of(
            "merge",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.merge(new Count(n));
              return Transition.next(n);
            });
    var inner =
        Workflow.builder("inner", Count.class, () -> new Count(0))
            .merge(ADD)
            .start(merge)
            .end(merge)
            .build();
    var in = Step.workflow("in", inner);
    var workflow =
        Workflow.builder("outer", Count.class, () -> new Count(1))
            .merge(ADD)
            .start(in)
            .end(in)
            .build();
    var store = FaultyStore.create();
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(workflow, 5, Flows.ID)).isEqualTo(5);
    }
    assertThat(store.commits(Flows.ID).stream().flatMap(commit -> commit.puts().stream()))
        .anyMatch(entry -> entry.kind() == dev.treadle.executor.spi.Entry.Kind.DELTA);
  }

  @Test
  void mergeWithoutAMerge_andALensThatAnswersNull_failTheItemWithAMessage() throws Exception {
    var merge =
        IN.of(
            "merge",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.merge(new Count(n));
              return Transition.next(n);
            });
    var inner =
        Workflow.builder("inner", Count.class, () -> new Count(0)).start(merge).end(merge).build();
    var in = Step.workflow("in", inner, Lens.of(Pair::left, Pair::withLeft));
    var workflow =
        Workflow.builder("outer", Pair.class, () -> new Pair(new Count(1), ""))
            .start(in)
            .end(in)
            .build();
    try (var executor = executor(false)) {
      assertThat(Flows.failed(executor.start(workflow, 5, Flows.ID)).failure().message())
          .isEqualTo(
              "workflow \"inner\" has no Merge, so step \"in/merge\" can't merge a delta; give its"
                  + " builder one by merge(…), or use update(…)");
    }
    var wrong =
        IN.of(
            "wrong",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.update(_ -> none());
              return Transition.next(n);
            });
    var other =
        Workflow.builder("inner", Count.class, () -> new Count(0)).start(wrong).end(wrong).build();
    var again = Step.workflow("in", other, Lens.of(Pair::left, Pair::withLeft));
    var second =
        Workflow.builder("outer", Pair.class, () -> new Pair(new Count(1), ""))
            .start(again)
            .end(again)
            .build();
    try (var executor = executor(true)) {
      assertThat(Flows.failed(executor.start(second, 5, Flows.ID)).failure().message())
          .startsWith("the context of workflow \"inner\" was changed to null; it must be a class");
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a careless user may do
  private static <T> T none() {
    return null;
  }
}
