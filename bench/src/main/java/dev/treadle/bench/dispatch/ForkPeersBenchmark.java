package dev.treadle.bench.dispatch;

import com.linkedin.parseq.Engine;
import com.linkedin.parseq.EngineBuilder;
import com.linkedin.parseq.Task;
import com.yomahub.liteflow.builder.el.LiteFlowChainELBuilder;
import com.yomahub.liteflow.core.FlowExecutor;
import com.yomahub.liteflow.core.NodeComponent;
import dev.treadle.Workflow;
import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bsc.langgraph4j.CompiledGraph;
import org.bsc.langgraph4j.GraphStateException;
import org.bsc.langgraph4j.StateGraph;
import org.bsc.langgraph4j.action.AsyncNodeAction;
import org.bsc.langgraph4j.state.AgentState;
import org.bsc.langgraph4j.state.Channels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A fork in the peers.
@About(
    title = "A fork in the peers",
    text =
        "1,000 items as above. LangGraph4j and LiteFlow (`WHEN`) know no fork over the items of a"
            + " list, so their graphs have a node for each item: LangGraph4j's nodes append to a"
            + " list in its state that a node sums up, LiteFlow's add to a counter in the context."
            + " ParSeq runs `Task.par` over a task for each item.",
    chapter = About.Chapter.DISPATCH,
    unit = "item",
    each = ForkPeersBenchmark.ITEMS)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForkPeersBenchmark extends Measured {
  static final int ITEMS = 1_000;
  private static final Long EXPECTED = ForkShape.expected(ITEMS);

  /// The subject.
  @State(Scope.Benchmark)
  public static class Treadle {
    private final WorkflowExecutor executor = WorkflowExecutor.create();
    private final Workflow<Object, Integer, Long> fork = ForkShape.workflow(x -> x + 1);

    /// Checks the result.
    ///
    /// @throws InterruptedException if interrupted
    @Setup
    public void check() throws InterruptedException {
      Shapes.check("Treadle", EXPECTED, run());
    }

    Long run() throws InterruptedException {
      return ForkShape.run(executor, fork, ITEMS);
    }

    /// Closes the executor.
    @TearDown
    public void close() {
      executor.close();
    }
  }

  /// A node for each item, and one that sums up.
  @State(Scope.Benchmark)
  public static class LangGraph {
    private CompiledGraph<AgentState> graph;

    /// Compiles the graph.
    ///
    /// @throws GraphStateException never
    @Setup
    public void build() throws GraphStateException {
      var states =
          new StateGraph<>(
              Map.of("items", Channels.appender(() -> new ArrayList<Object>())), AgentState::new);
      states.addNode("fork", AsyncNodeAction.node_async(_ -> Map.of()));
      states.addNode(
          "join",
          AsyncNodeAction.node_async(state ->
              Map.of("sum", ForkShape.sum(state.<List<Long>>value("items").orElseThrow()))));
      states.addEdge(StateGraph.START, "fork");
      for (var item : ForkShape.items(ITEMS)) {
        var name = "item" + item;
        states.addNode(name, AsyncNodeAction.node_async(_ -> Map.of("items", item + 1)));
        states.addEdge("fork", name);
        states.addEdge(name, "join");
      }
      states.addEdge("join", StateGraph.END);
      graph = states.compile();
      Shapes.check("LangGraph4j", EXPECTED, run());
    }

    Long run() {
      return graph.invoke(Map.of()).orElseThrow().<Long>value("sum").orElseThrow();
    }
  }

  /// `WHEN` over a node for each item.
  @State(Scope.Benchmark)
  public static class LiteFlow {
    private FlowExecutor executor;

    /// What the nodes share.
    public static class Sum {
      final LongAdder sum = new LongAdder();
    }

    /// A node; its id holds its number.
    public static class Item extends NodeComponent {
      @Override
      public void process() {
        long item = Shapes.FIRST + Long.parseLong(getNodeId().substring("item".length()));
        getContextBean(Sum.class).sum.add(item + 1);
      }
    }

    /// Builds the chain.
    @Setup
    public void build() {
      executor = LiteFlowChain.executor();
      for (int i = 0; i < ITEMS; i++) {
        LiteFlowChain.node("item" + i, Item.class);
      }
      var nodes =
          IntStream.range(0, ITEMS).mapToObj(i -> "item" + i).collect(Collectors.joining(","));
      LiteFlowChainELBuilder.createChain().setChainId("fork").setEL("WHEN(" + nodes + ")").build();
      Shapes.check("LiteFlow", EXPECTED, run());
    }

    Long run() {
      var response = executor.execute2Resp("fork", null, Sum.class);
      if (!response.isSuccess()) {
        throw new IllegalStateException(response.getCause());
      }
      return response.getContextBean(Sum.class).sum.sum();
    }
  }

  /// `Task.par`.
  @State(Scope.Benchmark)
  public static class ParSeq {
    private final ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Engine engine =
        new EngineBuilder().setTaskExecutor(threads).setTimerScheduler(timer).build();

    /// Checks the result.
    ///
    /// @throws InterruptedException if interrupted
    @Setup
    public void check() throws InterruptedException {
      Shapes.check("ParSeq", EXPECTED, run());
    }

    Long run() throws InterruptedException {
      var tasks = new ArrayList<Task<Long>>(ITEMS);
      for (var item : ForkShape.items(ITEMS)) {
        tasks.add(Task.callable(() -> item + 1));
      }
      var sum = Task.par(tasks).map(ForkShape::sum);
      engine.run(sum);
      sum.await();
      return sum.get();
    }

    /// Stops the engine.
    @TearDown
    public void close() {
      engine.shutdown();
      threads.shutdownNow();
      timer.shutdownNow();
    }
  }

  /// The subject.
  ///
  /// @param subject set up
  /// @return the sum
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long treadle(Treadle subject) throws InterruptedException {
    return subject.run();
  }

  /// LangGraph4j.
  ///
  /// @param peer set up
  /// @return the sum
  @Benchmark
  public Long langGraph4j(LangGraph peer) {
    return peer.run();
  }

  /// LiteFlow.
  ///
  /// @param peer set up
  /// @return the sum
  @Benchmark
  public Long liteFlow(LiteFlow peer) {
    return peer.run();
  }

  /// ParSeq.
  ///
  /// @param peer set up
  /// @return the sum
  /// @throws InterruptedException if interrupted
  @Benchmark
  public Long parSeq(ParSeq peer) throws InterruptedException {
    return peer.run();
  }
}
