package dev.treadle.bench.dispatch;

import dev.treadle.Fn;
import dev.treadle.Workflow;
import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// Many runs at once.
@About(
    title = "Concurrent runs",
    text =
        "Runs of ten trivial steps, all started and then awaited, per step; beside a virtual thread"
            + " for each run that calls the functions one after another, and beside"
            + " `CompletableFuture.supplyAsync` on the common pool.",
    chapter = About.Chapter.DISPATCH,
    unit = "step",
    by = "runs",
    each = ConcurrentRunsBenchmark.STEPS)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConcurrentRunsBenchmark extends Measured {
  static final int STEPS = 10;

  /// How many runs at once.
  @Param({"1", "100", "10000"})
  public int runs;

  private final WorkflowExecutor executor = WorkflowExecutor.create();
  private final List<Fn<Long, Long>> functions = Shapes.functions(STEPS);
  private final Workflow<Object, Long, Long> chain = Shapes.chain(functions);

  /// Checks that all do the same.
  ///
  /// @throws Exception if interrupted
  @Setup
  public void check() throws Exception {
    Long expected = Shapes.loop(functions, Shapes.FIRST) * runs;
    Shapes.check("Treadle", expected, treadle());
    Shapes.check("virtualThreads", expected, virtualThreads());
    Shapes.check("completableFuture", expected, completableFuture());
  }

  /// Closes the executor.
  @TearDown
  public void close() {
    executor.close();
  }

  /// The subject.
  ///
  /// @return the sum of all outputs
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long treadle() throws InterruptedException {
    var handles = new ArrayList<RunHandle<Long>>(runs);
    for (int i = 0; i < runs; i++) {
      handles.add(executor.start(chain, Shapes.FIRST));
    }
    long sum = 0;
    for (var handle : handles) {
      sum += output(handle.await());
    }
    return sum;
  }

  private static long output(RunResult<Long> result) {
    if (result instanceof RunResult.Completed<Long>(var output)) {
      return output;
    }
    throw new IllegalStateException("a run came to " + result);
  }

  /// A virtual thread for each run.
  ///
  /// @return the sum of all results
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long virtualThreads() throws InterruptedException {
    var output = new Long[runs];
    var threads = new ArrayList<Thread>(runs);
    for (int i = 0; i < runs; i++) {
      int at = i;
      threads.add(Thread.startVirtualThread(() -> output[at] = loop()));
    }
    long sum = 0;
    for (int i = 0; i < runs; i++) {
      threads.get(i).join();
      sum += output[i];
    }
    return sum;
  }

  /// The common pool.
  ///
  /// @return the sum of all results
  @Benchmark
  public Long completableFuture() {
    var futures = new ArrayList<CompletableFuture<Long>>(runs);
    for (int i = 0; i < runs; i++) {
      futures.add(CompletableFuture.supplyAsync(this::loop));
    }
    long sum = 0;
    for (var future : futures) {
      sum += future.join();
    }
    return sum;
  }

  private Long loop() {
    try {
      return Shapes.loop(functions, Shapes.FIRST);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
