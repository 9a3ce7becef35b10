package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a step of a transient run costs in memory, which no machine's speed has a say in.
@Timeout(20)
final class AllocationTest {
  private static final int STEPS = 1_000;
  private static final int RUNS = 200;

  /// An item, a transition and the boxed number.
  private static final long MOST_BYTES_PER_STEP = 80;

  private static Step<Object, Long, Long> step(int number) {
    return Step.map("s" + number, Long.class, Long.class, value -> value + 1_000);
  }

  private static Workflow<Object, Long, Long> chain() {
    var last = step(0);
    var chain = Workflow.builder("chain").start(last);
    for (int i = 1; i < STEPS; i++) {
      last = step(i);
      chain = chain.then(last);
    }
    return chain.end(last).build();
  }

  @Test
  void transientStep_allocatesItsItemItsTransitionAndItsOutputOnly() throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var chain = chain();
    try (var executor = WorkflowExecutor.create()) {
      for (int i = 0; i < RUNS; i++) { // warm-up
        assertThat(executor.run(chain, 0L)).isEqualTo(1_000_000L);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < RUNS; i++) {
        var _ = executor.run(chain, 0L);
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      long perStep = bytes / ((long) RUNS * STEPS);
      assertThat(perStep).as("bytes a step").isBetween(1L, MOST_BYTES_PER_STEP);
    }
  }
}
