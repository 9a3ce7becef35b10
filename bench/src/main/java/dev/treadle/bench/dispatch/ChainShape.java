package dev.treadle.bench.dispatch;

import dev.treadle.Fn;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// How long the chain is, what its steps do, and what comes out.
@State(Scope.Benchmark)
public class ChainShape {
  /// The number of steps.
  @Param({"10", "100", "1000"})
  public int steps;

  List<Fn<Long, Long>> functions = List.of();
  Long expected = 0L;

  /// Makes the functions.
  ///
  /// @throws Exception never
  @Setup
  public void build() throws Exception {
    functions = Shapes.functions(steps);
    expected = Shapes.loop(functions, Shapes.FIRST);
  }
}
