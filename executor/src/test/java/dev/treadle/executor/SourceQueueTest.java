package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.SourceSummary.End;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Workflows driven from queues and by ticks.
@Timeout(60)
final class SourceQueueTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final LinkedBlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicReference<SourceSummary> summary = new AtomicReference<>();

  /// Fails for 13, and waits for 1 until told.
  private final Workflow<Object, Integer, Integer> workflow =
      Flows.only(
          Step.map(
              "step",
              Integer.class,
              Integer.class,
              n -> {
                seen.add(n);
                if (n == 13) {
                  throw new IllegalStateException("unlucky");
                }
                if (n == 1) {
                  Flows.await(goOn);
                }
                return n;
              }));

  private WorkflowExecutor executor() {
    return WorkflowExecutor.builder().time(time).build();
  }

  private Thread drive(RunSource<Integer, Integer> source) {
    return Thread.ofVirtual().start(() -> summary.set(source.from(queue, n -> n == 0)));
  }

  // --- queues

  @Test
  void aQueueIsTakenUntilTheLastElement_whichIsNotRun() {
    queue.addAll(List.of(2, 3, 4, 0, 5));
    try (var executor = executor()) {
      assertThat(executor.source(workflow).from(queue, n -> n == 0))
          .isEqualTo(new SourceSummary(End.EXHAUSTED, 3, 3, 0, 0, 0));
    }
    assertThat(seen).containsExactlyInAnyOrder(2, 3, 4);
    assertThat(queue).containsExactly(5);
  }

  @Test
  void nothingIsTakenFromAQueueBeforeThereIsRoom() throws Exception {
    queue.addAll(List.of(1, 2, 3, 0));
    try (var executor = executor()) {
      var driver = drive(executor.source(workflow).atOnce(1));
      assertThat(seen.take()).isEqualTo(1);
      assertThat(queue).as("while the run is in flight").containsExactly(2, 3, 0);
      goOn.countDown();
      driver.join();
      assertThat(summary.get().completed()).isEqualTo(3);
    }
  }

  @Test
  void stop_endsTheWaitForAnElement() throws Exception {
    queue.add(2);
    try (var executor = executor()) {
      var source = executor.source(workflow);
      var driver = drive(source);
      assertThat(seen.take()).isEqualTo(2);
      source.stop();
      driver.join();
      assertThat(summary.get()).isEqualTo(new SourceSummary(End.STOPPED, 1, 1, 0, 0, 0));
    }
  }

  @Test
  void anInterrupt_endsTheWaitForAnElement_andTheRunsInFlightAreWaitedFor() throws Exception {
    queue.add(1);
    try (var executor = executor()) {
      var flag = new AtomicBoolean();
      var driver =
          Thread.ofVirtual()
              .start(() -> {
                summary.set(executor.source(workflow).from(queue, n -> n == 0));
                flag.set(Thread.currentThread().isInterrupted());
              });
      assertThat(seen.take()).isEqualTo(1);
      driver.interrupt();
      goOn.countDown();
      driver.join();
      assertThat(summary.get()).isEqualTo(new SourceSummary(End.INTERRUPTED, 1, 1, 0, 0, 0));
      assertThat(flag).isTrue();
    }
  }

  @Test
  void aFailedRun_endsTheWaitForAnElement() {
    queue.add(13);
    try (var executor = executor()) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.source(workflow).from(queue, n -> n == 0))
          .withMessageContaining("unlucky");
    }
  }

  @Test
  void anElementThatWasTaken_isAlwaysRun() throws Exception {
    var handover = new SynchronousQueue<Integer>();
    try (var executor = executor()) {
      for (int i = 0; i < 200; i++) {
        var source = executor.source(workflow);
        var driver =
            Thread.ofVirtual().start(() -> summary.set(source.from(handover, n -> n == 0)));
        var stopper = Thread.ofVirtual().unstarted(source::stop);
        boolean taken = handover.offer(2, 10, TimeUnit.SECONDS);
        assertThat(taken).isTrue();
        stopper.start();
        boolean second = handover.offer(3);
        driver.join();
        assertThat(summary.get().completed()).isEqualTo(second ? 2 : 1);
      }
    }
  }

  // --- ticks

  @Test
  void ticksComeEachPeriod_andDoNotDrift() throws Exception {
    try (var executor = executor()) {
      var driver =
          Thread.ofVirtual()
              .start(() ->
                  summary.set(
                      executor
                          .source(workflow)
                          .every(
                              HOUR,
                              3,
                              tick -> {
                                assertThat(tick.due())
                                    .isEqualTo(
                                        ManualTime.BEGIN.plus(HOUR.multipliedBy(tick.number())));
                                return (int) tick.number() + 100;
                              })));
      for (int tick = 1; tick <= 3; tick++) {
        time.awaitTimer(HOUR.multipliedBy(tick));
        assertThat(seen).isEmpty();
        time.advance(HOUR);
        assertThat(seen.take()).isEqualTo(100 + tick);
      }
      driver.join();
      assertThat(summary.get()).isEqualTo(new SourceSummary(End.EXHAUSTED, 3, 3, 0, 0, 0));
    }
  }

  @Test
  void aLateTickRunsAtOnce_whenThereIsRoom_andThoseItMissedAreSkippedAndCounted() throws Exception {
    try (var executor = executor()) {
      var source = executor.source(workflow).atOnce(1);
      var driver =
          Thread.ofVirtual()
              .start(() -> summary.set(source.every(HOUR, tick -> (int) tick.number())));
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(seen.take()).isEqualTo(1); // which waits
      time.advance(Duration.ofMinutes(210));
      goOn.countDown();
      assertThat(seen.take()).as("the newest that is due at 4:30").isEqualTo(4);
      time.awaitTimer(HOUR.multipliedBy(5)); // on time again
      time.advance(HOUR);
      assertThat(seen.take()).isEqualTo(5);
      time.awaitTimer(HOUR.multipliedBy(6));
      source.stop();
      driver.join();
      assertThat(summary.get()).isEqualTo(new SourceSummary(End.STOPPED, 3, 3, 0, 0, 2));
    }
  }

  @Test
  void anInterruptEndsTheTicks() throws Exception {
    try (var executor = executor()) {
      var driver =
          Thread.ofVirtual()
              .start(() ->
                  summary.set(executor.source(workflow).every(HOUR, tick -> (int) tick.number())));
      time.awaitTimer(HOUR);
      driver.interrupt();
      driver.join();
      assertThat(summary.get()).isEqualTo(new SourceSummary(End.INTERRUPTED, 0, 0, 0, 0, 0));
    }
  }

  @Test
  void ticksWithoutAPeriod_areRefused() {
    try (var executor = executor()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> executor.source(workflow).every(Duration.ZERO, 1, _ -> 1))
          .withMessage("ticks need a period above zero and a count of 1 or more, was PT0S and 1");
    }
  }
}
