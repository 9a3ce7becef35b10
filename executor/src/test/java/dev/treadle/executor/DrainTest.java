package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// When a run is drained, how many items it executes at once, and what no longer starts in one that
/// fails (design, 3.7 to 3.9).
@Timeout(30)
final class DrainTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Signal<Integer> GO = Signal.of("go", Integer.class);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final AtomicInteger attempts = new AtomicInteger();

  /// What the second branch does when the first has given the output.
  enum Wait {
    DELAYED,
    RETRYING,
    AWAITING
  }

  private Step<Object, Integer, Integer> waiting(Wait how) {
    return switch (how) {
      case DELAYED ->
          Step.<Object, Integer, Integer>of(
              "wait", Integer.class, Integer.class, (_, n) -> Transition.after(HOUR, n));
      case RETRYING ->
          Step.map(
                  "wait",
                  Integer.class,
                  Integer.class,
                  n -> {
                    if (attempts.incrementAndGet() == 1) {
                      throw new IOException("the first");
                    }
                    return n;
                  })
              .retry(RetryPolicy.fixed(HOUR));
      case AWAITING -> Step.await("wait", Integer.class, GO, n -> "k" + n);
    };
  }

  @ParameterizedTest
  @EnumSource
  void run_returnsOnlyWhenNothingIsDelayedRetryingOrAwaiting_thoughThereIsAnOutput(Wait how)
      throws Exception {
    var begin = Flows.plus("begin", 0);
    var quick = Flows.plus("quick", 10);
    var wait = waiting(how);
    var workflow =
        Workflow.builder("two")
            .start(begin)
            .edge(begin, quick)
            .edge(begin, wait)
            .sink(wait)
            .end(quick)
            .build();
    try (var executor = Flows.durable(store, time)) {
      var run = new FutureTask<>(() -> executor.run(workflow, 1, Flows.ID));
      Thread.ofVirtual().start(run);
      for (int i = 0; i < Flows.LIMIT.toMillis() && !isWaiting(executor); i++) {
        assertThat(new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS)).isFalse();
      }
      assertThat(executor.<Integer>resume(workflow, Flows.ID).outputs()).containsExactly(11);
      assertThat(run.isDone()).as("it has an output, and is not drained").isFalse();
      if (how == Wait.AWAITING) {
        assertThat(executor.signal(Flows.ID, GO, "k1", 1)).isEqualTo(SignalAnswer.DELIVERED);
      } else {
        time.advance(HOUR);
      }
      assertThat(run.get(Flows.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(11);
    }
  }

  private static boolean isWaiting(WorkflowExecutor executor) {
    return executor.find(Flows.ID).filter(run -> run.status() == RunStatus.WAITING).isPresent();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void parallelism_is256_unlessSet(boolean durable) throws Exception {
    var begun = new CountDownLatch(256);
    var mayReturn = new CountDownLatch(1);
    var now = new AtomicInteger();
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            n -> {
              now.incrementAndGet();
              begun.countDown();
              Flows.await(mayReturn);
              return n;
            });
    try (var executor = durable ? WorkflowExecutor.create(store) : WorkflowExecutor.create()) {
      var handle = executor.start(Flows.fork(each), 300);
      Flows.await(begun);
      assertThat(handle.await(Duration.ofMillis(20))).isEmpty();
      assertThat(now).hasValue(256);
      mayReturn.countDown();
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
    }
    assertThat(now).hasValue(300);
  }

  @ParameterizedTest
  @CsvSource({"1", "8"})
  void whileARunIsFailing_nothingNewStarts_andSuccessorsAreQueuedForItsResume(int queued)
      throws Exception {
    var broken = new AtomicBoolean(true);
    var bothIn = new CountDownLatch(2);
    var followed = new AtomicInteger();
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            n -> {
              if (n < 2 && broken.get()) {
                bothIn.countDown();
                Flows.await(bothIn);
                if (n == 0) {
                  throw new IOException("broken");
                }
                try {
                  Flows.blockForever();
                } catch (InterruptedException e) { // done all the same
                  return n;
                }
              }
              followed.addAndGet(n < 2 ? 0 : 1);
              return n;
            });
    var next =
        Step.map(
            "next",
            Integer.class,
            Integer.class,
            n -> {
              followed.incrementAndGet();
              return n;
            });
    var fork = Flows.upTo("fork");
    var workflow = Workflow.builder("failing").start(fork).then(each).then(next).end(next).build();
    try (var executor = WorkflowExecutor.builder().store(store).time(time).parallelism(2).build()) {
      var handle = executor.start(workflow, 2 + queued, Flows.ID);
      assertThat(Flows.failed(handle).failure().message()).isEqualTo("broken");
      assertThat(followed).as("neither what was queued, nor what follows").hasValue(0);
      broken.set(false);
      var again = executor.resume(workflow, Flows.ID);
      assertThat(Flows.end(again)).isInstanceOf(RunResult.Completed.class);
      assertThat(again.outputs()).hasSize(2 + queued);
    }
    assertThat(followed).hasValue(queued + 2 + queued);
  }
}
