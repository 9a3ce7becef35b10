package dev.treadle.bench.dispatch;

import com.linkedin.parseq.Engine;
import com.linkedin.parseq.EngineBuilder;
import com.linkedin.parseq.Task;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// The chain in ParSeq: a value and `map` after `map`. A task runs once, so each run builds its
/// own.
@State(Scope.Benchmark)
public class ParSeqChain {
  /// `map` after `map` is fused into calls within calls, a thousand of which overflow a usual
  /// stack.
  private static final long STACK_BYTES = 256L << 20;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          work -> new Thread(null, work, "parseq", STACK_BYTES));
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Engine engine =
      new EngineBuilder().setTaskExecutor(threads).setTimerScheduler(timer).build();
  private ChainShape shape = new ChainShape();

  /// Takes the work.
  ///
  /// @param work what the chain does
  /// @throws InterruptedException if interrupted
  @Setup
  public void build(ChainShape work) throws InterruptedException {
    shape = work;
    Shapes.check("ParSeq", shape.expected, run());
  }

  Long run() throws InterruptedException {
    Task<Long> last = Task.value(Shapes.FIRST);
    for (var function : shape.functions) {
      last = last.map(function::apply);
    }
    engine.run(last);
    last.await();
    return last.get();
  }

  /// Stops the engine.
  @TearDown
  public void close() {
    engine.shutdown();
    threads.shutdownNow();
    timer.shutdownNow();
  }
}
