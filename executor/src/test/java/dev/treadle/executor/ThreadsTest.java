package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.Step;
import dev.treadle.Workflow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On which threads steps run, how many at once, and whose interrupts count.
@Timeout(20)
final class ThreadsTest {
  private final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  @AfterEach
  void clearInterrupt() {
    var _ = Thread.interrupted();
  }

  private WorkflowExecutor executor(boolean durable, int parallelism) {
    var builder = WorkflowExecutor.builder().parallelism(parallelism);
    return durable ? builder.store(store).build() : builder.build();
  }

  private Step<Object, Integer, Integer> recorded(String name) {
    return Step.map(
        name,
        Integer.class,
        Integer.class,
        number -> {
          threads.add(Thread.currentThread());
          return number + 1;
        });
  }

  private Workflow<Object, Integer, Integer> stretch() {
    var steps = IntStream.range(0, 20).mapToObj(i -> recorded("s" + i)).toList();
    var chain = Workflow.builder("stretch").start(steps.getFirst());
    for (var step : steps.subList(1, steps.size())) {
      chain = chain.then(step);
    }
    return chain.end(steps.getLast()).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_staysOnTheCallersThread_onALinearStretch(boolean durable) throws Exception {
    try (var executor = executor(durable, 256)) {
      assertThat(executor.run(stretch(), 0)).isEqualTo(20);
    }
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void start_runsOnAVirtualThread(boolean durable) throws Exception {
    try (var executor = executor(durable, 256)) {
      assertThat(Flows.end(executor.start(stretch(), 0))).isEqualTo(new RunResult.Completed<>(20));
    }
    assertThat(threads).hasSize(1).allMatch(Thread::isVirtual);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void parallelismOfOne_isStrictlyFirstInFirstOut(boolean durable) throws Exception {
    var order = Collections.synchronizedList(new ArrayList<String>());
    var fork = Flows.upTo("fork");
    var one =
        Step.map(
            "one",
            Integer.class,
            Integer.class,
            n -> {
              order.add("one " + n);
              return n;
            });
    var two =
        Step.map(
            "two",
            Integer.class,
            Integer.class,
            n -> {
              order.add("two " + n);
              return n;
            });
    var join = Flows.text("join");
    var workflow =
        Workflow.builder("ordered")
            .start(fork)
            .edge(fork, one)
            .edge(one, two)
            .join(fork, two, join)
            .end(join)
            .build();
    try (var executor = executor(durable, 1)) {
      assertThat(executor.run(workflow, 3)).isEqualTo("[0, 1, 2]");
    }
    assertThat(order).containsExactly("one 0", "one 1", "one 2", "two 0", "two 1", "two 2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void parallelism_isReached_andNeverExceeded(boolean durable) throws Exception {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var four = new CountDownLatch(4);
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            n -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              four.countDown();
              Flows.await(four); // the first four can only go on together
              now.decrementAndGet();
              return n;
            });
    try (var executor = executor(durable, 4)) {
      assertThat(executor.run(Flows.fork(each), 100)).startsWith("[0, 1");
    }
    assertThat(most).hasValue(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itemsThatBlock_runSideBySide(boolean durable) throws Exception {
    var all = new CountDownLatch(200);
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            n -> {
              all.countDown();
              Flows.await(all);
              return n;
            });
    try (var executor = executor(durable, 256)) {
      assertThat(executor.run(Flows.fork(each), 200)).endsWith("198, 199]");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runInsideAStep_isARunOfItsOwn(boolean durable) throws Exception {
    try (var executor = executor(durable, 4)) {
      var plus = Flows.plus("plus", 1);
      var other = Workflow.builder("other").start(plus).end(plus).build();
      var each = Step.map("each", Integer.class, Integer.class, n -> executor.run(other, n));
      assertThat(executor.run(Flows.fork(each), 20)).startsWith("[1, 2, 3").endsWith("20]");
    }
  }

  // --- interrupts

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptedCaller_getsAnInterruptedException_andADurableRunIsResumable(boolean durable)
      throws Exception {
    var caller = Thread.currentThread();
    var patient = new AtomicBoolean();
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            n -> {
              if (!patient.get()) {
                caller.interrupt();
                Flows.blockForever();
              }
              return n;
            });
    var workflow = Flows.only(work);
    try (var executor = executor(durable, 4)) {
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> executor.run(workflow, 1, Flows.ID));
      assertThat(caller.isInterrupted()).isFalse();
      patient.set(true);
      if (durable) {
        assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>(1));
      } else {
        assertThat(executor.run(workflow, 1, Flows.ID)).as("the id is free again").isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void callerInterruptedWhileOthersWork_isReleasedAtOnce(boolean durable) throws Exception {
    var caller = Thread.currentThread();
    var go = new CountDownLatch(1);
    var both = new CountDownLatch(2);
    var each =
        Step.map(
            "each",
            Integer.class,
            Integer.class,
            n -> {
              both.countDown();
              assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
              if (Thread.currentThread().equals(caller)) {
                return n;
              }
              caller.interrupt();
              Flows.await(go);
              return n;
            });
    var workflow = Flows.fork(each);
    try (var executor = executor(durable, 4)) {
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> executor.run(workflow, 2, Flows.ID));
      go.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void callerWhoseStepsDoNotBlock_getsTheOutput_andKeepsItsInterrupt(boolean durable)
      throws Exception {
    try (var executor = executor(durable, 4)) {
      Thread.currentThread().interrupt();
      assertThat(executor.run(stretch(), 0)).isEqualTo(20);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptThatAStepLeavesOnAVirtualThread_isNotSeenByTheNext(boolean durable)
      throws Exception {
    var first =
        Step.map(
            "first",
            Integer.class,
            Integer.class,
            n -> {
              Thread.currentThread().interrupt();
              return n;
            });
    var second =
        Step.map(
            "second", Integer.class, Boolean.class, _ -> Thread.currentThread().isInterrupted());
    try (var executor = executor(durable, 4)) {
      assertThat(Flows.end(executor.start(Flows.chain("leaky", first, second), 1)))
          .isEqualTo(new RunResult.Completed<>(false));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptedExceptionOfAStepsOwn_isAFailure_onAVirtualThread(boolean durable)
      throws Exception {
    var work =
        Step.map(
            "work",
            Integer.class,
            Integer.class,
            _ -> {
              throw new InterruptedException("of a connection");
            });
    try (var executor = executor(durable, 4)) {
      assertThat(Flows.failed(executor.start(Flows.only(work), 1)).failure().message())
          .isEqualTo("of a connection");
    }
  }

  @Test
  void manyThreadsThatStartOneId_shareOneRun() throws Exception {
    var executions = new AtomicInteger();
    var work = Step.map("work", Integer.class, Integer.class, _ -> executions.incrementAndGet());
    var workflow = Flows.only(work);
    var results = Collections.synchronizedList(new ArrayList<Integer>());
    try (var executor = executor(true, 4)) {
      var starters = new ArrayList<Thread>();
      for (int i = 0; i < 16; i++) {
        starters.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    results.add(executor.run(workflow, 1, Flows.ID));
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                }));
      }
      for (var starter : starters) {
        starter.join();
      }
    }
    assertThat(results).isEqualTo(List.copyOf(Collections.nCopies(16, 1)));
    assertThat(executions).hasValue(1);
  }
}
