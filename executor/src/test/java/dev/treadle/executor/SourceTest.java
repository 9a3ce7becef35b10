package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.SourceSummary.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Workflows driven from streams and iterators: bounded, one run for each element.
@Timeout(60)
final class SourceTest {
  private final List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger pulled = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  /// Fails for 13, and waits for negative numbers until told.
  private final Workflow<Object, Integer, Integer> workflow =
      Flows.only(
          Step.of(
              "step",
              Integer.class,
              Integer.class,
              (_, n) -> {
                seen.add(n);
                if (n == 13) {
                  throw new IllegalStateException("unlucky");
                }
                if (n < 0) {
                  begun.countDown();
                  assertThat(goOn.await(Flows.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                }
                return Transition.next(n * 2);
              }));

  @AfterEach
  void clearInterrupt() {
    goOn.countDown();
    var _ = Thread.interrupted();
  }

  private RunSource<Integer, Integer> source(WorkflowExecutor executor) {
    return executor.source(workflow).onOutput((_, _) -> done.incrementAndGet());
  }

  /// Fails if something is pulled though so many runs are in flight.
  private Stream<Integer> watched(IntStream numbers, int atOnce) {
    return numbers
        .boxed()
        .peek(_ ->
            assertThat(pulled.incrementAndGet() - done.get())
                .as("pulled and not done")
                .isLessThanOrEqualTo(atOnce));
  }

  // --- what is run

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void eachElementOfAStreamIsRun_andNothingIsPulledBeforeThereIsRoom(int atOnce) {
    var outputs = Collections.synchronizedList(new ArrayList<Integer>());
    try (var executor = WorkflowExecutor.create()) {
      var summary =
          executor
              .source(workflow)
              .atOnce(atOnce)
              .onOutput((in, out) -> {
                assertThat(out).isEqualTo(in * 2);
                outputs.add(out);
                done.incrementAndGet();
              })
              .from(watched(IntStream.range(100, 600), atOnce));
      assertThat(summary).isEqualTo(new SourceSummary(End.EXHAUSTED, 500, 500, 0, 0, 0));
    }
    assertThat(outputs)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(100, 600).mapToObj(n -> n * 2).toList());
  }

  @Test
  void atOnceRunsAreInFlight_whenThereIsEnoughToDo() {
    var together = new CountDownLatch(3);
    var meeting =
        Flows.only(
            Step.map(
                "meet",
                Integer.class,
                Integer.class,
                n -> {
                  together.countDown();
                  Flows.await(together); // ends only if three run at once
                  return n;
                }));
    try (var executor = WorkflowExecutor.create()) {
      var summary = executor.source(meeting).atOnce(3).from(Stream.of(1, 2, 3));
      assertThat(summary.completed()).isEqualTo(3);
    }
  }

  @Test
  void aMillionElements_takeNoMoreMemoryThanThoseInFlight() {
    var plain = Flows.only(Flows.plus("plain", 1));
    try (var executor = WorkflowExecutor.create()) {
      var summary =
          executor
              .source(plain)
              .atOnce(32)
              .onOutput((_, _) -> done.incrementAndGet())
              .from(
                  IntStream.range(0, 1_000_000)
                      .mapToObj(n -> {
                        if (pulled.incrementAndGet() - done.get() > 32) {
                          throw new AssertionError("pulled before there was room");
                        }
                        return n;
                      }));
      assertThat(summary.completed()).isEqualTo(1_000_000);
    }
  }

  @Test
  void anIteratorIsDriven_byTheCallingThread() {
    var threads = Collections.synchronizedSet(new HashSet<Thread>());
    var numbers = Stream.of(1, 2, 3).peek(_ -> threads.add(Thread.currentThread())).iterator();
    try (var executor = WorkflowExecutor.create()) {
      assertThat(source(executor).from(numbers).completed()).isEqualTo(3);
    }
    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(seen).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void aRunWithoutOutput_isCompleted() {
    var sink = Flows.plus("sink", 0);
    var end = Flows.plus("end", 0);
    var list = Flows.upTo("list");
    var sinking =
        Workflow.builder("sinking")
            .start(list)
            .branch(list)
            .when(Integer.class)
            .and(n -> n > 10)
            .to(end)
            .otherwise(sink)
            .end(end)
            .sink(sink)
            .build();
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.source(sinking).from(Stream.of(1, 2)))
          .isEqualTo(new SourceSummary(End.EXHAUSTED, 2, 2, 0, 0, 0));
    }
  }

  @Test
  void withIds_aRestartRunsNoElementTwice() {
    var store = MemoryCheckpointStore.create();
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() ->
              source(executor)
                  .atOnce(1)
                  .ids(n -> RunId.of("element-" + n))
                  .from(Stream.of(1, 2, 13, 4)));
    }
    assertThat(seen).containsExactly(1, 2, 13);
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      var outputs = Collections.synchronizedList(new ArrayList<Integer>());
      var summary =
          executor
              .source(workflow)
              .ids(n -> RunId.of("element-" + n))
              .onOutput((_, out) -> outputs.add(out))
              .from(Stream.of(1, 2, 4));
      assertThat(summary.completed()).isEqualTo(3);
      assertThat(outputs).containsExactlyInAnyOrder(2, 4, 8);
    }
    assertThat(seen).as("1 and 2 were not run again").containsExactly(1, 2, 13, 4);
  }

  // --- failures

  @Test
  void theFirstFailedRunEndsTheSource_andThoseInFlightAreWaitedFor() {
    var closed = new AtomicBoolean();
    try (var executor = WorkflowExecutor.create()) {
      var numbers =
          Stream.of(-1, 13, 1, 2, 3)
              .onClose(() -> {
                closed.set(true);
                goOn.countDown(); // the failure has been seen, the other run goes on
              });
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> source(executor).atOnce(2).from(numbers))
          .withMessageContaining("unlucky");
      assertThat(done).as("the run in flight").hasValue(1);
      assertThat(seen).containsExactlyInAnyOrder(-1, 13);
      assertThat(closed).isTrue();
    }
  }

  @Test
  void afterFailures_goesOn_andTellsThem() {
    var failed = Collections.synchronizedList(new ArrayList<String>());
    try (var executor = WorkflowExecutor.create()) {
      var summary =
          executor
              .source(workflow)
              .goOnAfterFailures((n, e) -> failed.add(n + " " + e.getClass().getSimpleName()))
              .from(Stream.of(1, 13, 2, 13, 3));
      assertThat(summary).isEqualTo(new SourceSummary(End.EXHAUSTED, 5, 3, 2, 0, 0));
    }
    assertThat(failed).containsExactly("13 StepFailedException", "13 StepFailedException");
  }

  @Test
  void aStreamThatThrows_isClosed_andItsRunsAreWaitedFor() {
    var closed = new AtomicBoolean();
    try (var executor = WorkflowExecutor.create()) {
      var numbers =
          Stream.of(-1, 2)
              .peek(n -> {
                if (n == 2) {
                  throw new IllegalStateException("broken source");
                }
              })
              .onClose(() -> {
                closed.set(true);
                goOn.countDown();
              });
      assertThatIllegalStateException()
          .isThrownBy(() -> source(executor).goOnAfterFailures((_, _) -> {}).from(numbers))
          .withMessage("broken source");
    }
    assertThat(closed).isTrue();
    assertThat(done).hasValue(1);
  }

  @Test
  void anElementThatIsNull_isTheSourcesFault() {
    try (var executor = WorkflowExecutor.create()) {
      assertThatNullPointerException()
          .isThrownBy(() -> source(executor).from(Arrays.asList(1, null).iterator()))
          .withMessage("the source of workflow \"only\" gave null; a run needs an input");
    }
  }

  @Test
  void aHandlerThatThrows_endsTheSource() {
    try (var executor = WorkflowExecutor.create()) {
      assertThatIllegalStateException()
          .isThrownBy(() ->
              executor
                  .source(workflow)
                  .atOnce(1)
                  .onOutput((_, _) -> {
                    throw new IllegalStateException("bad handler");
                  })
                  .goOnAfterFailures((_, _) -> {})
                  .from(Stream.of(1, 2, 3)))
          .withMessage("bad handler");
    }
    assertThat(seen).containsExactly(1);
  }

  @Test
  void aClosedExecutor_endsTheSource_whateverThePolicy() {
    var executor = WorkflowExecutor.create();
    assertThatExceptionOfType(ExecutorClosedException.class)
        .isThrownBy(() ->
            source(executor)
                .atOnce(1)
                .goOnAfterFailures((_, _) -> {})
                .from(
                    Stream.of(1, 2, 3)
                        .peek(n -> {
                          if (n == 2) {
                            executor.close();
                          }
                        })));
    assertThat(seen).containsExactly(1);
  }

  // --- interrupts and stopping

  @Test
  void anInterruptEndsTheSource_andItsRunsAreWaitedFor() throws Exception {
    try (var executor = WorkflowExecutor.create()) {
      var summary = new AtomicReference<SourceSummary>();
      var flag = new AtomicBoolean();
      var driver =
          Thread.ofVirtual()
              .start(() -> {
                summary.set(source(executor).atOnce(1).from(Stream.of(-1, 2, 3)));
                flag.set(Thread.currentThread().isInterrupted());
              });
      Flows.await(begun);
      driver.interrupt();
      goOn.countDown();
      driver.join();
      assertThat(summary.get().end()).isEqualTo(End.INTERRUPTED);
      assertThat(summary.get().completed()).isEqualTo(summary.get().started());
      assertThat(flag).as("the interrupt is kept").isTrue();
      assertThat(seen).doesNotContain(3);
    }
  }

  @Test
  void aSecondInterrupt_leavesTheRunsInFlight_andADurableOneCanBeResumed() throws Exception {
    var store = MemoryCheckpointStore.create();
    try (var executor = WorkflowExecutor.create(store)) {
      var summary = new AtomicReference<SourceSummary>();
      var driver =
          Thread.ofVirtual()
              .start(() ->
                  summary.set(
                      source(executor).ids(n -> RunId.of("element" + n)).from(Stream.of(-1))));
      Flows.await(begun);
      while (driver.isAlive()) { // the first, the second, and any between two waits
        driver.interrupt();
        driver.join(Duration.ofMillis(5));
      }
      assertThat(summary.get().left()).isEqualTo(1);
      assertThat(summary.get().started()).isEqualTo(1);
      goOn.countDown();
      assertThat(executor.run(workflow, -1, RunId.of("element-1"))).isEqualTo(-2);
    }
    assertThat(seen).containsExactly(-1, -1);
  }

  @Test
  void stop_takesNothingMore() {
    try (var executor = WorkflowExecutor.create()) {
      var source = source(executor).atOnce(1);
      var summary =
          source.from(
              Stream.of(1, 2, 3)
                  .peek(n -> {
                    if (n == 2) {
                      source.stop();
                    }
                  }));
      assertThat(summary).isEqualTo(new SourceSummary(End.STOPPED, 2, 2, 0, 0, 0));
    }
  }

  // --- wrong use

  @Test
  void wrongUse_isRefused() {
    try (var executor = WorkflowExecutor.create()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> source(executor).atOnce(0))
          .withMessage("a source has at least 1 run in flight at once, was 0");
      assertThatIllegalStateException()
          .isThrownBy(() -> source(executor).atOnce(1).atOnce(2))
          .withMessage("atOnce was already set");
      var used = source(executor);
      assertThat(used.from(Stream.of(1)).completed()).isEqualTo(1);
      assertThatIllegalStateException()
          .isThrownBy(() -> used.from(Stream.of(1)))
          .withMessage("this source was driven already; make another by executor.source(workflow)");
    }
  }
}
