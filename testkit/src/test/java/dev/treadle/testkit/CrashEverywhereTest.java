package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.testkit.BrokenStore.Bug;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The harness finds what it is there to find.
@Timeout(60)
final class CrashEverywhereTest {

  private static Workflow<Object, Integer, Integer> one(Step<Object, Integer, Integer> step) {
    return Workflow.builder("one").start(step).end(step).build();
  }

  @Test
  void run_aWorkflowOfOnesOwn_reportsWhatWasTried() throws Exception {
    var first = Step.map("first", Integer.class, Integer.class, n -> n + 1);
    var last = Step.map("last", Integer.class, Integer.class, n -> n * 2);
    var workflow = Workflow.builder("own").start(first).then(last).end(last).build();

    var report = CrashEverywhere.run(workflow, 20);

    assertThat(report.reference().output()).isEqualTo(42);
    assertThat(report.commits()).isEqualTo(3);
    assertThat(report.runs()).isEqualTo(7);
    assertThat(report.deaths()).isEqualTo(6);
  }

  @Test
  void run_stepsThatNoteThemselves_areCounted() throws Exception {
    var report = CrashEverywhere.of(FlowScenarioSteps::chain).run(1);
    assertThat(report.mostExecutions()).isEqualTo(Map.of("first", 2, "last", 2));
    assertThat(report.reference().journal().executions()).isEqualTo(Map.of("first", 1, "last", 1));
  }

  /// A workflow whose steps note their executions.
  private static final class FlowScenarioSteps {
    private FlowScenarioSteps() {}

    static Workflow<Object, Integer, Integer> chain(Journal journal) {
      var last = FlowScenarios.plus(journal, "last", 1);
      return Workflow.builder("chain")
          .start(FlowScenarios.plus(journal, "first", 1))
          .then(last)
          .end(last)
          .build();
    }
  }

  @Test
  void run_aStepThatMayNotRunTwice_isFound() {
    var charged = new AtomicInteger();
    var charge = Step.map("charge", Integer.class, Integer.class, _ -> charged.incrementAndGet());

    assertThatThrownBy(() -> CrashEverywhere.run(one(charge), 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("death before commit 1 became durable")
        .hasMessageContaining("Completed[output=2]")
        .hasMessageContaining("Completed[output=1]");
  }

  @Test
  void run_aStepThatUsesItsKey_isFine() throws Exception {
    var charged = ConcurrentHashMap.<String>newKeySet();
    var charge =
        Step.<Object, Integer, Integer>of(
            "charge", Integer.class, Integer.class, (ctx, n) -> charge(ctx, n, charged));
    assertThat(CrashEverywhere.run(one(charge), 3).reference().output()).isEqualTo(3);
  }

  private static Transition<Integer> charge(StepContext<Object> ctx, int n, Set<String> charged) {
    charged.add(ctx.idempotencyKey());
    return Transition.next(n);
  }

  @ParameterizedTest
  @EnumSource
  void run_aStoreThatBreaksAPromise_isFound(Bug bug) throws Exception {
    var trials =
        FlowScenarios.fork()
            .trials(bug == Bug.SKIPS_ONE_OF_A_BATCH ? 16 : 1, BrokenStore.place(bug));
    if (bug == Bug.NONE) {
      assertThat(run(trials).deaths()).isPositive();
    } else {
      assertThatThrownBy(() -> run(trials)).isInstanceOf(AssertionError.class);
    }
  }

  @SuppressWarnings("unchecked") // the scenario takes a number
  private static CrashReport<?> run(CrashEverywhere<?, ?, ?> trials) throws Exception {
    return ((CrashEverywhere<?, Integer, ?>) trials).run(7);
  }
}
