package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Fn;
import dev.treadle.Lens;
import dev.treadle.Merge;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Death at every commit of nested workflows gives the same output (design, 3.7).
@Timeout(60)
final class InlinedDeathTest {
  private static final Duration DAYS = Duration.ofDays(3);
  private static final String OUTPUT = "3 1010 Whole[count=Count[value=1013], name=w]";

  private final ManualTime time = new ManualTime();
  private final Map<String, Integer> executions = new ConcurrentHashMap<>();

  record Whole(Count count, String name) {
    Whole with(Count other) {
      return new Whole(other, name);
    }
  }

  private Step<Count, Integer, Integer> counted(
      String name, Fn<Integer, Transition<Integer>> code) {
    return Step.in(Count.class)
        .of(
            name,
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              executions.merge(ctx.step() + " " + n, 1, Integer::sum);
              var next = code.apply(n);
              ctx.merge(new Count(1));
              return next;
            });
  }

  private static final Merge<Count> ADD =
      Merge.of(new Count(0), (a, b) -> new Count(a.value() + b.value()));

  /// An inlined workflow that forks and joins, ends one branch and waits in another, and is ended
  /// by a `terminate`; then one that fails inside after it has given an output; each within another
  /// that is inlined itself.
  private Workflow<Whole, Integer, String> nested() {
    var racing = Step.workflow("racing", racing());
    var failing = Step.workflow("failing", failing());
    var mend = counted("mend", n -> Transition.next(n + 1000));
    var middle =
        Workflow.builder("middle", Count.class, () -> new Count(-1))
            .merge(ADD)
            .start(racing)
            .then(failing)
            .onFailure(failing, mend)
            .end(failing)
            .end(mend)
            .build();
    var in = Step.workflow("in", middle, Lens.of(Whole::count, Whole::with));
    var begin = Step.map("begin", Integer.class, Integer.class, n -> n);
    var see =
        Step.in(Whole.class)
            .of(
                "see",
                Integer.class,
                String.class,
                (ctx, n) -> Transition.next("3 " + n + " " + ctx.state()));
    return Workflow.builder("outer", Whole.class, () -> new Whole(new Count(1000), "w"))
        .start(begin)
        .then(in)
        .then(see)
        .end(see)
        .build();
  }

  private Workflow<Count, Integer, Integer> racing() {
    var list = counted("list", n -> Transition.nextAll(List.of(n, n + 1, n + 2, n + 3)));
    var each = counted("each", n -> n == 4 ? Transition.after(DAYS, n) : Transition.next(n));
    var end = counted("end", Transition::next);
    var fork = counted("fork", n -> Transition.nextAll(List.of(n - 1, n + 1)));
    var half = counted("half", Transition::next);
    var sum =
        Step.join(
            "sum", Integer.class, Integer.class, l -> l.stream().mapToInt(Integer::intValue).sum());
    return Workflow.builder("racing", Count.class, () -> new Count(-1))
        .merge(ADD)
        .start(list)
        .edge(list, each)
        .branch(each)
        .when(Integer.class)
        .and(n -> n == 5)
        .to(fork)
        .otherwise(end)
        .edge(fork, half)
        .join(fork, half, sum)
        .end(end)
        .terminate(sum)
        .build();
  }

  private Workflow<Count, Integer, Integer> failing() {
    var list = counted("list", n -> Transition.nextAll(List.of(n, 0, 1)));
    var each =
        counted(
            "each",
            n -> {
              if (n == 0) {
                throw new IllegalStateException("broken");
              }
              return n == 1 ? Transition.after(DAYS, n) : Transition.next(n);
            });
    return Workflow.builder("failing", Count.class, () -> new Count(-1))
        .merge(ADD)
        .start(list)
        .edge(list, each)
        .end(each)
        .build();
  }

  private WorkflowExecutor executor(CheckpointStore store, int parallelism) {
    return WorkflowExecutor.builder().store(store).time(time).parallelism(parallelism).build();
  }

  @ParameterizedTest
  @CsvSource({"false,1", "true,1", "false,8", "true,8"})
  void deathAtEveryCommitOfNestedWorkflows_givesTheSameOutput(boolean written, int parallelism)
      throws Exception {
    var workflow = nested();
    var whole = FaultyStore.create();
    String expected;
    try (var executor = executor(whole, parallelism)) {
      expected = executor.run(workflow, 3, Flows.ID);
    }
    assertThat(expected).startsWith("3 1010 Whole[count=Count[value=10");
    if (parallelism == 1) {
      assertThat(expected).isEqualTo(OUTPUT);
    }
    int appends = whole.appends();
    for (int k = 2; k <= appends; k++) {
      var store = FaultyStore.create().unknown(k, written);
      executions.clear();
      boolean died = false;
      try (var executor = executor(store, parallelism)) {
        executor.run(workflow, 3, Flows.ID);
      } catch (CommitUnknownException e) {
        died = true;
      }
      assertThat(died || parallelism > 1).isTrue();
      var next = store.reopen();
      try (var executor = executor(next, parallelism)) {
        var output = assertThat(executor.run(workflow, 3, Flows.ID)).as("death at append %d", k);
        if (parallelism == 1) {
          output.isEqualTo(OUTPUT);
          assertThat(executions.values().stream().filter(times -> times > 1).count())
              .as("steps executed twice, at append %d", k)
              .isLessThanOrEqualTo(written ? 0 : 1);
        } else {
          output.startsWith("3 1010 Whole[count=Count[value=10");
        }
      }
      var last = next.reopen();
      assertThat(last.entries(Flows.ID, -1, 1000))
          .extracting(Entry::kind)
          .containsOnly(Entry.Kind.INPUT, Entry.Kind.CONTEXT, Entry.Kind.OUTPUT);
      last.close();
    }
  }
}
