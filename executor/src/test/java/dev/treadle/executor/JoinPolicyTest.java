package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.JoinPolicy;
import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.WorkItem;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Joins that fire before all is through, or put up with failures (design, 3.6).
@Timeout(20)
final class JoinPolicyTest {
  private static final Duration DAYS = Duration.ofDays(3);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final Set<Integer> executed = new ConcurrentSkipListSet<>();

  private WorkflowExecutor executor(boolean durable, int parallelism) {
    var builder = WorkflowExecutor.builder().time(time).parallelism(parallelism);
    return (durable ? builder.store(store) : builder).build();
  }

  /// What one branch does.
  private interface Branch {
    Transition<Integer> go(int number) throws Exception;
  }

  private Step<Object, Integer, Integer> each(Branch branch) {
    return Step.of(
        "each",
        Integer.class,
        Integer.class,
        (_, n) -> {
          executed.add(n);
          return branch.go(n);
        });
  }

  /// As [Flows#fork], with a fallback of the join that tells what it gets.
  private static Workflow<Object, Integer, String> rescued(
      JoinPolicy policy, Step<Object, Integer, Integer> each) {
    var fork = Flows.upTo("fork");
    var join = Flows.text("join");
    var rescue =
        Step.types(TypeRef.listOf(Integer.class), TypeRef.of(String.class))
            .<Object>of(
                "rescue",
                (ctx, arrived) -> {
                  var why = ctx.failure().orElseThrow();
                  return Transition.next(arrived + " " + why.step() + " " + why.message());
                });
    return Workflow.builder("forking")
        .start(fork)
        .edge(fork, each)
        .join(fork, each, join)
        .policy(join, policy)
        .onFailure(join, rescue)
        .end(join)
        .end(rescue)
        .build();
  }

  private static Transition<Integer> broken(int number) {
    throw new IllegalStateException("broken " + number);
  }

  // --- first

  @ParameterizedTest
  @CsvSource({"false,1", "false,16", "true,1", "true,16"})
  void first_firesAtTheFirstArrivalWithAListOfOne_andTheRunWaitsForNoDroppedTimer(
      boolean durable, int parallelism) throws Exception {
    var each = each(n -> n == 1 ? Transition.next(n) : Transition.after(DAYS, n));
    try (var executor = executor(durable, parallelism)) {
      assertThat(executor.run(Flows.fork(JoinPolicy.first(), each), 3, Flows.ID)).isEqualTo("[1]");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itemsLeftInAClosedGroup_areNeverExecuted_norInALinearStretchBehindTheJoin(boolean durable)
      throws Exception {
    var fork = Flows.upTo("fork");
    var each = each(Transition::next);
    var join = Step.join("join", Integer.class, Integer.class, List::size);
    var a = Flows.plus("a", 1);
    var b = Flows.plus("b", 1);
    var workflow =
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .policy(join, JoinPolicy.first())
            .edge(join, a)
            .edge(a, b)
            .end(b)
            .build();
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(workflow, 100, Flows.ID)).isEqualTo(3);
    }
    assertThat(executed).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void first_goesOnOverFailedBranches_asLongAsOneCanArrive(boolean durable) throws Exception {
    var each = each(n -> n < 2 ? broken(n) : Transition.next(n));
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(Flows.fork(JoinPolicy.first(), each), 4, Flows.ID)).isEqualTo("[2]");
    }
    assertThat(executed).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void firstWithNothingLeftThatCanArrive_failsTheJoin_andItsFallbackGetsTheFirstFailure(
      boolean durable) throws Exception {
    try (var executor = executor(durable, 1)) {
      assertThat(
              executor.run(rescued(JoinPolicy.first(), each(JoinPolicyTest::broken)), 3, Flows.ID))
          .isEqualTo("[] each broken 0");
    }
    assertThat(executed).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void firstOfNoBranches_failsTheJoin(boolean durable) throws Exception {
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(rescued(JoinPolicy.first(), each(Transition::next)), 0, Flows.ID))
          .isEqualTo("[] join nothing has arrived at the join, and nothing can any more");
    }
    try (var executor = executor(false, 1)) {
      var alone =
          executor.start(Flows.fork(JoinPolicy.first(), each(Transition::next)), 0, Flows.ID);
      assertThat(Flows.failed(alone).failure().step()).isEqualTo("join");
    }
  }

  @Test
  void firstOfBranchesThatAllHold_failsTheJoin() throws Exception {
    var each = each(_ -> Transition.hold());
    try (var executor = executor(true, 4)) {
      assertThat(executor.run(rescued(JoinPolicy.first(), each), 3, Flows.ID))
          .startsWith("[] join");
    }
  }

  @Test
  void firstOfFailedBranches_withoutFallback_failsTheRun_andResumeTriesTheLastAgain()
      throws Exception {
    var mended = new AtomicBoolean();
    var each = each(n -> mended.get() ? Transition.next(n) : broken(n));
    var workflow = Flows.fork(JoinPolicy.first(), each);
    try (var executor = executor(true, 1)) {
      var failed = Flows.failed(executor.start(workflow, 3, Flows.ID));
      assertThat(failed.failure().message()).isEqualTo("broken 2");
      mended.set(true);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>("[2]"));
    }
  }

  // --- tolerating

  @ParameterizedTest
  @CsvSource({"false,1", "false,16", "true,1", "true,16"})
  void tolerating_firesWhenNoneIsOpen_withTheValuesThatArrived(boolean durable, int parallelism)
      throws Exception {
    var each = each(n -> n % 3 == 0 ? broken(n) : Transition.next(n));
    try (var executor = executor(durable, parallelism)) {
      var workflow = Flows.fork(JoinPolicy.tolerating(2), each);
      assertThat(executor.run(workflow, 6, Flows.ID)).isEqualTo("[1, 2, 4, 5]");
      assertThat(executor.run(workflow, 0, RunId.of("none"))).isEqualTo("[]");
    }
  }

  @Test
  void tolerating_firesWithNothing_ifAllMayFail() throws Exception {
    var workflow = Flows.fork(JoinPolicy.tolerating(6), each(JoinPolicyTest::broken));
    try (var executor = executor(true, 1)) {
      assertThat(executor.run(workflow, 6, Flows.ID)).isEqualTo("[]");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneFailureTooMany_failsTheJoinAtOnce_andItsFallbackGetsWhatArrived(boolean durable)
      throws Exception {
    var each =
        each(n ->
            switch (n) {
              case 0 -> Transition.next(n);
              case 1 -> Transition.after(DAYS, n);
              case 2, 3 -> broken(n);
              default -> throw new AssertionError("executed though dropped");
            });
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(rescued(JoinPolicy.tolerating(1), each), 10, Flows.ID))
          .isEqualTo("[0] each broken 2");
    }
    assertThat(executed).containsExactly(0, 1, 2, 3);
  }

  @Test
  void oneFailureTooMany_withoutFallback_failsTheRun_andResumeTriesThatItemAgain()
      throws Exception {
    var mended = new AtomicBoolean();
    var each = each(n -> n > 1 || mended.get() ? Transition.next(n) : broken(n));
    var workflow = Flows.fork(JoinPolicy.tolerating(1), each);
    try (var executor = executor(true, 1)) {
      var failed = Flows.failed(executor.start(workflow, 4, Flows.ID));
      assertThat(failed.failure().message()).isEqualTo("broken 1");
    }
    mended.set(true);
    try (var executor = WorkflowExecutor.builder().store(store.reopen()).build()) {
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>("[1, 2, 3]"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anItemFailsForGoodOnlyAfterItsRetries_andNotIfItHasAFallbackOfItsOwn(boolean durable)
      throws Exception {
    var attempts = new AtomicInteger();
    var fork = Flows.upTo("fork");
    var each =
        Step.<Object, Integer, Integer>of(
                "each",
                Integer.class,
                Integer.class,
                (_, n) -> {
                  attempts.incrementAndGet();
                  return broken(n);
                })
            .retry(RetryPolicy.fixed(Duration.ZERO).maxAttempts(2));
    var mend =
        Step.<Object, Integer, Integer>of(
            "mend",
            Integer.class,
            Integer.class,
            (_, n) -> n == 0 ? broken(n) : Transition.next(n));
    var join = Flows.text("join");
    var workflow =
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, each)
            .onFailure(each, mend)
            .join(fork, mend, join)
            .join(fork, each, join)
            .policy(join, JoinPolicy.tolerating(1))
            .end(join)
            .build();
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo("[1, 2]");
    }
    assertThat(attempts).hasValue(6);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFailureInAScopeWithin_takesItsGroupAlong_andCountsAsOne(boolean durable) throws Exception {
    var outer = Flows.upTo("outer");
    var inner =
        Step.split(
            "inner", Integer.class, Integer.class, n -> List.of(10 * n, 10 * n + 1, 10 * n + 2));
    var each = each(n -> n == 10 || n == 12 ? broken(n) : Transition.next(n));
    var innerJoin = Step.join("inner-join", Integer.class, Integer.class, List::getLast);
    var outerJoin = Flows.text("outer-join");
    var workflow =
        Workflow.builder("nested")
            .start(outer)
            .edge(outer, inner)
            .edge(inner, each)
            .join(inner, each, innerJoin)
            .join(outer, innerJoin, outerJoin)
            .policy(outerJoin, JoinPolicy.tolerating(1))
            .end(outerJoin)
            .build();
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo("[2, 22]");
    }
    assertThat(executed).doesNotContain(11, 12).contains(10, 22);
  }

  @Test
  void all_withAFailure_failsTheRunAsEver() throws Exception {
    var each = each(n -> n == 1 ? broken(n) : Transition.next(n));
    try (var executor = executor(true, 1)) {
      var failed = Flows.failed(executor.start(rescued(JoinPolicy.all(), each), 3, Flows.ID));
      assertThat(failed.failure().message()).isEqualTo("broken 1");
    }
  }

  // --- what is dropped

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nestedGroupsTimersAndRetries_areDroppedWithTheGroup(boolean durable) throws Exception {
    var attempts = new AtomicInteger();
    var outer = Step.split("outer", Integer.class, Integer.class, n -> List.of(1, 2, n));
    var wait =
        Step.<Object, Integer, Integer>of(
            "wait",
            Integer.class,
            Integer.class,
            (_, n) -> n == 3 ? Transition.after(Duration.ofHours(1), n) : Transition.next(n));
    var inner = Flows.upTo("inner");
    var each =
        Step.<Object, Integer, Integer>of(
                "each",
                Integer.class,
                Integer.class,
                (_, n) -> {
                  attempts.incrementAndGet();
                  return n == 0 ? Transition.after(DAYS, n) : broken(n);
                })
            .retry(RetryPolicy.fixed(DAYS));
    var innerJoin = Flows.text("inner-join");
    var text = Step.map("text", Integer.class, String.class, String::valueOf);
    var outerJoin = Step.join("outer-join", String.class, String.class, List::toString);
    var workflow =
        Workflow.builder("nested")
            .start(outer)
            .edge(outer, wait)
            .branch(wait)
            .when(Integer.class)
            .and(n -> n == 3)
            .to(text)
            .otherwise(inner)
            .edge(inner, each)
            .join(inner, each, innerJoin)
            .join(outer, innerJoin, outerJoin)
            .join(outer, text, outerJoin)
            .policy(outerJoin, JoinPolicy.first())
            .end(outerJoin)
            .build();
    try (var executor = executor(durable, 1)) {
      var handle = executor.start(workflow, 3, Flows.ID);
      time.awaitTimer(Duration.ofHours(1));
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(attempts).hasValue(3);
      time.advance(Duration.ofHours(1));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[3]"));
      time.advance(DAYS);
    }
    assertThat(attempts).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attemptInFlightOfAClosedGroup_isInterrupted_andItsLateCommitIsRefusedWhole(boolean durable)
      throws Exception {
    var begun = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    var meeting = new CountDownLatch(2);
    var fork = Flows.upTo("fork");
    var each =
        Step.in(Flows.Count.class)
            .of(
                "each",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  if (n == 0) {
                    Flows.await(begun);
                    return Transition.next(n);
                  }
                  ctx.update(count -> count.plus(1000));
                  begun.countDown();
                  try {
                    Flows.blockForever();
                  } catch (InterruptedException e) {
                    ended.countDown(); // and goes on as if nothing had happened
                  }
                  return Transition.next(n);
                });
    var join =
        Step.<List<Integer>, Integer>types(TypeRef.listOf(Integer.class), TypeRef.of(Integer.class))
            .<Object>of(
                "join",
                (_, _) -> {
                  Flows.await(ended);
                  return Transition.nextAll(List.of(1, 2));
                });
    // both workers meet here, so the one that was interrupted has come back
    var meet =
        Step.map(
            "meet",
            Integer.class,
            Integer.class,
            n -> {
              meeting.countDown();
              Flows.await(meeting);
              return n;
            });
    var see =
        Step.in(Flows.Count.class)
            .of(
                "see",
                Integer.class,
                String.class,
                (ctx, _) -> Transition.next("context " + ctx.state().value()));
    var workflow =
        Workflow.builder("counted", Flows.Count.class, () -> new Flows.Count(7))
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .policy(join, JoinPolicy.first())
            .edge(join, meet)
            .edge(meet, see)
            .returns(Object.class)
            .end(each)
            .end(see)
            .build();
    try (var executor = executor(durable, 2)) {
      var handle = executor.start(workflow, 2, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(0));
      assertThat(handle.outputs()).isEqualTo(List.of(0, "context 7", "context 7"));
    }
  }

  @Test
  void processWorkItem_dropsAndTolerates() throws Exception {
    var each = each(n -> n == 0 ? broken(n) : Transition.next(n));
    assertThat(byHand(Flows.fork(JoinPolicy.first(), each))).containsExactly("[1]");
    assertThat(executed).containsExactly(0, 1);
    assertThat(byHand(Flows.fork(JoinPolicy.tolerating(1), each))).containsExactly("[1, 2]");
    assertThatExceptionOfType(StepFailedException.class)
        .isThrownBy(() -> byHand(Flows.fork(JoinPolicy.all(), each)));
  }

  private static List<Object> byHand(Workflow<Object, Integer, String> workflow) throws Exception {
    var run = RunContext.of(workflow, Flows.ID);
    var queue = new ArrayDeque<WorkItem>();
    queue.add(workflow.startWorkItem(3));
    try (var executor = WorkflowExecutor.create()) {
      while (!queue.isEmpty()) {
        executor.processWorkItem(run, queue.remove(), queue);
      }
    }
    return List.copyOf(run.outputs());
  }
}
