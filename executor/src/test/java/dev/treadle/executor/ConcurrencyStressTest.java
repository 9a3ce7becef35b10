package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Step;
import dev.treadle.Workflow;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Limited steps in runs that fail, are cancelled and are terminated: no permit is ever lost.
@Timeout(60)
final class ConcurrencyStressTest {
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  private static StepLimit limit(
      WorkflowExecutor executor, Workflow<?, ?, ?> workflow, String step) {
    var limit = ((ExecutorImpl) executor).plan(workflow).step(step).limit;
    assertThat(limit).isNotNull();
    return limit;
  }

  private static void awaitFree(StepLimit limit, int permits) {
    for (int i = 0; i < Flows.LIMIT.toMillis() && limit.free() != permits; i++) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(limit.free()).isEqualTo(permits);
  }

  @ParameterizedTest
  @CsvSource({"false,1", "false,2", "false,16", "true,1", "true,2", "true,16"})
  void whateverEndsRuns_noPermitIsLost_andNobodyWaitsForEver(boolean durable, int parallelism)
      throws Exception {
    for (int seed = 0; seed < (durable ? 10 : 60); seed++) {
      running.set(0);
      most.set(0);
      var faulty = new Stress(new SplittableRandom(seed), running, most);
      try (var executor =
          durable
              ? WorkflowExecutor.builder()
                  .store(MemoryCheckpointStore.create())
                  .parallelism(parallelism)
                  .build()
              : WorkflowExecutor.builder().parallelism(parallelism).build()) {
        faulty.drive(executor);
        awaitFree(limit(executor, faulty.workflow, "first"), 2);
        awaitFree(limit(executor, faulty.workflow, "second"), 1);
      }
      assertThat(most.get()).as("seed %d", seed).isLessThanOrEqualTo(3);
    }
  }

  /// Runs over two limited steps, of which some fail, some are cancelled and some are terminated.
  private static final class Stress {
    private final SplittableRandom random;
    private final AtomicInteger running;
    private final AtomicInteger most;
    private final Semaphore first = new Semaphore(2);
    private final Semaphore second = new Semaphore(1);
    private final Workflow<Object, Integer, Integer> workflow;

    Stress(SplittableRandom random, AtomicInteger running, AtomicInteger most) {
      this.random = random;
      this.running = running;
      this.most = most;
      var list = Flows.upTo("list");
      var one = Step.map("first", Integer.class, Integer.class, n -> at(first, n)).concurrency(2);
      var free = Flows.plus("free", 0);
      var two = Step.map("second", Integer.class, Integer.class, n -> at(second, n)).concurrency(1);
      var stop = Flows.plus("stop", 0);
      var last = Flows.plus("last", 0);
      this.workflow =
          Workflow.builder("stress")
              .start(list)
              .edge(list, one)
              .edge(one, free)
              .edge(free, two)
              .branch(two)
              .when(Integer.class)
              .and(n -> n == 17)
              .to(stop)
              .otherwise(last)
              .terminate(stop)
              .sink(last)
              .build();
    }

    private int at(Semaphore permits, int n) {
      if (!permits.tryAcquire()) {
        throw new AssertionError("more at once than allowed");
      }
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      LockSupport.parkNanos(1_000);
      running.decrementAndGet();
      permits.release();
      if (n == 13) {
        throw new IllegalStateException("unlucky");
      }
      return n;
    }

    void drive(WorkflowExecutor executor) throws InterruptedException {
      var handles = new ArrayList<RunHandle<Integer>>();
      for (int i = 0; i < 12; i++) {
        handles.add(executor.start(workflow, random.nextInt(1, 30)));
        if (random.nextInt(4) == 0) {
          handles.get(random.nextInt(handles.size())).cancel();
        }
      }
      for (var handle : handles) {
        if (Flows.end(handle) instanceof RunResult.Failed<Integer>(var failure, _)) {
          assertThat(failure.message()).isEqualTo("unlucky");
        }
      }
    }
  }
}
