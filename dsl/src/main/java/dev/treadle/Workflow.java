package dev.treadle;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A checked graph of steps. Built once, with [#builder(String)] or [#builder(String, Class,
/// Supplier)], and run by an executor any number of times.
///
/// Immutable and safe for use by many threads.
///
/// @param <C> the type of the context that each run carries
/// @param <I> the type of a run's input
/// @param <O> the type of a run's outputs; [Void] if it has none
public sealed interface Workflow<C, I, O> permits WorkflowImpl {

  /// Begins a workflow whose runs carry no context.
  ///
  /// @param name the workflow's name: 1 to 128 characters, not blank, none a control character
  /// @return the first stage of the builder
  /// @throws IllegalArgumentException if the name cannot serve
  static WorkflowBuilder.Unstarted<Object> builder(String name) {
    return new UnstartedImpl<>(
        new Header<>(Names.checked("workflow", name), null, null, null, List.of()));
  }

  /// Begins a workflow whose runs carry a context.
  ///
  /// @param name the workflow's name: 1 to 128 characters, not blank, none a control character
  /// @param context the class of the context, an immutable value without type parameters
  /// @param initial makes the context that a run begins with; never null, called once for each run
  /// @param <Ctx> the type of the context
  /// @return the first stage of the builder
  /// @throws IllegalArgumentException if the name or the class cannot serve
  static <Ctx> WorkflowBuilder.Unstarted<Ctx> builder(
      String name, Class<Ctx> context, Supplier<? extends Ctx> initial) {
    return new UnstartedImpl<>(Header.of(name, context, initial));
  }

  /// The name.
  ///
  /// @return the name
  String name();

  /// The class of the context.
  ///
  /// @return the class, or empty if runs carry no context
  Optional<Class<C>> contextType();

  /// What makes the context that a run begins with.
  ///
  /// @return the supplier, or empty if runs carry no context
  Optional<Supplier<? extends C>> initialContext();

  /// How deltas of the context are combined.
  ///
  /// @return the merge, or empty if there is none
  Optional<Merge<C>> merge();

  /// The type of a run's input, as the start step declares it.
  ///
  /// @return the type
  TypeRef<I> inputType();

  /// The type of a run's outputs: the one that `returns` has named, else that of the first end.
  ///
  /// @return the type, or empty if there is no end, or if another end gives what is not of the
  ///   first one's type; name the type by `returns` then
  Optional<TypeRef<O>> outputType();

  /// The steps and how they are connected. Those of inlined workflows are among them.
  ///
  /// @return the graph
  Graph graph();

  /// How runs that an earlier version has stored are brought to this graph.
  ///
  /// @return the renames and migrations
  Changes changes();

  /// A digest of the graph: of its names, types and connections, not of its code and the policies
  /// of its steps.
  ///
  /// @return the 64 lower-case hexadecimal digits of a SHA-256
  String fingerprint();

  /// The first item of a run, not yet numbered.
  ///
  /// @param input the run's input
  /// @return the item for the start step
  WorkItem startWorkItem(I input);

  /// A drawing of the graph in the DOT language of Graphviz. The text depends on the graph alone.
  ///
  /// @return the text, ending in a line break
  String toDot();

  /// A drawing of the graph as a Mermaid flowchart. The text depends on the graph alone.
  ///
  /// @return the text, ending in a line break
  String toMermaid();

  /// A drawing as [#toMermaid()] makes it, with a few words and a colour for some steps, as of a
  /// run.
  ///
  /// @param marks what to say of the steps, by their names
  /// @return the text, ending in a line break
  String toMermaid(Map<String, StepMark> marks);
}
