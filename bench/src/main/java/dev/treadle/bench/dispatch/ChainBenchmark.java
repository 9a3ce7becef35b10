package dev.treadle.bench.dispatch;

import dev.treadle.Workflow;
import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One run of a chain, from call to return.
@About(
    title = "A chain of steps",
    text =
        "One run of trivial steps, each of which takes a boxed `Long` and makes another, from call"
            + " to return. `loop` calls the same functions one after another and is the limit;"
            + " `arrayDeque` is a queue of work items written by hand; `virtualThreads` starts a"
            + " thread for each step and joins it; `completableFuture` chains `thenApply`."
            + " LangGraph4j runs without a saver; LiteFlow without its execution log; ParSeq on as"
            + " many threads as there are cores, with large stacks, as a long chain of its `map`"
            + " needs them; its chain is built anew for each run, as its tasks run once.",
    chapter = About.Chapter.DISPATCH,
    unit = "step",
    by = "steps")
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChainBenchmark extends Measured {
  private record WorkItem(int step, Object input) {}

  /// A transient executor.
  @State(Scope.Benchmark)
  public static class Treadle {
    private final WorkflowExecutor executor = WorkflowExecutor.create();
    private Workflow<Object, Long, Long> chain = Shapes.chain(Shapes.functions(1));

    /// Builds the workflow.
    ///
    /// @param shape what it does
    /// @throws InterruptedException if interrupted
    @Setup
    public void build(ChainShape shape) throws InterruptedException {
      chain = Shapes.chain(shape.functions);
      Shapes.check("Treadle", shape.expected, run());
    }

    Long run() throws InterruptedException {
      return executor.run(chain, Shapes.FIRST);
    }

    /// Closes the executor.
    @TearDown
    public void close() {
      executor.close();
    }
  }

  /// The subject.
  ///
  /// @param subject set up
  /// @return the output
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long treadle(Treadle subject) throws InterruptedException {
    return subject.run();
  }

  /// The limit.
  ///
  /// @param shape the work
  /// @return the result
  /// @throws Exception never
  @Benchmark
  public Long loop(ChainShape shape) throws Exception {
    return Shapes.loop(shape.functions, Shapes.FIRST);
  }

  /// A queue of work items written by hand.
  ///
  /// @param shape the work
  /// @return the result
  /// @throws Exception never
  @Benchmark
  public Object arrayDeque(ChainShape shape) throws Exception {
    var queue = new ArrayDeque<WorkItem>();
    queue.add(new WorkItem(0, Shapes.FIRST));
    while (true) {
      var item = queue.remove();
      Object output = shape.functions.get(item.step).apply((Long) item.input);
      if (item.step + 1 == shape.steps) {
        return output;
      }
      queue.add(new WorkItem(item.step + 1, output));
    }
  }

  /// A virtual thread for each step.
  ///
  /// @param shape the work
  /// @return the result
  /// @throws Exception never
  @Benchmark
  public Long virtualThreads(ChainShape shape) throws Exception {
    var value = new Long[] {Shapes.FIRST};
    for (var function : shape.functions) {
      var thread =
          Thread.startVirtualThread(() -> {
            try {
              value[0] = function.apply(value[0]);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
      thread.join();
    }
    return value[0];
  }

  /// A chain of `thenApply`.
  ///
  /// @param shape the work
  /// @return the result
  @Benchmark
  public Long completableFuture(ChainShape shape) {
    var last = CompletableFuture.completedFuture(Shapes.FIRST);
    for (var function : shape.functions) {
      last =
          last.thenApply(value -> {
            try {
              return function.apply(value);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
    return last.join();
  }

  /// LangGraph4j without a saver.
  ///
  /// @param peer set up
  /// @return the result
  @Benchmark
  public Long langGraph4j(LangGraphChain peer) {
    return peer.run();
  }

  /// LiteFlow.
  ///
  /// @param peer set up
  /// @return the result
  @Benchmark
  public Long liteFlow(LiteFlowChain peer) {
    return peer.run();
  }

  /// ParSeq.
  ///
  /// @param peer set up
  /// @return the result
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long parSeq(ParSeqChain peer) throws InterruptedException {
    return peer.run();
  }
}
