package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.WorkItem;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs that their caller drives item by item.
@Timeout(20)
final class ProcessWorkItemTest {
  private final WorkflowExecutor executor = WorkflowExecutor.create();
  private final ArrayDeque<WorkItem> queue = new ArrayDeque<>();

  @AfterEach
  void close() {
    executor.close();
  }

  /// What a driver of one's own does; answers the order of the steps.
  private <C, I, O> List<String> drive(Workflow<C, I, O> workflow, RunContext<C, O> run, I input)
      throws InterruptedException {
    var steps = new ArrayList<String>();
    queue.add(workflow.startWorkItem(input));
    while (!queue.isEmpty()) {
      var item = queue.remove();
      steps.add(item.step());
      var _ = executor.processWorkItem(run, item, queue);
    }
    return steps;
  }

  /// A fork over n items; odd ones fail once and are retried, the fourth goes to its fallback; a
  /// branch after the join.
  private static Workflow<Count, Integer, String> whole() {
    var fork = Flows.upTo("fork");
    var each =
        Step.in(Count.class)
            .of(
                "each",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.update(count -> count.plus(1));
                  if (n == 4 || (n % 2 == 1 && ctx.attempt() == 1)) {
                    throw new IOException("no " + n);
                  }
                  return Transition.next(n);
                })
            .retry(RetryPolicy.fixed(Duration.ofHours(1)).maxAttempts(2));
    var rescue =
        Step.<Count, Integer, Integer>of(
            "rescue",
            Integer.class,
            Integer.class,
            (ctx, n) -> Transition.next(-n * ctx.failure().orElseThrow().attempt()));
    var join = Flows.text("join");
    var large = Step.map("large", String.class, String.class, text -> "large " + text);
    var small = Step.map("small", String.class, String.class, text -> "small " + text);
    return Workflow.builder("whole", Count.class, () -> new Count(0))
        .start(fork)
        .edge(fork, each)
        .onFailure(each, rescue)
        .join(fork, each, join)
        .join(fork, rescue, join)
        .branch(join)
        .when(String.class)
        .and(text -> text.length() > 10)
        .to(large)
        .otherwise(small)
        .end(large)
        .end(small)
        .build();
  }

  @Test
  void wholeGraph_isDrivenWithADeque() throws Exception {
    var workflow = whole();
    var run = RunContext.of(workflow, Flows.ID);
    assertThat(drive(workflow, run, 5))
        .containsExactly(
            "fork", "each", "each", "each", "each", "each", "each", "each", "each", "rescue",
            "join", "large");
    assertThat(run.outputs()).containsExactly("large [0, 1, 2, 3, -8]");
    assertThat(run.state()).as("of the attempts that succeeded").hasValue(new Count(4));
    var small = RunContext.of(workflow, Flows.ID);
    assertThat(drive(workflow, small, 0)).containsExactly("fork", "join", "small");
    assertThat(small.outputs()).containsExactly("small []");
  }

  @Test
  void output_isAnsweredByTheItemThatGivesIt() throws Exception {
    var workflow = Flows.chain("chain", Flows.plus("a", 1), Flows.plus("b", 1));
    var run = RunContext.of(workflow, Flows.ID);
    assertThat(executor.processWorkItem(run, workflow.startWorkItem(1), queue)).isEmpty();
    assertThat(queue).hasSize(1);
    assertThat(queue.element().step()).isEqualTo("b");
    assertThat(queue.element().input()).isEqualTo(2);
    assertThat(executor.processWorkItem(run, queue.remove(), queue)).isEqualTo(Optional.of(3));
    assertThat(queue).isEmpty();
  }

  @Test
  void delayedOutput_followsAtOnce_forTimeIsTheCallers() throws Exception {
    var later =
        Step.<Object, Integer, Integer>of(
            "later",
            Integer.class,
            Integer.class,
            (_, n) -> Transition.after(Duration.ofDays(1), n));
    var workflow = Flows.only(later);
    var run = RunContext.of(workflow, Flows.ID);
    assertThat(drive(workflow, run, 7)).containsExactly("later", "later");
    assertThat(run.outputs()).containsExactly(7);
  }

  @Test
  void failureForGood_throws() {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            _ -> {
              throw new IOException("no");
            });
    var workflow = Flows.only(work);
    var run = RunContext.of(workflow, Flows.ID);
    assertThatExceptionOfType(StepFailedException.class)
        .isThrownBy(() -> executor.processWorkItem(run, workflow.startWorkItem(1), queue))
        .withMessage("run the-run: step \"work\" failed at attempt 1: java.io.IOException: no");
    assertThat(queue).isEmpty();
  }

  @Test
  void interruptedStep_leavesTheItemWithTheCaller() throws Exception {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            n -> {
              if (n == 1 && Thread.interrupted()) {
                throw new InterruptedException();
              }
              return n;
            });
    var workflow = Flows.only(work);
    var run = RunContext.of(workflow, Flows.ID);
    var item = workflow.startWorkItem(1);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> executor.processWorkItem(run, item, queue));
    assertThat(executor.processWorkItem(run, item, queue)).hasValue(1);
  }

  @Test
  void itemOfAnotherRun_isRefused() throws Exception {
    var workflow = Flows.chain("chain", Flows.plus("a", 1), Flows.plus("b", 1));
    var run = RunContext.of(workflow, Flows.ID);
    var other = RunContext.of(workflow, RunId.of("other"));
    assertThat(executor.processWorkItem(run, workflow.startWorkItem(1), queue)).isEmpty();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> executor.processWorkItem(other, queue.element(), queue))
        .withMessage("the item of step \"b\" is not of run other");
  }

  @Test
  void keys_differBetweenRuns() throws Exception {
    var keys = new HashSet<String>();
    var work =
        Step.<Object, Integer, Integer>of(
                "work",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  keys.add(ctx.idempotencyKey());
                  if (ctx.attempt() == 1) {
                    throw new IOException("once");
                  }
                  return Transition.next(n);
                })
            .retry(RetryPolicy.fixed(Duration.ZERO));
    var workflow = Flows.only(work);
    assertThat(drive(workflow, RunContext.of(workflow, Flows.ID), 1)).hasSize(2);
    assertThat(keys).as("one for both attempts").hasSize(1);
    assertThat(drive(workflow, RunContext.of(workflow, Flows.ID), 1)).hasSize(2);
    assertThat(keys).hasSize(2);
  }
}
