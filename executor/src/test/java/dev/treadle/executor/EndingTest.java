package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How runs end: by outputs, holds, sinks and terminates.
@Timeout(20)
final class EndingTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? WorkflowExecutor.create(store) : WorkflowExecutor.create();
  }

  private static Step<Object, Integer, Integer> holdOdd(String name) {
    return Step.of(
        name,
        Integer.class,
        Integer.class,
        (_, number) -> number % 2 == 1 ? Transition.hold() : Transition.next(number));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void holdsWithoutOutput_stall_namingTheSteps(boolean durable) throws Exception {
    var split = Flows.upTo("split");
    var hold =
        Step.<Object, Integer, Integer>of(
            "hold", Integer.class, Integer.class, (_, _) -> Transition.hold());
    var workflow = Workflow.builder("holding").start(split).edge(split, hold).end(hold).build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 3, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Stalled<>(Map.of("hold", 3L)));
      assertThat(handle.status()).isEqualTo(RunStatus.STALLED);
      assertThatExceptionOfType(RunStalledException.class)
          .isThrownBy(() -> executor.run(workflow, 2))
          .withMessageContaining("these steps hold items: {hold=2}");
    }
  }

  @Test
  void stalledRun_isReportedByEveryone_alsoAfterReopen() throws Exception {
    var hold = Flows.only(holdOdd("hold"));
    try (var executor = executor(true)) {
      assertThat(Flows.end(executor.start(hold, 1, Flows.ID)))
          .isEqualTo(new RunResult.Stalled<>(Map.of("hold", 1L)));
    }
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      var stalled = new RunResult.Stalled<Integer>(Map.of("hold", 1L));
      assertThat(Flows.end(executor.start(hold, 1, Flows.ID))).isEqualTo(stalled);
      assertThat(Flows.end(executor.resume(hold, Flows.ID))).isEqualTo(stalled);
      assertThat(executor.recover(hold)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void holdsBesideAnOutput_completeTheRun(boolean durable) throws Exception {
    var split = Flows.upTo("split");
    var hold = holdOdd("hold");
    var workflow = Workflow.builder("holding").start(split).edge(split, hold).end(hold).build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 4, Flows.ID);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
      assertThat(handle.outputs()).containsExactlyInAnyOrder(0, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void holdInAFork_isLeftOutOfTheJoin(boolean durable) throws Exception {
    try (var executor = executor(durable)) {
      assertThat(executor.run(Flows.fork(holdOdd("each")), 5)).isEqualTo("[0, 2, 4]");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everythingIntoSinks_isNoOutput(boolean durable) throws Exception {
    var start = Flows.plus("start", 0);
    var even = Flows.plus("even", 0);
    var rest = Flows.plus("rest", 0);
    var workflow =
        Workflow.builder("sinking")
            .start(start)
            .branch(start)
            .when(Integer.class)
            .and(number -> number % 2 == 0)
            .to(even)
            .otherwise(rest)
            .sink(rest)
            .end(even)
            .build();
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, 2)).isEqualTo(2);
      assertThatExceptionOfType(NoOutputException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID))
          .withMessage("run the-run: is done without an output; every branch went into a sink");
      if (durable) {
        var handle = executor.start(workflow, 1, Flows.ID);
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.CompletedWithoutOutput<>());
        assertThat(handle.status()).isEqualTo(RunStatus.COMPLETED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void workflowWithoutEnds_answersNull(boolean durable) throws Exception {
    var executions = new AtomicInteger();
    var work = Step.map("work", Integer.class, Integer.class, _ -> executions.incrementAndGet());
    Workflow<Object, Integer, Void> workflow =
        Workflow.builder("endless").start(work).sink(work).build();
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, 1)).isNull();
      assertThat(Flows.end(executor.start(workflow, 1)))
          .isEqualTo(new RunResult.CompletedWithoutOutput<>());
    }
    assertThat(executions).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void outputs_areThoseOfAllEnds_andTheFirstCounts(boolean durable) throws Exception {
    var start = Flows.plus("start", 0);
    var one = Flows.plus("one", 1);
    var two = Flows.plus("two", 2);
    var workflow =
        Workflow.builder("outputs")
            .start(start)
            .edge(start, one)
            .edge(start, two)
            .end(start)
            .end(one)
            .end(two)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 10, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(10));
      assertThat(handle.outputs()).startsWith(10).containsExactlyInAnyOrder(10, 11, 12);
    }
    if (durable) {
      try (var executor = WorkflowExecutor.create(store.reopen())) {
        assertThat(executor.start(workflow, 10, Flows.ID).outputs())
            .startsWith(10)
            .containsExactlyInAnyOrder(10, 11, 12);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void terminate_wins_dropsWhatIsQueued_andInterruptsWhatIsInFlight(boolean durable)
      throws Exception {
    var inFlight = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var later = new AtomicInteger();
    var split = Flows.upTo("split");
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            number -> {
              if (number == 0) {
                Flows.await(inFlight);
                return number;
              }
              inFlight.countDown();
              try {
                Flows.blockForever();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              return number;
            });
    var stop = Flows.plus("stop", 100);
    var follow = Step.map("follow", Integer.class, Integer.class, _ -> later.incrementAndGet());
    var workflow =
        Workflow.builder("terminating")
            .start(split)
            .edge(split, each)
            .branch(each)
            .when(Integer.class)
            .and(number -> number == 0)
            .to(stop)
            .otherwise(follow)
            .terminate(stop)
            .end(follow)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 2, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(100));
      Flows.await(interrupted);
      assertThat(handle.outputs()).containsExactly(100);
      if (durable) {
        assertThat(Flows.end(executor.start(workflow, 2, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>(100));
      }
    }
    assertThat(later).hasValue(0);
  }

  @Test
  void terminate_countsBeforeAnEarlierEnd() throws Exception {
    var start = Flows.plus("start", 0);
    var stop = Flows.plus("stop", 100);
    var workflow =
        Workflow.builder("terminating")
            .start(start)
            .edge(start, stop)
            .end(start)
            .terminate(stop)
            .build();
    try (var executor = executor(true)) {
      var handle = executor.start(workflow, 1, Flows.ID);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(101));
      assertThat(handle.outputs()).containsExactly(1, 101);
    }
    try (var executor = WorkflowExecutor.create(store.reopen())) {
      assertThat(executor.run(workflow, 1, Flows.ID)).isEqualTo(101);
    }
  }
}
