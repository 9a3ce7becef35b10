package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.StepTimeoutException;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Attempts that take too long.
@Timeout(30)
final class TimeoutTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch mayReturn = new CountDownLatch(1);
  private final CountDownLatch returning = new CountDownLatch(1);
  private volatile Thread slowThread = Thread.currentThread();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  /// Goes on until it is told to return, whatever interrupts it.
  private void hang() {
    while (mayReturn.getCount() > 0) {
      try {
        mayReturn.await();
      } catch (InterruptedException e) {
        assertThat(e).isNotNull(); // code that does not heed it
      }
    }
    returning.countDown();
  }

  /// A step that only an interrupt ends, until some attempt.
  private Step<Object, Integer, Integer> slowUntil(int attempt) {
    return Step.<Object, Integer, Integer>of(
            "slow",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              slowThread = Thread.currentThread();
              attempts.add(ctx.attempt());
              if (ctx.attempt() < attempt) {
                Flows.blockForever();
              }
              return Transition.next(n + ctx.attempt());
            })
        .timeout(LIMIT);
  }

  private static <I, O> Workflow<Object, I, O> rescued(
      Step<Object, I, O> step, Step<Object, I, O> rescue) {
    return Workflow.builder("rescued")
        .start(step)
        .onFailure(step, rescue)
        .end(step)
        .end(rescue)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeout_interruptsTheAttempt_andFailsTheRun_withTheLimitInItsMessage(boolean durable)
      throws Exception {
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(slowUntil(9)), 1, Flows.ID);
      time.awaitTimer(LIMIT);
      time.advance(LIMIT.minusNanos(1));
      while (slowThread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      assertThat(handle.await(Duration.ZERO)).isEmpty();
      time.advance(Duration.ofNanos(1));
      var failure = Flows.failed(handle).failure();
      assertThat(failure.type()).isEqualTo("dev.treadle.StepTimeoutException");
      assertThat(failure.message())
          .isEqualTo("step \"slow\" took longer than its timeout of PT2M and was interrupted");
      assertThat(failure.attempt()).isEqualTo(1);
      assertThat(failure.stackTrace()).as("what it was at").contains("blockForever");
    }
    assertThat(time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimedOutAttempt_isTriedAgainAfterItsBackoff_withTheFullTime_whileTheOldThreadStillLives(
      boolean durable) throws Exception {
    var slow =
        Step.<Object, Integer, Integer>of(
                "slow",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  attempts.add(ctx.attempt());
                  if (ctx.attempt() < 3) {
                    hang();
                  }
                  return Transition.next(n + ctx.attempt());
                })
            .timeout(LIMIT)
            .retry(RetryPolicy.fixed(HOUR));
    try (var executor = executor(durable)) {
      var handle = executor.start(Flows.only(slow), 10, Flows.ID);
      time.awaitTimer(LIMIT);
      time.advance(LIMIT);
      time.awaitTimer(LIMIT.plus(HOUR));
      assertThat(handle.status()).isEqualTo(RunStatus.WAITING);
      time.advance(HOUR);
      time.awaitTimer(LIMIT.plus(HOUR).plus(LIMIT));
      time.advance(LIMIT.minusNanos(1));
      assertThat(time.pending()).as("the timeout of the second").isEqualTo(1);
      time.advance(Duration.ofNanos(1));
      time.awaitTimer(LIMIT.plus(HOUR).multipliedBy(2));
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(13));
      assertThat(returning.getCount()).as("the old threads").isEqualTo(1);
      mayReturn.countDown();
    }
    assertThat(attempts).containsExactly(1, 2, 3);
    assertThat(time.pending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeout_dropsTheLateResult_andReportsItInOneLine(boolean durable) throws Exception {
    var slow =
        Step.map(
                "slow",
                Integer.class,
                Integer.class,
                n -> {
                  hang();
                  return -n;
                })
            .timeout(LIMIT);
    var rescue = Flows.plus("rescue", 100);
    var said = new ByteArrayOutputStream();
    var before = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try (var executor = executor(durable)) {
      var handle = executor.start(rescued(slow, rescue), 1, Flows.ID);
      time.awaitTimer(LIMIT);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(101));
      assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("come back");
      mayReturn.countDown();
      while (!said.toString(StandardCharsets.UTF_8).contains("dropped")) {
        Thread.onSpinWait();
      }
      assertThat(handle.outputs().toString()).isEqualTo("[101]");
    } finally {
      System.setErr(before);
    }
    assertThat(said.toString(StandardCharsets.UTF_8).lines().filter(TimeoutTest::isOfLate))
        .hasSize(1)
        .allMatch(line ->
            line.contains("WARN")
                && line.endsWith(
                    "run the-run: step slow has come back from attempt 1, which was given up"
                        + " before; its answer is dropped"));
  }

  private static boolean isOfLate(String line) {
    return line.contains("come back");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimeout_goesToTheFallback_whichGetsTheSameInputAndTheFailure(boolean durable)
      throws Exception {
    var rescue =
        Step.<Object, Integer, Integer>of(
            "rescue",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              assertThat(ctx.failure().orElseThrow().type())
                  .isEqualTo(StepTimeoutException.class.getName());
              return Transition.next(n + 100);
            });
    try (var executor = executor(durable)) {
      var handle = executor.start(rescued(slowUntil(9), rescue), 1, Flows.ID);
      time.awaitTimer(LIMIT);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(101));
    }
  }

  @Test
  void retryPolicy_mayNameTheTimeout_orLeaveItOut() throws Exception {
    var fixed = RetryPolicy.fixed(Duration.ZERO);
    try (var executor = executor(false)) {
      var named = slowUntil(2).retry(fixed.retryOn(StepTimeoutException.class));
      var handle = executor.start(Flows.only(named), 1);
      time.awaitTimer(LIMIT);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(3));
      var leftOut = slowUntil(2).retry(fixed.retryOn(IOException.class));
      var workflow = Workflow.builder("other").start(leftOut).end(leftOut).build();
      var other = executor.start(workflow, 1);
      time.awaitTimer(LIMIT.multipliedBy(2));
      time.advance(LIMIT);
      assertThat(Flows.failed(other).failure().attempt()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSlotOfATimedOutAttempt_isFreeForOtherItems(boolean durable) throws Exception {
    var each =
        Step.map(
                "each",
                Integer.class,
                Integer.class,
                n -> {
                  if (n == 0) {
                    hang();
                  }
                  return n;
                })
            .timeout(LIMIT);
    var rescue = Flows.plus("rescue", 100);
    var fork = Flows.upTo("fork");
    var join = Flows.text("join");
    var workflow =
        Workflow.builder("forking")
            .start(fork)
            .edge(fork, each)
            .onFailure(each, rescue)
            .join(fork, each, join)
            .join(fork, rescue, join)
            .end(join)
            .build();
    var builder = WorkflowExecutor.builder().time(time).parallelism(1);
    try (var executor = durable ? builder.store(store).build() : builder.build()) {
      var handle = executor.start(workflow, 3, Flows.ID);
      time.awaitTimer(LIMIT);
      time.advance(LIMIT);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[100, 1, 2]"));
      mayReturn.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStepWithATimeout_neverRunsOnTheCallersThread_andTheOthersMay(boolean durable)
      throws Exception {
    var threads = new ConcurrentHashMap<String, Thread>();
    var first = seen(threads, "first");
    var middle = seen(threads, "middle").timeout(LIMIT);
    var last = seen(threads, "last");
    var workflow =
        Workflow.builder("threads").start(first).then(middle).then(last).end(last).build();
    try (var executor = executor(durable)) {
      for (int i = 0; i < 100; i++) {
        assertThat(executor.run(workflow, i)).isEqualTo(i);
        assertThat(threads.get("first")).isEqualTo(Thread.currentThread());
        assertThat(threads.get("middle")).matches(thread -> thread != null && thread.isVirtual());
        assertThat(threads.get("middle")).isNotEqualTo(Thread.currentThread());
      }
    }
    assertThat(time.pending()).as("timers of attempts that were in time").isZero();
  }

  private static Step<Object, Integer, Integer> seen(
      ConcurrentHashMap<String, Thread> threads, String name) {
    return Step.map(
        name,
        Integer.class,
        Integer.class,
        n -> {
          threads.put(name, Thread.currentThread());
          return n;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16})
  void callerHandsOver_underAnyParallelism(int parallelism) throws Exception {
    var caller = Thread.currentThread();
    var each =
        Step.map(
                "each",
                Integer.class,
                Integer.class,
                n -> {
                  assertThat(Thread.currentThread()).isNotEqualTo(caller);
                  return n;
                })
            .timeout(LIMIT);
    var workflow = Flows.chain("chain", each, Flows.plus("plus", 1));
    try (var executor = WorkflowExecutor.builder().time(time).parallelism(parallelism).build()) {
      for (int i = 0; i < 50; i++) {
        assertThat(executor.run(workflow, i, Flows.ID)).isEqualTo(i + 1);
      }
    }
  }

  @Test
  void itemThatTheCallerHandsOver_isNotBegun_ifTheRunIsCancelledMeanwhile() throws Exception {
    var handedOver = new CountDownLatch(1);
    var mayBegin = new CountDownLatch(1);
    var slowToBegin = new AtomicInteger();
    var only =
        Step.map("only", Integer.class, Integer.class, n -> n + slowToBegin.incrementAndGet())
            .timeout(LIMIT);
    var executor =
        WorkflowExecutor.builder()
            .time(time)
            .threads(work ->
                Thread.ofVirtual()
                    .unstarted(() -> {
                      handedOver.countDown();
                      Flows.await(mayBegin);
                      work.run();
                    }))
            .build();
    try (executor) {
      var end = new CompletableFuture<Throwable>();
      Thread.ofVirtual()
          .start(() ->
              end.complete(catchThrowable(() -> executor.run(Flows.only(only), 1, Flows.ID))));
      Flows.await(handedOver);
      assertThat(executor.cancel(Flows.ID)).isEqualTo(RunStatus.CANCELLING);
      mayBegin.countDown();
      assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(RunCancelledException.class);
      assertThat(slowToBegin).hasValue(0);
    }
  }

  @Test
  void aTimeout_neverDropsACommitThatIsBeingWritten() throws Exception {
    var mayWrite = new CountDownLatch(1);
    var faulty = FaultyStore.create().blockAt(2, mayWrite);
    try (var executor = Flows.durable(faulty, time)) {
      var handle = executor.start(Flows.only(slowUntil(1)), 1, Flows.ID);
      faulty.awaitAppends(2);
      assertThat(time.pending()).as("the attempt has won").isZero();
      time.advance(HOUR);
      mayWrite.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(2));
    }
    assertThat(attempts).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTimeoutOfABatch_isForTheWholeList_andInterruptsItsElements(boolean durable)
      throws Exception {
    var interrupted = new CountDownLatch(2);
    var begun = new CountDownLatch(4);
    var each =
        Step.map(
                "each",
                Integer.class,
                Integer.class,
                n -> {
                  begun.countDown();
                  if (n < 2) {
                    try {
                      Flows.blockForever();
                    } catch (InterruptedException e) {
                      interrupted.countDown();
                      throw e;
                    }
                  }
                  return n;
                })
            .timeout(LIMIT);
    var batch = Step.batch(each, 2);
    assertThat(batch.timeout()).hasValue(LIMIT);
    var workflow = Workflow.builder("batch").start(batch).end(batch).build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, List.of(0, 1, 2, 3), Flows.ID);
      while (begun.getCount() > 2) {
        Thread.onSpinWait();
      }
      time.advance(LIMIT);
      assertThat(Flows.failed(handle).failure().type())
          .isEqualTo(StepTimeoutException.class.getName());
      Flows.await(interrupted);
    }
    assertThat(begun.getCount()).as("no element begins any more").isEqualTo(2);
  }

  @Test
  void aTimeout_isATimeThatPasses_whateverTheClockSays() throws Exception {
    try (var executor = executor(false)) {
      var handle = executor.start(Flows.only(slowUntil(9)), 1, Flows.ID);
      time.awaitTimer(LIMIT);
      time.setClock(ManualTime.BEGIN.plus(Duration.ofDays(365)));
      assertThat(handle.await(Duration.ZERO)).isEmpty();
      time.setClock(ManualTime.BEGIN.minus(Duration.ofDays(365)));
      time.advance(LIMIT.minusNanos(1));
      assertThat(handle.await(Duration.ZERO)).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(Flows.failed(handle).failure().type())
          .isEqualTo(StepTimeoutException.class.getName());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDelayOfASleepingStep_isNotPartOfItsAttempt(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      var sleep = Step.sleep("sleep", Integer.class, HOUR).timeout(LIMIT);
      var handle = executor.start(Flows.only(sleep), 1, Flows.ID);
      time.awaitTimer(HOUR);
      assertThat(time.pending()).isEqualTo(1);
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
    }
  }

  @Test
  void anAttemptThatTheRunHasInterrupted_isNotFailedByItsTimeoutToo() throws Exception {
    var inStep = new CountDownLatch(1);
    var each =
        Step.<Object, Integer, Integer>of(
                "each",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  if (attempts.size() > 1) {
                    assertThat(ctx.attempt()).isEqualTo(1 + n);
                    return Transition.next(n);
                  }
                  attempts.add(n);
                  if (n == 0) {
                    inStep.countDown();
                    hang();
                    throw new IOException("interrupted in its own way");
                  }
                  Flows.await(inStep);
                  throw new IOException("the run fails");
                })
            .timeout(LiveRun.GRACE.minusSeconds(1));
    var workflow = Flows.fork(each);
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 2, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.FAILING);
      time.advance(LiveRun.GRACE.minusNanos(1));
      assertThat(handle.status()).isEqualTo(RunStatus.FAILING);
      mayReturn.countDown();
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("the run fails");
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>("[0, 1]"));
    }
  }

  @Test
  void aTimeoutWhileTheExecutorCloses_isRecorded_andTheNextProcessCountsOn() throws Exception {
    var slow = Flows.only(slowUntil(2).retry(RetryPolicy.fixed(HOUR)));
    var executor = executor(true);
    executor.start(slow, 1, Flows.ID);
    time.awaitTimer(LIMIT);
    var closer = Thread.ofVirtual().start(() -> executor.close(Flows.LIMIT));
    while (!isClosed(executor)) {
      Thread.onSpinWait();
    }
    time.advance(LIMIT);
    closer.join();
    time.advance(HOUR);
    try (var next = Flows.durable(store.reopen(), time)) {
      assertThat(next.run(slow, 1, Flows.ID)).isEqualTo(3);
    }
    assertThat(attempts).containsExactly(1, 2);
  }

  private static boolean isClosed(WorkflowExecutor executor) {
    try {
      executor.recover();
      return false;
    } catch (ExecutorClosedException e) {
      return true;
    }
  }

  // --- death

  /// A step whose attempts let their own time pass, until the third.
  private Transition<Integer> slowTwice(StepContext<Object> ctx, int n) throws Exception {
    attempts.add(ctx.attempt());
    if (ctx.attempt() < 3) {
      time.advance(LIMIT);
      Flows.blockForever();
    }
    return Transition.next(n + ctx.attempt());
  }

  private Workflow<Object, Integer, Integer> slowTwice() {
    var slow =
        Step.of("slow", Integer.class, Integer.class, this::slowTwice)
            .timeout(LIMIT)
            .retry(RetryPolicy.fixed(Duration.ZERO));
    return Flows.chain("dying", slow, Flows.plus("plus", 100));
  }

  private WorkflowExecutor executor(CheckpointStore on) {
    return Flows.durable(on, time);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deathAtEveryCommit_neitherLosesNorDoublesATimeout(boolean written) throws Exception {
    var workflow = slowTwice();
    for (int k = 2; k <= 5; k++) {
      attempts.clear();
      var faulty = FaultyStore.create().unknown(k, written);
      try (var executor = executor(faulty)) {
        assertThatExceptionOfType(CommitUnknownException.class)
            .isThrownBy(() -> executor.run(workflow, 1, Flows.ID));
      }
      try (var executor = executor(faulty.reopen())) {
        assertThat(executor.run(workflow, 1, Flows.ID)).isEqualTo(104);
      }
      var expected = new ArrayList<>(List.of(1, 2, 3));
      if (!written && k < 5) {
        expected.add(k - 1, k - 1); // the attempt whose commit was lost comes again
      }
      assertThat(attempts).as("death at append %d", k).isEqualTo(expected);
    }
  }
}
