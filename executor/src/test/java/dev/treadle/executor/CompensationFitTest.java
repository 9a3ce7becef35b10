package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.Done;
import dev.treadle.Lens;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What stored undo entries need of a changed workflow, and undos of inlined workflows.
@Timeout(20)
final class CompensationFitTest {
  /// What a later release declares instead of an integer.
  private record Money(int cents, String currency) {}

  private final FaultyStore store = FaultyStore.create();
  private final List<String> undone = Collections.synchronizedList(new ArrayList<>());

  private static <T> Step<Object, T, String> failing(Class<T> type) {
    return Step.map(
        "fail",
        type,
        String.class,
        _ -> {
          throw new IOException("no");
        });
  }

  /// A run that has failed and kept an undo entry of its step `charge`.
  private void keepAnEntry() throws InterruptedException {
    var charge = Flows.plus("charge", 1);
    var fail = failing(Integer.class);
    var workflow =
        Workflow.builder("pay")
            .start(charge)
            .then(fail)
            .compensate(charge, Step.undo("refund", charge, done -> undone.add(done.toString())))
            .end(fail)
            .build();
    try (var executor = WorkflowExecutor.create(store)) {
      Flows.failed(
          executor.start(
              workflow,
              1,
              options -> options.withId(Flows.ID).withCompensation(Compensation.ON_REQUEST)));
    }
  }

  private void assertMisfit(Workflow<?, Integer, ?> changed, String misfit) {
    var reopened = FaultyStore.over(store.reopen());
    try (var executor = WorkflowExecutor.create(reopened)) {
      assertThatExceptionOfType(RunMisfitException.class)
          .isThrownBy(() -> executor.compensate(changed, Flows.ID))
          .satisfies(e -> assertThat(e.misfits()).singleElement().asString().contains(misfit));
      assertThat(executor.check(changed).toString()).contains(misfit);
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
    }
    assertThat(undone).isEmpty();
  }

  @Test
  void anUndoEntryWhoseStepIsGone_isAMisfitThatNamesIt() throws Exception {
    keepAnEntry();
    var fail = failing(Integer.class);
    assertMisfit(
        Workflow.builder("pay").start(fail).end(fail).build(),
        "step \"charge\" has an execution to undo, but the workflow has no such step now");
  }

  @Test
  void anUndoEntryWhoseUndoIsGone_isAMisfitThatNamesIt() throws Exception {
    keepAnEntry();
    var charge = Flows.plus("charge", 1);
    var fail = failing(Integer.class);
    assertMisfit(
        Workflow.builder("pay").start(charge).then(fail).end(fail).build(),
        "step \"charge\" has an execution to undo, but no undo now");
  }

  @Test
  void anUndoEntryWhosePayloadDoesNotRead_isAMisfitThatNamesIt() throws Exception {
    keepAnEntry();
    var charge = Step.map("charge", Integer.class, Money.class, n -> new Money(n, "EUR"));
    var convert = Step.map("convert", Money.class, Integer.class, Money::cents);
    var fail = failing(Integer.class);
    assertMisfit(
        Workflow.builder("pay")
            .start(charge)
            .then(convert)
            .then(fail)
            .compensate(charge, Step.undo("refund", charge, done -> undone.add(done.toString())))
            .end(fail)
            .build(),
        "refund");
  }

  @Test
  void aStepOrAnUndoWhoseTypesCannotBeStored_isToldBeforeTheFirstCommit() {
    var thread = Step.map("thread", Integer.class, Thread.class, _ -> Thread.currentThread());
    var fail = failing(Thread.class);
    var workflow =
        Workflow.builder("bad")
            .start(thread)
            .compensate(thread, Step.undo("undo", thread, _ -> undone.add("undone")))
            .from(thread)
            .then(fail)
            .end(fail)
            .build();
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(PayloadException.class)
          .isThrownBy(() -> executor.start(workflow, 1, Flows.ID))
          .withMessageContaining("what the undo of step \"thread\" gets");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theUndosOfAnInlinedWorkflow_areThoseOfTheRun_andSeeTheirPartOfTheContext(boolean durable)
      throws Exception {
    var charge =
        Step.in(Flows.Count.class)
            .of(
                "charge",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.update(count -> count.plus(n));
                  return Transition.next(n);
                });
    var refund =
        Step.in(Flows.Count.class)
            .undo(
                "refund",
                charge,
                (ctx, done) ->
                    undone.add(ctx.step() + " " + done.input() + " of " + ctx.state().value()));
    var inner =
        Workflow.builder("inner", Flows.Count.class, () -> new Flows.Count(0))
            .start(charge)
            .compensate(charge, refund)
            .end(charge)
            .build();
    var pay =
        Step.workflow("pay", inner, Lens.of(Whole::count, (whole, count) -> new Whole(count)));
    var fail = failing(Integer.class);
    var workflow =
        Workflow.builder("outer", Whole.class, () -> new Whole(new Flows.Count(10)))
            .start(pay)
            .then(fail)
            .end(fail)
            .build();
    try (var executor = durable ? WorkflowExecutor.create(store) : WorkflowExecutor.create()) {
      assertThat(Flows.failed(executor.start(workflow, 5, Flows.ID)).undos().undone()).isEqualTo(1);
    }
    assertThat(undone).containsExactly("pay/refund 5 of 15");
  }

  /// A context with a part for the inlined workflow.
  private record Whole(Flows.Count count) {}

  @Test
  void done_copiesItsOutputs_andHasItsType() {
    var step = Flows.plus("plus", 1);
    var outputs = new ArrayList<>(List.of(1));
    var done = new Done<>(1, outputs, true, "key");
    outputs.clear();
    assertThat(done.outputs()).containsExactly(1);
    assertThat(Done.type(step))
        .hasToString("dev.treadle.Done<java.lang.Integer, java.lang.Integer>");
  }
}
