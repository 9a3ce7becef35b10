package dev.treadle.bench.dispatch;

import java.util.Map;
import org.bsc.langgraph4j.CompileConfig;
import org.bsc.langgraph4j.CompiledGraph;
import org.bsc.langgraph4j.GraphStateException;
import org.bsc.langgraph4j.StateGraph;
import org.bsc.langgraph4j.action.AsyncNodeAction;
import org.bsc.langgraph4j.state.AgentState;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The chain in LangGraph4j: the value is the one entry of the state.
@State(Scope.Benchmark)
public class LangGraphChain {
  private static final String VALUE = "value";
  private static final int BEYOND_STEPS = 10;

  private CompiledGraph<AgentState> graph;

  /// Compiles the graph.
  ///
  /// @param shape what it does
  /// @throws GraphStateException never
  @Setup
  public void build(ChainShape shape) throws GraphStateException {
    var states = new StateGraph<>(AgentState::new);
    var before = StateGraph.START;
    for (int i = 0; i < shape.steps; i++) {
      var function = shape.functions.get(i);
      var name = "step" + i;
      states.addNode(
          name,
          AsyncNodeAction.node_async(
              state -> Map.of(VALUE, function.apply(state.<Long>value(VALUE).orElseThrow()))));
      states.addEdge(before, name);
      before = name;
    }
    states.addEdge(before, StateGraph.END);
    graph =
        states.compile(CompileConfig.builder().recursionLimit(shape.steps + BEYOND_STEPS).build());
    Shapes.check("LangGraph4j", shape.expected, run());
  }

  Long run() {
    return graph.invoke(Map.of(VALUE, Shapes.FIRST)).orElseThrow().<Long>value(VALUE).orElseThrow();
  }
}
