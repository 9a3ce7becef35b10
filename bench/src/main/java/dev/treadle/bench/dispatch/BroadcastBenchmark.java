package dev.treadle.bench.dispatch;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.WorkflowBuilder;
import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// One output to several steps.
@About(
    title = "A broadcast",
    text =
        "One run whose first step's output goes to each of several steps, at parallelism 1 and at"
            + " the usual one; `arrayDeque` does the same on one thread with a queue written by"
            + " hand.",
    chapter = About.Chapter.DISPATCH,
    unit = "step",
    by = "width")
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BroadcastBenchmark extends Measured {
  /// How many steps get the output.
  @Param({"10", "100"})
  public int width;

  private final WorkflowExecutor executor = WorkflowExecutor.create();
  private final WorkflowExecutor alone = WorkflowExecutor.builder().parallelism(1).build();
  private final LongAdder sum = new LongAdder();
  private @Nullable Workflow<Object, Long, Void> broadcast;

  private record WorkItem(int step, Object input) {}

  /// Builds the workflow.
  ///
  /// @throws InterruptedException if interrupted
  @Setup
  public void build() throws InterruptedException {
    var first = Step.map("first", Long.class, Long.class, x -> x + 1);
    var builder = Workflow.builder("broadcast").start(first);
    WorkflowBuilder<Object, Long> all = builder;
    for (int i = 0; i < width; i++) {
      var step = Step.map("step" + i, Long.class, Long.class, this::take);
      all = all.edge(first, step).sink(step);
    }
    broadcast = all.build();
    check("Treadle", this::treadle);
    check("Treadle alone", this::treadleAlone);
    check("arrayDeque", this::arrayDeque);
  }

  private Workflow<Object, Long, Void> workflow() {
    return Objects.requireNonNull(broadcast);
  }

  private interface Subject {
    Object run() throws InterruptedException;
  }

  private void check(String name, Subject subject) throws InterruptedException {
    sum.reset();
    subject.run();
    Shapes.check(name, (Shapes.FIRST + 1) * width, sum.sum());
  }

  private Long take(Long value) {
    sum.add(value);
    return value + 1;
  }

  /// Closes the executors.
  @TearDown
  public void close() {
    executor.close();
    alone.close();
  }

  /// The subject, at the usual parallelism.
  ///
  /// @return the sum, so that it is not optimized away
  /// @throws InterruptedException if interrupted
  @Benchmark
  public LongAdder treadle() throws InterruptedException {
    var _ = executor.run(workflow(), Shapes.FIRST);
    return sum;
  }

  /// The subject, one step at a time.
  ///
  /// @return the sum, so that it is not optimized away
  /// @throws InterruptedException if interrupted
  @Benchmark
  public LongAdder treadleAlone() throws InterruptedException {
    var _ = alone.run(workflow(), Shapes.FIRST);
    return sum;
  }

  /// A queue of work items written by hand.
  ///
  /// @return the sum, so that it is not optimized away
  @Benchmark
  public LongAdder arrayDeque() {
    var queue = new ArrayDeque<WorkItem>();
    Long output = Shapes.FIRST + 1;
    for (int i = 0; i < width; i++) {
      queue.add(new WorkItem(i, output));
    }
    while (!queue.isEmpty()) {
      take((Long) queue.remove().input);
    }
    return sum;
  }
}
