package dev.treadle.bench.durable;

import dev.treadle.bench.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.bsc.langgraph4j.CompileConfig;
import org.bsc.langgraph4j.CompiledGraph;
import org.bsc.langgraph4j.GraphStateException;
import org.bsc.langgraph4j.RunnableConfig;
import org.bsc.langgraph4j.StateGraph;
import org.bsc.langgraph4j.action.AsyncNodeAction;
import org.bsc.langgraph4j.checkpoint.FileSystemSaver;
import org.bsc.langgraph4j.state.AgentState;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Runs of ten nodes in LangGraph4j, with the saver that writes files.
@State(Scope.Benchmark)
public class LangGraphRuns {
  private static final String PARCEL = "parcel";

  private final AtomicLong number = new AtomicLong();
  private @Nullable Path folder;
  private @Nullable CompiledGraph<AgentState> graph;

  /// Compiles the graph, with a new folder.
  ///
  /// @throws IOException if there is none
  /// @throws GraphStateException never
  @Setup(Level.Iteration)
  public void open() throws IOException, GraphStateException {
    folder = Folders.make();
    var states = new StateGraph<>(AgentState::new);
    var before = StateGraph.START;
    for (int i = 0; i < RunsShape.STEPS; i++) {
      var name = "step" + i;
      states.addNode(
          name,
          AsyncNodeAction.node_async(
              state -> Map.of(PARCEL, state.<Parcel>value(PARCEL).orElseThrow().next())));
      states.addEdge(before, name);
      before = name;
    }
    states.addEdge(before, StateGraph.END);
    graph =
        states.compile(
            CompileConfig.builder()
                .checkpointSaver(new FileSystemSaver(folder, states.getStateSerializer()))
                .build());
  }

  /// Deletes the folder.
  ///
  /// @throws IOException if it can't be deleted
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    Folders.delete(Objects.requireNonNull(folder));
  }

  Parcel run() {
    var config = RunnableConfig.builder().threadId("run" + number.incrementAndGet()).build();
    return Objects.requireNonNull(graph)
        .invoke(Map.of(PARCEL, Parcel.first()), config)
        .orElseThrow()
        .<Parcel>value(PARCEL)
        .orElseThrow();
  }
}
