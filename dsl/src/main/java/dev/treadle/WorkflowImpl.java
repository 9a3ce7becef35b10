package dev.treadle;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

final class WorkflowImpl<C, I, O> implements Workflow<C, I, O> {
  private final Header<C> header;
  private final TypeRef<I> input;
  private final @Nullable TypeRef<O> output;
  private final Graph graph;
  private final Changes changes;
  private final String fingerprint;

  WorkflowImpl(
      Header<C> header,
      TypeRef<I> input,
      @Nullable TypeRef<O> output,
      Graph graph,
      Changes changes) {
    this.header = header;
    this.input = input;
    this.output = output;
    this.graph = graph;
    this.changes = changes;
    this.fingerprint = Fingerprint.of(header, graph);
  }

  @Override
  public String name() {
    return header.name();
  }

  @Override
  public Optional<Class<C>> contextType() {
    return Optional.ofNullable(header.context());
  }

  @Override
  public Optional<Supplier<? extends C>> initialContext() {
    return Optional.ofNullable(header.initial());
  }

  @Override
  public Optional<Merge<C>> merge() {
    return Optional.ofNullable(header.merge());
  }

  @Override
  public TypeRef<I> inputType() {
    return input;
  }

  @Override
  public Optional<TypeRef<O>> outputType() {
    return Optional.ofNullable(output);
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public Changes changes() {
    return changes;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public WorkItem startWorkItem(I input) {
    return new Unnumbered(graph.steps().getFirst().step().name(), input);
  }

  @Override
  public String toDot() {
    return new Dot(header.name(), graph).text();
  }

  @Override
  public String toMermaid() {
    return toMermaid(Map.of());
  }

  @Override
  public String toMermaid(Map<String, StepMark> marks) {
    return new Mermaid(graph, marks).text();
  }

  @Override
  public String toString() {
    return "Workflow[%s]".formatted(header.name());
  }

  private record Unnumbered(String step, Object input) implements WorkItem {
    private Unnumbered {
      Objects.requireNonNull(input, "input");
    }

    @Override
    public long sequence() {
      return 0;
    }
  }
}
