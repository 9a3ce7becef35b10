package dev.treadle.bench.dispatch;

import dev.treadle.Workflow;
import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// A fork with a join.
@About(
    title = "A fork with a join",
    text =
        "One run that splits into items, adds one to each and sums them up in a join; every subject"
            + " makes the list of boxed items and the list of results. `virtualThreads` starts a"
            + " thread for each item and joins them all; `parallelStream` uses the common pool;"
            + " `arrayDeque` and `loop` one thread.",
    chapter = About.Chapter.DISPATCH,
    unit = "item",
    by = "items")
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForkBenchmark extends Measured {
  /// How many items.
  @Param({"1000", "100000"})
  public int items;

  private final WorkflowExecutor executor = WorkflowExecutor.create();
  private final Workflow<Object, Integer, Long> fork = ForkShape.workflow(x -> x + 1);

  private record WorkItem(int step, int place, Object input) {}

  /// Checks that all do the same.
  ///
  /// @throws InterruptedException if interrupted
  @Setup
  public void check() throws InterruptedException {
    Long expected = ForkShape.expected(items);
    Shapes.check("Treadle", expected, treadle());
    Shapes.check("virtualThreads", expected, virtualThreads());
    Shapes.check("parallelStream", expected, parallelStream());
    Shapes.check("arrayDeque", expected, arrayDeque());
    Shapes.check("loop", expected, loop());
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
    return ForkShape.run(executor, fork, items);
  }

  /// A virtual thread for each item.
  ///
  /// @return the sum
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long virtualThreads() throws InterruptedException {
    var input = ForkShape.items(items);
    var output = new Long[items];
    var threads = new ArrayList<Thread>(items);
    for (int i = 0; i < items; i++) {
      int at = i;
      threads.add(Thread.startVirtualThread(() -> output[at] = input.get(at) + 1));
    }
    for (var thread : threads) {
      thread.join();
    }
    return ForkShape.sum(Arrays.asList(output));
  }

  /// A parallel stream.
  ///
  /// @return the sum
  @Benchmark
  public Long parallelStream() {
    return ForkShape.sum(ForkShape.items(items).parallelStream().map(x -> x + 1).toList());
  }

  /// A queue of work items written by hand.
  ///
  /// @return the sum
  @Benchmark
  public Long arrayDeque() {
    var queue = new ArrayDeque<WorkItem>();
    for (var item : ForkShape.items(items)) {
      queue.add(new WorkItem(0, queue.size(), item));
    }
    var output = new Long[items];
    while (!queue.isEmpty()) {
      var item = queue.remove();
      output[item.place] = (Long) item.input + 1;
    }
    return ForkShape.sum(Arrays.asList(output));
  }

  /// A loop.
  ///
  /// @return the sum
  @Benchmark
  public Long loop() {
    List<Long> output = new ArrayList<>(items);
    for (var item : ForkShape.items(items)) {
      output.add(item + 1);
    }
    return ForkShape.sum(output);
  }
}
