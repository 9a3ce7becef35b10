package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a step of a transient run costs in memory, which no machine's speed has a say in.
@Timeout(20)
final class AllocationTest {
  private static final int STEPS = 1_000;
  private static final int RUNS = 200;
  private static final int WARM = 10;

  /// A transition and the boxed number.
  private static final long MOST_BYTES_PER_STEP = 48;

  /// Those two, and what a run and the counting itself make, spread over all steps.
  private static final double MOST_OBJECTS_PER_STEP = 2.5;

  /// A run, its context, its end and one step; less where the compiler has looked at all of it.
  private static final long MOST_BYTES_PER_RUN = 2_000;

  private static Step<Object, Long, Long> step(int number) {
    return Step.map("s" + number, Long.class, Long.class, value -> value + 1_000);
  }

  private static Workflow<Object, Long, Long> chain(int steps) {
    var last = step(0);
    var chain = Workflow.builder("chain").start(last);
    for (int i = 1; i < steps; i++) {
      last = step(i);
      chain = chain.then(last);
    }
    return chain.end(last).build();
  }

  private static long bytes(WorkflowExecutor executor, Workflow<Object, Long, Long> chain)
      throws InterruptedException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    run(executor, chain);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static void run(WorkflowExecutor executor, Workflow<Object, Long, Long> chain)
      throws InterruptedException {
    for (int i = 0; i < RUNS; i++) {
      var _ = executor.run(chain, 0L);
    }
  }

  @Test
  void transientStep_allocatesItsTransitionAndItsOutputOnly() throws Exception {
    var chain = chain(STEPS);
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.run(chain, 0L)).isEqualTo(1_000_000L);
      run(executor, chain); // warm-up

      long perStep = bytes(executor, chain) / ((long) RUNS * STEPS);

      assertThat(perStep).as("bytes a step").isBetween(1L, MOST_BYTES_PER_STEP);
    }
  }

  @Test
  void transientStep_makesTwoObjects() throws Exception {
    var chain = chain(STEPS);
    try (var executor = WorkflowExecutor.create()) {
      run(executor, chain); // warm-up

      double perStep = (double) Heap.objectsMadeBy(() -> run(executor, chain)) / (RUNS * STEPS);

      assertThat(perStep).as("objects a step").isBetween(1.0, MOST_OBJECTS_PER_STEP);
    }
  }

  @Test
  void transientRun_beginsAndEndsWithFewBytes() throws Exception {
    var chain = chain(1);
    try (var executor = WorkflowExecutor.create()) {
      for (int i = 0; i < WARM; i++) {
        run(executor, chain);
      }

      long perRun = bytes(executor, chain) / RUNS;

      assertThat(perRun).as("bytes a run of one step").isBetween(1L, MOST_BYTES_PER_RUN);
    }
  }

  /// Counts objects, also those that nothing refers to any more. Only the heap itself knows how
  /// many there are, and only as long as nothing has been collected.
  private static final class Heap {
    private static final int ATTEMPTS = 20;
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+(\\d+)\\s");

    private interface Work {
      void run() throws Exception;
    }

    static long objectsMadeBy(Work work) throws Exception {
      for (int i = 0; i < ATTEMPTS; i++) {
        long collections = collections();
        long before = objects();
        work.run();
        long made = objects() - before;
        if (collections() == collections) {
          return made;
        }
      }
      throw new AssertionError("something was collected in each of " + ATTEMPTS + " attempts");
    }

    private static long objects() throws JMException {
      var histogram =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[] {"-all"}},
                  new String[] {String[].class.getName()});
      var total = TOTAL.matcher(String.valueOf(histogram));
      assertThat(total.find()).isTrue();
      return Long.parseLong(total.group(1));
    }

    private static long collections() {
      return ManagementFactory.getGarbageCollectorMXBeans().stream()
          .mapToLong(GarbageCollectorMXBean::getCollectionCount)
          .sum();
    }
  }
}
