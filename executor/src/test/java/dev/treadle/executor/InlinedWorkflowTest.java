package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.WorkItem;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Workflows as steps (design, 3.7): inlined, each a scope of its own.
@Timeout(20)
final class InlinedWorkflowTest {
  private static final Duration DAYS = Duration.ofDays(3);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final Map<String, Integer> executions = new ConcurrentHashMap<>();

  private WorkflowExecutor executor(boolean durable, int parallelism) {
    var builder = WorkflowExecutor.builder().time(time).parallelism(parallelism);
    return (durable ? builder.store(store) : builder).build();
  }

  private Step<Object, Integer, Integer> step(
      String name, dev.treadle.Fn<Integer, Transition<Integer>> code) {
    return Step.of(
        name,
        Integer.class,
        Integer.class,
        (ctx, n) -> {
          executions.merge(ctx.step(), 1, Integer::sum);
          return code.apply(n);
        });
  }

  private static Transition<Integer> broken(int number) {
    throw new IllegalStateException("broken " + number);
  }

  /// Two steps in a row.
  private Workflow<Object, Integer, Integer> twoSteps() {
    return Flows.chain(
        "two", step("a", n -> Transition.next(n + 1)), step("b", n -> Transition.next(n * 10)));
  }

  // --- the steps

  @ParameterizedTest
  @CsvSource({"false,1", "false,16", "true,1", "true,16"})
  void sameWorkflowUnderTwoNames_itsStepsArePlacedAsNameAndInner(boolean durable, int parallelism)
      throws Exception {
    var two = twoSteps();
    var workflow = Flows.chain("outer", Step.workflow("x", two), Step.workflow("y", two));
    try (var executor = executor(durable, parallelism)) {
      assertThat(executor.run(workflow, 1, Flows.ID)).isEqualTo(210);
    }
    assertThat(executions).isEqualTo(Map.of("x/a", 1, "x/b", 1, "y/a", 1, "y/b", 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nestedToAnyDepth(boolean durable) throws Exception {
    var workflow = twoSteps();
    for (int depth = 1; depth <= 20; depth++) {
      workflow = Flows.chain("d" + depth, Step.workflow("w", workflow), Flows.plus("plus", 1));
    }
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(workflow, 1, Flows.ID)).isEqualTo(40);
    }
    assertThat(executions).containsOnlyKeys("w/".repeat(20) + "a", "w/".repeat(20) + "b");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void asFork_asJoin_andInAScope(boolean durable) throws Exception {
    // its one output is the fork's only branch
    var forking = Step.workflow("forking", Flows.only(Flows.plus("f", 1)));
    var list = Step.split("list", Integer.class, Integer.class, n -> List.of(n, n + 1, n + 2));
    var each = Step.workflow("each", twoSteps());
    var joining =
        Step.workflow(
            "joining", Flows.only(Step.join("last", Integer.class, Integer.class, List::getLast)));
    var all = Flows.text("all");
    var workflow =
        Workflow.builder("outer")
            .start(forking)
            .edge(forking, list)
            .edge(list, each)
            .join(list, each, joining)
            .join(forking, joining, all)
            .end(all)
            .build();
    try (var executor = executor(durable, 4)) {
      assertThat(executor.run(workflow, 1, Flows.ID)).isEqualTo("[50]");
    }
  }

  // --- its outputs

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void firstOutputInCommitOrder_goesOn_whenTheScopeHasDrained(boolean durable) throws Exception {
    var list = Step.split("list", Integer.class, Integer.class, _ -> List.of(3, 1, 2));
    var each = step("each", Transition::next);
    var inner = Workflow.builder("inner").start(list).edge(list, each).end(each).build();
    var seen = new AtomicInteger();
    var after =
        Step.map(
            "after",
            Integer.class,
            Integer.class,
            n -> {
              seen.set(executions.getOrDefault("in/each", 0));
              return n;
            });
    try (var executor = executor(durable, 1)) {
      var handle =
          executor.start(Flows.chain("outer", Step.workflow("in", inner), after), 1, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(3));
      assertThat(handle.outputs()).containsExactly(3);
    }
    assertThat(seen).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void terminateInside_endsTheInlinedWorkflowAtOnce_andOnlyThat(boolean durable) throws Exception {
    var list = Step.split("list", Integer.class, Integer.class, _ -> List.of(1, 2, 3, 4));
    var each = step("each", n -> n == 2 ? Transition.after(DAYS, n) : Transition.next(n));
    var end = step("end", Transition::next);
    var stop = step("stop", Transition::next);
    var inner =
        Workflow.builder("inner")
            .start(list)
            .edge(list, each)
            .branch(each)
            .when(Integer.class)
            .and(n -> n == 3)
            .to(stop)
            .otherwise(end)
            .end(end)
            .terminate(stop)
            .build();
    var in = Step.workflow("in", inner);
    var begin = Flows.plus("begin", 0);
    var beside = Step.sleep("beside", Integer.class, Duration.ofHours(1));
    var after = Flows.plus("after", 100);
    var workflow =
        Workflow.builder("outer")
            .start(begin)
            .edge(begin, in)
            .edge(in, after)
            .edge(begin, beside)
            .end(after)
            .end(beside)
            .build();
    try (var executor = executor(durable, 1)) {
      var handle = executor.start(workflow, 7, Flows.ID);
      time.awaitTimer(Duration.ofHours(1));
      Flows.awaitStatus(handle, dev.treadle.RunStatus.WAITING);
      time.advance(Duration.ofHours(1));
      // the output of the terminate counts, though another came before it
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(103));
      assertThat(handle.outputs()).containsExactly(103, 7);
    }
    assertThat(executions).isEqualTo(Map.of("in/each", 4, "in/end", 1, "in/stop", 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noOutputButHolds_failsTheItemOfTheName_namingTheHoldingSteps(boolean durable)
      throws Exception {
    var workflow =
        Flows.only(Step.workflow("in", Flows.only(step("wait", _ -> Transition.hold()))));
    try (var executor = executor(durable, 1)) {
      var failure = Flows.failed(executor.start(workflow, 1, Flows.ID)).failure();
      assertThat(failure.step()).isEqualTo("in");
      assertThat(failure.type()).isEqualTo(RunStalledException.class.getName());
      assertThat(failure.message())
          .isEqualTo("the inlined workflow has no output: all branches held, at [in/wait]");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void holdsInside_areNotTheRuns_ifThereIsAnOutput(boolean durable) throws Exception {
    var list = Step.split("list", Integer.class, Integer.class, _ -> List.of(1, 2));
    var each = step("each", n -> n == 1 ? Transition.hold() : Transition.next(n));
    var inner = Workflow.builder("inner").start(list).edge(list, each).end(each).build();
    var in = Step.workflow("in", inner);
    var workflow = Workflow.builder("outer").start(in).sink(in).build();
    try (var executor = executor(durable, 1)) {
      assertThat(Flows.end(executor.start(workflow, 1, Flows.ID)))
          .isEqualTo(new RunResult.CompletedWithoutOutput<>());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noOutputAtAll_failsTheItemOfTheName_andItsFallbackGetsItsInput(boolean durable)
      throws Exception {
    var none = Step.split("none", Integer.class, Integer.class, _ -> List.of());
    var end = Flows.plus("end", 0);
    var inner = Workflow.builder("inner").start(none).edge(none, end).end(end).build();
    var in = Step.workflow("in", inner);
    var rescue =
        Step.<Object, Integer, String>of(
            "rescue",
            Integer.class,
            String.class,
            (ctx, n) -> Transition.next(n + " " + ctx.failure().orElseThrow().type()));
    var workflow =
        Workflow.builder("outer")
            .start(in)
            .onFailure(in, rescue)
            .returns(Object.class)
            .end(in)
            .end(rescue)
            .build();
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(workflow, 5, Flows.ID))
          .isEqualTo("5 " + NoOutputException.class.getName());
    }
  }

  @Test
  void itemThatFailedForLackOfAnOutput_isDrivenAnewByResume() throws Exception {
    var mended = new AtomicBoolean();
    var in =
        Step.workflow(
            "in",
            Flows.only(step("wait", n -> mended.get() ? Transition.next(n) : Transition.hold())));
    var workflow = Flows.only(in);
    try (var executor = executor(true, 1)) {
      Flows.failed(executor.start(workflow, 1, Flows.ID));
      mended.set(true);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(1));
    }
  }

  // --- failures

  /// Three branches; with or without a fallback of the whole.
  private static Workflow<Object, Integer, Integer> around(
      Step<Object, Integer, Integer> each, boolean rescued) {
    var list = Step.split("list", Integer.class, Integer.class, n -> List.of(n, n + 1, n + 2));
    var inner = Workflow.builder("inner").start(list).edge(list, each).end(each).build();
    var in = Step.workflow("in", inner);
    var rescue =
        Step.<Object, Integer, Integer>of(
            "rescue",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              assertThat(ctx.failure().orElseThrow().step()).isEqualTo("in/each");
              return Transition.next(n * 1000);
            });
    var builder = Workflow.builder("outer").start(in);
    return rescued
        ? builder.onFailure(in, rescue).end(in).end(rescue).build()
        : builder.end(in).build();
  }

  @ParameterizedTest
  @CsvSource({"false,1", "false,16", "true,1", "true,16"})
  void failureInside_goesToTheOnFailureOfTheName_whichGetsItsInput_andClosesTheScope(
      boolean durable, int parallelism) throws Exception {
    var each =
        step(
            "each",
            n ->
                switch (n) {
                  case 5 -> Transition.after(DAYS, n);
                  case 6 -> broken(n);
                  default -> Transition.next(n);
                });
    try (var executor = executor(durable, parallelism)) {
      assertThat(executor.run(around(each, true), 5, Flows.ID)).isEqualTo(5000);
    }
  }

  @Test
  void failureInside_withoutFallback_failsTheRun_andResumeTriesTheInnerItemAgain()
      throws Exception {
    var mended = new AtomicBoolean();
    var each = step("each", n -> n == 6 && !mended.get() ? broken(n) : Transition.next(n));
    var workflow = around(each, false);
    try (var executor = executor(true, 1)) {
      assertThat(Flows.failed(executor.start(workflow, 5, Flows.ID)).failure().step())
          .isEqualTo("in/each");
      mended.set(true);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(5));
    }
    assertThat(executions).isEqualTo(Map.of("in/each", 4));
  }

  @Test
  void failureInside_withAFallbackInside_staysThere() throws Exception {
    var each = step("each", InlinedWorkflowTest::broken);
    var mend = Flows.plus("mend", 1);
    var inner =
        Workflow.builder("inner").start(each).onFailure(each, mend).end(each).end(mend).build();
    try (var executor = executor(true, 1)) {
      assertThat(executor.run(Flows.only(Step.workflow("in", inner)), 5, Flows.ID)).isEqualTo(6);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failureTwoLevelsDown_goesToTheFirstFallbackOnTheWayOut(boolean durable) throws Exception {
    var deep = Flows.only(step("deep", InlinedWorkflowTest::broken));
    var middle = Flows.chain("middle", Step.workflow("m", deep), Flows.plus("never", 1000));
    var in = Step.workflow("in", middle);
    var mend = Flows.plus("mend", 1);
    var workflow =
        Workflow.builder("outer").start(in).onFailure(in, mend).end(in).end(mend).build();
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(workflow, 5, Flows.ID)).isEqualTo(6);
    }
    assertThat(executions).isEqualTo(Map.of("in/m/deep", 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failureInside_countsAsOneForAJoinThatToleratesIt(boolean durable) throws Exception {
    var fork = Flows.upTo("fork");
    var in =
        Step.workflow(
            "in",
            Flows.chain(
                "two",
                step("a", n -> n == 1 ? broken(n) : Transition.next(n)),
                Flows.plus("b", 10)));
    var join = Flows.text("join");
    var workflow =
        Workflow.builder("outer")
            .start(fork)
            .edge(fork, in)
            .join(fork, in, join)
            .policy(join, JoinPolicy.tolerating(1))
            .end(join)
            .build();
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo("[10, 12]");
    }
  }

  // --- the rest

  @Test
  void loopInside_thatMultipliesItsItems_doesNotGrowTheirPlaces() throws Exception {
    var loop = step("loop", Transition::next);
    var count = Flows.plus("count", -1);
    var log = Flows.plus("log", 0);
    var end = Flows.plus("end", 0);
    var inner =
        Workflow.builder("inner")
            .start(loop)
            .edge(loop, log)
            .sink(log)
            .edge(loop, count)
            .branch(count)
            .when(Integer.class)
            .and(n -> n > 0)
            .to(loop)
            .otherwise(end)
            .end(end)
            .build();
    var watched = FaultyStore.create();
    try (var executor = WorkflowExecutor.builder().store(watched).time(time).build()) {
      assertThat(executor.run(Flows.only(Step.workflow("in", inner)), 50, Flows.ID)).isZero();
    }
    assertThat(watched.commits(Flows.ID).stream().flatMap(commit -> commit.puts().stream()))
        .allMatch(entry -> entry.path().length() <= 1);
  }

  @Test
  void processWorkItem_knowsInlinedWorkflows() throws Exception {
    var workflow = Flows.chain("outer", Step.workflow("x", twoSteps()), Flows.plus("y", 1));
    var run = RunContext.of(workflow, Flows.ID);
    var queue = new ArrayDeque<WorkItem>();
    queue.add(workflow.startWorkItem(3));
    try (var executor = WorkflowExecutor.create()) {
      while (!queue.isEmpty()) {
        executor.processWorkItem(run, queue.remove(), queue);
      }
    }
    assertThat(run.outputs()).containsExactly(41);
  }
}
