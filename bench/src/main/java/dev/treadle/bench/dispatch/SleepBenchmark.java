package dev.treadle.bench.dispatch;

import dev.treadle.Workflow;
import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// Items that wait for something outside.
@About(
    title = "10,000 items that sleep 10 ms",
    text =
        "A fork of 10,000 items each of which sleeps for 10 ms, with a join, at parallelism 10,000;"
            + " beside a virtual thread for each.",
    chapter = About.Chapter.DISPATCH,
    unit = "fork")
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SleepBenchmark extends Measured {
  private static final int ITEMS = 10_000;
  private static final long MILLIS = 10;

  private final WorkflowExecutor executor = WorkflowExecutor.builder().parallelism(ITEMS).build();
  private final Workflow<Object, Integer, Long> fork = ForkShape.workflow(SleepBenchmark::sleep);

  private static Long sleep(Long value) throws InterruptedException {
    Thread.sleep(MILLIS);
    return value + 1;
  }

  /// Checks that both do the same.
  ///
  /// @throws InterruptedException if interrupted
  @Setup
  public void check() throws InterruptedException {
    Long expected = ForkShape.expected(ITEMS);
    Shapes.check("Treadle", expected, treadle());
    Shapes.check("virtualThreads", expected, virtualThreads());
  }

  /// Closes the executor.
  @TearDown
  public void close() {
    executor.close();
  }

  /// The subject.
  ///
  /// @return the sum
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long treadle() throws InterruptedException {
    return ForkShape.run(executor, fork, ITEMS);
  }

  /// A virtual thread for each item.
  ///
  /// @return the sum
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long virtualThreads() throws InterruptedException {
    var input = ForkShape.items(ITEMS);
    var output = new Long[ITEMS];
    var threads = new ArrayList<Thread>(ITEMS);
    for (int i = 0; i < ITEMS; i++) {
      int at = i;
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              output[at] = sleep(input.get(at));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }));
    }
    for (var thread : threads) {
      thread.join();
    }
    return ForkShape.sum(Arrays.asList(output));
  }
}
