package dev.treadle;

import java.util.Optional;
import java.util.function.Supplier;

/// A graph.
///
/// @param <C> context
/// @param <I> input
/// @param <O> output
public interface Workflow<C, I, O> {
  /// Its name.
  ///
  /// @return the name
  String name();

  /// The class of its context.
  ///
  /// @return the class, or empty if it has no context
  Optional<Class<C>> contextType();

  /// Makes the context that a run begins with.
  ///
  /// @return the supplier, or empty if it has no context
  Optional<Supplier<? extends C>> initialContext();

  /// How deltas of the context are combined.
  ///
  /// @return the merge, or empty
  Optional<Merge<C>> merge();

  /// Its input type.
  ///
  /// @return the type
  TypeRef<I> inputType();

  /// Its graph.
  ///
  /// @return the graph
  Graph graph();

  /// A digest of the graph.
  ///
  /// @return hexadecimal digits
  String fingerprint();

  /// The first item of a run.
  ///
  /// @param input the input
  /// @return the item
  WorkItem startWorkItem(I input);
}
