package dev.treadle.bench.dispatch;

import dev.treadle.Fn;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A chain of 1,000 trivial steps, per step: a transient run beside a loop over an `ArrayDeque`
/// written by hand.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@OperationsPerInvocation(ChainBenchmark.STEPS)
public class ChainBenchmark {
  static final int STEPS = 1_000;

  private final List<Fn<Long, Long>> functions = new ArrayList<>();
  private WorkflowExecutor executor;
  private Workflow<Object, Long, Long> chain;

  private record WorkItem(int step, Object input) {}

  @Setup
  public void build() {
    for (int i = 0; i < STEPS; i++) {
      functions.add(
          switch (i % 4) {
            case 0 -> x -> x + 1;
            case 1 -> x -> x + 3;
            case 2 -> x -> x ^ 5;
            default -> x -> x + 7;
          });
    }
    var steps = new ArrayList<Step<Object, Long, Long>>();
    for (var function : functions) {
      steps.add(Step.map("step" + steps.size(), Long.class, Long.class, function));
    }
    var builder = Workflow.builder("chain").start(steps.getFirst());
    for (var step : steps.subList(1, STEPS)) {
      builder = builder.then(step);
    }
    chain = builder.end(steps.getLast()).build();
    executor = WorkflowExecutor.create();
  }

  @TearDown
  public void close() {
    executor.close();
  }

  @Benchmark
  public Long treadle() throws InterruptedException {
    return executor.run(chain, 1_000L);
  }

  @Benchmark
  public Object arrayDeque() throws Exception {
    var queue = new ArrayDeque<WorkItem>();
    queue.add(new WorkItem(0, 1_000L));
    while (true) {
      var item = queue.remove();
      Object output = functions.get(item.step).apply((Long) item.input);
      if (item.step + 1 == STEPS) {
        return output;
      }
      queue.add(new WorkItem(item.step + 1, output));
    }
  }
}
