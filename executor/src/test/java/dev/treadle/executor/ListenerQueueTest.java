package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.treadle.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How listeners are told: off the hot path, with a bound, and without a say in what happens.
@Timeout(20)
final class ListenerQueueTest {
  private final Told told = new Told();

  private static Workflow<Object, Integer, Integer> chain(int steps) {
    var last = Flows.plus("s0", 1);
    var chain = Workflow.builder("chain of " + steps).start(last);
    for (int i = 1; i < steps; i++) {
      last = Flows.plus("s" + i, 1);
      chain = chain.then(last);
    }
    return chain.end(last).build();
  }

  /// Blocks in its first event until told.
  private static final class Slow implements RunListener {
    final CountDownLatch called = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);

    @Override
    public void runChanged(RunEvent event) {
      called.countDown();
      Flows.await(release);
    }
  }

  @Test
  void slowListener_doesNotHoldUpTheRun_andWhatFindsNoRoomIsDroppedAndCounted() throws Exception {
    var slow = new Slow();
    var executor =
        WorkflowExecutor.builder()
            .time(new ManualTime())
            .listener(slow)
            .listener(told)
            .listenerQueue(10)
            .build();
    var first = executor.start(chain(1), 0);
    Flows.await(slow.called);
    assertThat(Flows.end(first)).isEqualTo(new RunResult.Completed<>(1));
    assertThat(executor.run(chain(50), 0)).isEqualTo(50);
    // 4 events of the first run and 102 of the second; at most 64 were taken from the queue before
    // the first was told, and 10 have waited
    long dropped = executor.droppedEvents();
    assertThat(dropped).isBetween(106L - 74, 106L - 11);
    slow.release.countDown();
    executor.close();
    assertThat(executor.droppedEvents()).isEqualTo(dropped);
    assertThat(told.dropped()).isEqualTo(dropped);
    assertThat(told.all()).hasSize((int) (106 - dropped));
  }

  @Test
  void dropsAreLogged_atMostOncePerSecond() {
    var line = new OncePerSecond();
    var now = Instant.EPOCH;
    assertThat(line.isDue(now)).isTrue();
    assertThat(line.isDue(now.plusMillis(999))).isFalse();
    assertThat(line.isDue(now.plusMillis(1_000))).isTrue();
    assertThat(line.isDue(now.plusMillis(1_999))).isFalse();
    assertThat(line.isDue(now.minusSeconds(60))).as("the clock was set back").isTrue();
  }

  @Test
  void whatAListenerThrows_changesNothing_andTheNextListenerIsToldAllTheSame() throws Exception {
    var calls = new AtomicInteger();
    var broken =
        new RunListener() {
          @Override
          public void stepStarted(StepEvent.Started event) {
            calls.incrementAndGet();
            throw new IllegalStateException("a listener's own");
          }

          @Override
          public void runChanged(RunEvent event) {
            calls.incrementAndGet();
            Thread.currentThread().interrupt();
            throw new AssertionError("an error");
          }
        };
    try (var executor = WorkflowExecutor.builder().listener(broken).listener(told).build()) {
      assertThat(executor.run(chain(2), 0)).isEqualTo(2);
    }
    assertThat(calls).hasValue(4);
    assertThat(told.story())
        .containsExactly("Started", "s0 started", "s0 NEXT", "s1 started", "s1 NEXT", "Completed");
  }

  @Test
  void listeners_areToldInTheOrderInWhichTheyWereGiven_onOneThread() throws Exception {
    var calls = Collections.synchronizedList(new ArrayList<String>());
    var threads = Collections.synchronizedSet(new java.util.HashSet<Thread>());
    try (var executor =
        WorkflowExecutor.builder()
            .listener(named("first", calls, threads))
            .listener(named("second", calls, threads))
            .build()) {
      assertThat(executor.run(chain(1), 0)).isEqualTo(1);
    }
    assertThat(calls)
        .containsExactly("first Started", "second Started", "first Completed", "second Completed");
    assertThat(threads)
        .hasSize(1)
        .allMatch(Thread::isDaemon)
        .doesNotContain(Thread.currentThread());
  }

  private static RunListener named(String name, List<String> calls, java.util.Set<Thread> threads) {
    return new RunListener() {
      @Override
      public void runChanged(RunEvent event) {
        calls.add(name + " " + event.getClass().getSimpleName());
        threads.add(Thread.currentThread());
      }
    };
  }

  @Test
  void close_tellsWhatWaits() throws Exception {
    var slow = new Slow();
    var executor = WorkflowExecutor.builder().listener(slow).listener(told).build();
    assertThat(executor.run(chain(200), 0)).isEqualTo(200);
    var closed = CompletableFuture.runAsync(executor::close);
    Flows.await(slow.called);
    slow.release.countDown();
    closed.get(20, TimeUnit.SECONDS);
    assertThat(told.all()).hasSize(402);
    assertThat(executor.droppedEvents()).isZero();
  }

  @Test
  void listenerThatDoesNotComeBack_isLeftBehindByClose() throws Exception {
    var slow = new Slow();
    var queue = new ListenerQueue(List.of(slow, told), 100, Thread.ofPlatform().daemon().factory());
    for (int i = 0; i < 90; i++) {
      queue.offer(new RunEvent.Started(Flows.ID, "w", Instant.EPOCH));
    }
    Flows.await(slow.called);
    queue.close(Duration.ZERO);
    assertThat(queue.dropped()).isGreaterThanOrEqualTo(90 - 64);
    assertThat(told.all()).hasSizeLessThan(2);
    slow.release.countDown();
  }

  @Test
  void listener_mayUseTheExecutor_butNotCloseIt() throws Exception {
    var answer = new CompletableFuture<Throwable>();
    var inner = new CompletableFuture<Integer>();
    var used = new CompletableFuture<WorkflowExecutor>();
    var listener =
        new RunListener() {
          @Override
          public void runChanged(RunEvent event) {
            if (event instanceof RunEvent.Started && !inner.isDone()) {
              try {
                inner.complete(used.join().run(chain(2), 5));
                used.join().close();
                answer.completeExceptionally(new AssertionError("was closed"));
              } catch (IllegalStateException | InterruptedException e) {
                answer.complete(e);
              }
            }
          }
        };
    try (var executor = WorkflowExecutor.builder().listener(listener).build()) {
      used.complete(executor);
      assertThat(executor.run(chain(1), 0)).isEqualTo(1);
      assertThat(inner.get(20, TimeUnit.SECONDS)).isEqualTo(7);
      assertThat(answer.get(20, TimeUnit.SECONDS))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a listener closes the executor that it listens to; close it from outside");
    }
  }

  @Test
  void methods_doNothingUnlessImplemented() throws Exception {
    try (var executor =
        WorkflowExecutor.builder()
            .store(MemoryCheckpointStore.create())
            .listener(new RunListener() {})
            .build()) {
      assertThat(executor.run(chain(3), 0)).isEqualTo(3);
    }
  }

  @Test
  void settings_areChecked() {
    var builder = WorkflowExecutor.builder();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.listenerQueue(0))
        .withMessage("listenerQueue must be 1 or more, was 0");
    builder.listenerQueue(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.listenerQueue(2))
        .withMessage("listenerQueue was already set");
    assertThatNullPointerException().isThrownBy(() -> builder.listener(nothing()));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  @Test
  void withoutListeners_noStepReadsTheClock() throws Exception {
    var reads = new AtomicInteger();
    var system = TimeSource.system();
    var counting =
        new TimeSource() {
          @Override
          public Instant now() {
            reads.incrementAndGet();
            return system.now();
          }

          @Override
          public long nanos() {
            reads.incrementAndGet();
            return system.nanos();
          }

          @Override
          public Timer schedule(Instant due, Runnable callback) {
            return system.schedule(due, callback);
          }

          @Override
          public Timer schedule(Duration delay, Runnable callback) {
            return system.schedule(delay, callback);
          }
        };
    try (var executor = WorkflowExecutor.builder().time(counting).build()) {
      assertThat(executor.run(chain(1), 0)).isEqualTo(1);
      int forOneStep = reads.getAndSet(0);
      assertThat(executor.run(chain(100), 0)).isEqualTo(100);
      assertThat(reads).hasValue(forOneStep);
      reads.set(0);
      assertThat(executor.run(Flows.fork(Flows.plus("each", 0)), 50)).startsWith("[0, 1");
      assertThat(reads).hasValue(forOneStep);
    }
  }

  @Test
  void withAListener_alsoALinearTransientRunTellsEachStep() throws Exception {
    var steps = new AtomicInteger();
    var counting =
        new RunListener() {
          @Override
          public void stepProcessed(StepEvent.Processed event) {
            steps.incrementAndGet();
          }
        };
    try (var executor = WorkflowExecutor.builder().listener(counting).build()) {
      assertThat(executor.run(chain(1_000), 0)).isEqualTo(1_000);
    }
    assertThat(steps).hasValue(1_000);
  }
}
