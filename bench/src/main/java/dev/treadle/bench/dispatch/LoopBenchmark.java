package dev.treadle.bench.dispatch;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// A step that leads to itself by a branch.
@About(
    title = "A loop",
    text =
        "One run of a step that counts and leads back to itself by a guarded branch;"
            + " `arrayDeque` is the same with a queue of work items written by hand.",
    chapter = About.Chapter.DISPATCH,
    unit = "step",
    by = "rounds")
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LoopBenchmark extends Measured {
  /// How often the step is executed.
  @Param("1000000")
  public long rounds;

  private final WorkflowExecutor executor = WorkflowExecutor.create();
  private Workflow<Object, Long, Long> loop = Shapes.chain(Shapes.functions(1));

  private record WorkItem(int step, Object input) {}

  /// Builds the workflow.
  ///
  /// @throws InterruptedException if interrupted
  @Setup
  public void build() throws InterruptedException {
    var count = Step.map("count", Long.class, Long.class, value -> value + 1);
    var done = Step.map("done", Long.class, Long.class, value -> value);
    loop =
        Workflow.builder("loop")
            .start(count)
            .branch(count)
            .when(Long.class)
            .and(value -> value < rounds)
            .to(count)
            .otherwise(done)
            .end(done)
            .build();
    Shapes.check("Treadle", rounds, treadle());
    Shapes.check("arrayDeque", rounds, arrayDeque());
  }

  /// Closes the executor.
  @TearDown
  public void close() {
    executor.close();
  }

  /// The subject.
  ///
  /// @return the count
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long treadle() throws InterruptedException {
    return executor.run(loop, 0L);
  }

  /// A queue of work items written by hand.
  ///
  /// @return the count
  @Benchmark
  public Long arrayDeque() {
    var queue = new ArrayDeque<WorkItem>();
    queue.add(new WorkItem(0, 0L));
    while (true) {
      var item = queue.remove();
      Long value = (Long) item.input;
      if (item.step == 1) {
        return value;
      }
      Long output = value + 1;
      queue.add(new WorkItem(output < rounds ? 0 : 1, output));
    }
  }
}
