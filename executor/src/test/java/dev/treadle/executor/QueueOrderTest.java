package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RetryPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where items that have waited come into the queue, which attempts count, and what waiting costs
/// (design, 3.8 and 3.10).
@Timeout(60)
final class QueueOrderTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Signal<Integer> GO = Signal.of("go", Integer.class);

  private final ManualTime time = new ManualTime();
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean patient = new AtomicBoolean();
  private final CountDownLatch inFlight = new CountDownLatch(1);
  private final CountDownLatch mayReturn = new CountDownLatch(1);

  private static WorkflowExecutor sequential(MemoryCheckpointStore store, TimeSource time) {
    return WorkflowExecutor.builder().store(store).time(time).parallelism(1).build();
  }

  /// Of four items the first fails and is tried again an hour later, and the second keeps the one
  /// worker busy.
  private Workflow<Object, Integer, String> retriedFirst() {
    var attempts = new AtomicInteger();
    return Flows.fork(
        Step.map(
                "each",
                Integer.class,
                Integer.class,
                n -> {
                  if (n == 0 && attempts.incrementAndGet() == 1) {
                    throw new IOException("the first");
                  }
                  if (n == 1 && !patient.get()) {
                    inFlight.countDown();
                    Flows.await(mayReturn);
                  }
                  order.add("" + n);
                  return n;
                })
            .retry(RetryPolicy.fixed(HOUR)));
  }

  @Test
  void dueItems_enterAtTheTail() throws Exception {
    try (var executor = sequential(store, time)) {
      var handle = executor.start(retriedFirst(), 4, Flows.ID);
      Flows.await(inFlight);
      time.advance(HOUR); // two are in the queue
      mayReturn.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0, 1, 2, 3]"));
    }
    assertThat(order).containsExactly("1", "2", "3", "0");
  }

  @Test
  void afterRecovery_theQueueIsInSequenceOrder() throws Exception {
    var workflow = retriedFirst();
    try (var dead = sequential(store, time)) {
      var handle = dead.start(workflow, 4, Flows.ID);
      Flows.await(inFlight);
      time.advance(HOUR); // as above: it is behind the others now
      assertThat(dead.close(Duration.ZERO)).containsExactly(handle.id());
    }
    assertThat(order).isEmpty();
    patient.set(true);
    try (var executor = sequential(store.reopen(), time)) {
      assertThat(Flows.end(Flows.resumed(executor.recover(workflow))))
          .isEqualTo(new RunResult.Completed<>("[0, 1, 2, 3]"));
    }
    assertThat(order).containsExactly("0", "1", "2", "3");
  }

  @Test
  void attemptsCutByDeath_areNotCounted() throws Exception {
    var lives = new AtomicInteger();
    var seen = new ConcurrentLinkedQueue<Integer>();
    var begun = new AtomicInteger();
    var step =
        Step.<Object, Integer, Integer>of(
                "step",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  seen.add(ctx.attempt());
                  begun.incrementAndGet();
                  if (lives.get() < 3) {
                    Flows.await(mayReturn); // until the process dies
                  }
                  throw new IOException("at attempt " + ctx.attempt());
                })
            .retry(RetryPolicy.fixed(HOUR).maxAttempts(2));
    var workflow = Flows.only(step);
    var stores = store;
    for (int life = 1; life <= 3; life++) {
      var faulty = FaultyStore.over(stores.reopen());
      try (var dead = Flows.durable(faulty, time)) {
        if (life == 1) {
          assertThat(dead.start(workflow, 1, Flows.ID).id()).isEqualTo(Flows.ID);
        } else {
          assertThat(dead.recover(workflow)).hasSize(1);
        }
        for (int i = 0; i < Flows.LIMIT.toMillis() && begun.get() < life; i++) {
          assertThat(inFlight.await(1, TimeUnit.MILLISECONDS)).isFalse();
        }
        var _ = stores.reopen(); // fences the dead one: nothing of it is recorded any more
        assertThat(dead.close(Duration.ZERO)).hasSizeLessThan(2);
      }
    }
    lives.set(3);
    try (var executor = Flows.durable(stores.reopen(), time)) {
      var handle = Flows.resumed(executor.recover(workflow));
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(Flows.failed(handle).failure().attempt()).isEqualTo(2);
    }
    assertThat(seen).as("three deaths, then two attempts").containsExactly(1, 1, 1, 1, 2);
  }

  // --- what waits

  /// What waits, by its kind.
  private Step<Object, Integer, Integer> waiting(boolean signal) {
    return signal
        ? Step.await("wait", Integer.class, GO, n -> "k" + n)
        : Step.<Object, Integer, Integer>of(
            "wait", Integer.class, Integer.class, (_, n) -> Transition.after(HOUR, n));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWaitsForATimerOrASignal_holdsNoSlotAndNoThread(boolean signal) throws Exception {
    var live = new AtomicInteger();
    var others = new AtomicInteger();
    var fork = Flows.upTo("fork");
    var wait = waiting(signal);
    var other = Step.map("other", Integer.class, Integer.class, _ -> others.incrementAndGet());
    var workflow =
        Workflow.builder("two")
            .start(fork)
            .edge(fork, wait)
            .edge(fork, other)
            .end(wait)
            .end(other)
            .build();
    try (var executor =
        WorkflowExecutor.builder()
            .store(store)
            .time(time)
            .parallelism(1)
            .threads(work -> counted(work, live))
            .build()) {
      var handle = executor.start(workflow, 50, Flows.ID);
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(others).as("all the others had the one slot").hasValue(50);
      for (int i = 0; i < Flows.LIMIT.toMillis() && live.get() > 0; i++) {
        assertThat(handle.await(Duration.ofMillis(1))).isEmpty();
      }
      assertThat(live).as("threads").hasValue(0);
      for (int i = 0; i < 50 && signal; i++) {
        assertThat(executor.signal(Flows.ID, GO, "k" + i, i)).isEqualTo(SignalAnswer.DELIVERED);
      }
      time.advance(HOUR);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
      assertThat(handle.outputs()).hasSize(100);
    }
  }

  private static Thread counted(Runnable work, AtomicInteger live) {
    return Thread.ofVirtual()
        .unstarted(() -> {
          live.incrementAndGet();
          try {
            work.run();
          } finally {
            live.decrementAndGet();
          }
        });
  }

  @Test
  void timersOfManyItemsOfManyRuns_haveOneThread() throws Exception {
    var before = timerThreads();
    var system = TimeSource.system();
    var workflow = Flows.fork(waiting(false));
    try (var one = WorkflowExecutor.builder().time(system).build();
        var other = WorkflowExecutor.builder().store(store).time(system).build()) {
      var handles =
          IntStream.range(0, 20)
              .mapToObj(i -> (i % 2 == 0 ? one : other).start(workflow, 500, RunId.of("r-" + i)))
              .toList();
      for (var handle : handles) {
        Flows.awaitStatus(handle, RunStatus.WAITING);
      }
      var added = timerThreads();
      added.removeAll(before);
      assertThat(added).as("for 10,000 delayed items").hasSize(1);
      handles.forEach(handle -> assertThat(handle.cancel()).isEqualTo(RunStatus.CANCELLED));
    }
  }

  private static Set<Thread> timerThreads() {
    var threads = ConcurrentHashMap.<Thread>newKeySet();
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("timer"))
        .forEach(threads::add);
    return threads;
  }
}
