package dev.treadle;

import java.util.function.BiFunction;

/// Makes steps that use the context; from [Step#in].
///
/// Immutable and safe for use by many threads.
///
/// @param <C> the type of the context
public final class StepsIn<C> {

  StepsIn(Class<C> context) {
    var fault = Types.faultOf(context);
    if (fault != null) {
      throw new IllegalArgumentException("a context is of a plain class: " + fault);
    }
  }

  /// A step from a node.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of each output, not of the transition
  /// @param node the code
  /// @param <In> the type of the input
  /// @param <Out> the type of the outputs
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  public <In, Out> Step<C, In, Out> of(
      String name, Class<In> input, Class<Out> output, Node<C, In, Out> node) {
    return StepImpl.types(name, input, output).of(name, node);
  }

  /// A step that decides on the committed context, one item at a time: "go on at the tenth" is
  /// exact under any parallelism. The function runs inside the commit section of the run, under its
  /// lock, so it must be quick, free of effects and must not wait. If it throws, nothing is
  /// committed and the item fails once, without a retry.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of each output
  /// @param decide from context and input to the new context and what goes on
  /// @param <In> the type of the input
  /// @param <Out> the type of the outputs
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  public <In, Out> Step<C, In, Out> gate(
      String name,
      Class<In> input,
      Class<Out> output,
      BiFunction<? super C, ? super In, GateResult<C, Out>> decide) {
    return StepImpl.types(name, input, output).gate(name, decide);
  }

  /// A step that undoes what another has done, as [Step#undo], with the run as it is then: the
  /// undo's own key, its attempt, the context.
  ///
  /// @param name the step's name
  /// @param step the step that is to be undone
  /// @param code what undoes one execution of it
  /// @param <In> the type of the step's input
  /// @param <Out> the type of the step's outputs
  /// @return the undo
  /// @throws IllegalArgumentException if the name cannot serve
  public <In, Out> Step<C, Done<In, Out>, Void> undo(
      String name, Step<?, In, Out> step, Action2<StepContext<C>, ? super Done<In, Out>> code) {
    return Undo.of(name, step, code);
  }

  /// Declares generic types for such steps.
  ///
  /// @param input the type of the input
  /// @param output the type of each output, not of the transition
  /// @param <In> the type of the input
  /// @param <Out> the type of the outputs
  /// @return what makes steps of these types
  /// @throws IllegalArgumentException if the output type is a transition
  public <In, Out> Typed<C, In, Out> types(TypeRef<In> input, TypeRef<Out> output) {
    return new Typed<>(new StepTypes<>(input, output));
  }

  /// Makes steps that use the context and have generic types.
  ///
  /// Immutable and safe for use by many threads.
  ///
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  public static final class Typed<C, I, O> {
    private final StepTypes<I, O> types;

    private Typed(StepTypes<I, O> types) {
      this.types = types;
    }

    /// A step from a node.
    ///
    /// @param name the step's name
    /// @param node the code
    /// @return the step
    /// @throws IllegalArgumentException if the name cannot serve
    public Step<C, I, O> of(String name, Node<C, I, O> node) {
      return types.of(name, node);
    }
  }
}
