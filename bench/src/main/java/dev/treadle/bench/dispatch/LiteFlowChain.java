package dev.treadle.bench.dispatch;

import com.yomahub.liteflow.builder.LiteFlowNodeBuilder;
import com.yomahub.liteflow.builder.el.LiteFlowChainELBuilder;
import com.yomahub.liteflow.core.FlowExecutor;
import com.yomahub.liteflow.core.FlowExecutorHolder;
import com.yomahub.liteflow.core.NodeComponent;
import com.yomahub.liteflow.property.LiteflowConfig;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The chain in LiteFlow: `THEN` over the nodes; the value lies in the context.
@State(Scope.Benchmark)
public class LiteFlowChain {
  private static final List<Class<? extends NodeComponent>> NODES =
      List.of(First.class, Second.class, Third.class, Fourth.class);

  private FlowExecutor executor;

  /// What the nodes share.
  public static class Value {
    Long value = Shapes.FIRST;
  }

  /// A step.
  public static class First extends NodeComponent {
    @Override
    public void process() {
      var value = getContextBean(Value.class);
      value.value = value.value + 1;
    }
  }

  /// A step.
  public static class Second extends NodeComponent {
    @Override
    public void process() {
      var value = getContextBean(Value.class);
      value.value = value.value + 3;
    }
  }

  /// A step.
  public static class Third extends NodeComponent {
    @Override
    public void process() {
      var value = getContextBean(Value.class);
      value.value = value.value ^ 5;
    }
  }

  /// A step.
  public static class Fourth extends NodeComponent {
    @Override
    public void process() {
      var value = getContextBean(Value.class);
      value.value = value.value + 7;
    }
  }

  static FlowExecutor executor() {
    var config = new LiteflowConfig();
    config.setPrintExecutionLog(false);
    config.setPrintBanner(false);
    config.setEnableMonitorFile(false);
    config.setEnableLog(false);
    return FlowExecutorHolder.loadInstance(config);
  }

  static void node(String id, Class<? extends NodeComponent> type) {
    LiteFlowNodeBuilder.createCommonNode().setId(id).setName(id).setClazz(type).build();
  }

  /// Builds the chain.
  ///
  /// @param shape how long it is
  @Setup
  public void build(ChainShape shape) {
    executor = executor();
    for (int i = 0; i < shape.steps; i++) {
      node("step" + i, NODES.get(i % NODES.size()));
    }
    var nodes =
        IntStream.range(0, shape.steps).mapToObj(i -> "step" + i).collect(Collectors.joining(","));
    LiteFlowChainELBuilder.createChain().setChainId("chain").setEL("THEN(" + nodes + ")").build();
    Shapes.check("LiteFlow", shape.expected, run());
  }

  Long run() {
    var response = executor.execute2Resp("chain", null, Value.class);
    if (!response.isSuccess()) {
      throw new IllegalStateException(response.getCause());
    }
    return response.getContextBean(Value.class).value;
  }
}
