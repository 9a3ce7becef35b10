package dev.treadle;

import java.util.List;
import java.util.function.BiFunction;

/// Makes steps of types declared by [TypeRef]; from [Step#types].
///
/// Immutable and safe for use by many threads.
///
/// @param <I> the type of the input, or of the elements for a join
/// @param <O> the type of the outputs
public final class StepTypes<I, O> {
  private final TypeRef<I> input;
  private final TypeRef<O> output;

  StepTypes(TypeRef<I> input, TypeRef<O> output) {
    if (Transition.class.isAssignableFrom(output.rawClass())) {
      throw new IllegalArgumentException(
          "the output type is that of what goes on, not a Transition of it");
    }
    this.input = input;
    this.output = output;
  }

  /// A step from a node. The context's type is that of a method reference or of typed lambda
  /// parameters; a plain lambda that uses the context needs [StepsIn#types].
  ///
  /// @param name the step's name
  /// @param node the code
  /// @param <Ctx> the type of the context that the code needs
  /// @return the step
  /// @throws IllegalArgumentException if the name cannot serve
  public <Ctx> Step<Ctx, I, O> of(String name, Node<Ctx, I, O> node) {
    return new StepImpl<>(name, input, output, new StepBody.Code<>(node), StepPolicies.NONE);
  }

  <Ctx> Step<Ctx, I, O> gate(
      String name, BiFunction<? super Ctx, ? super I, GateResult<Ctx, O>> decide) {
    return new StepImpl<>(name, input, output, new StepBody.Gate<>(decide), StepPolicies.NONE);
  }

  /// A step that turns each input into one output.
  ///
  /// @param name the step's name
  /// @param fn the code; must not answer null
  /// @return the step
  /// @throws IllegalArgumentException if the name cannot serve
  public Step<Object, I, O> map(String name, Fn<? super I, ? extends O> fn) {
    return of(name, StepImpl.mapping(name, fn));
  }

  /// A step that waits for a signal, as [Step#await(String, Class, Class, Signal, Fn, BiFunction)].
  /// With `Signalled::new` it gives both input and value.
  ///
  /// @param name the step's name
  /// @param signal what is waited for
  /// @param key from the input to what tells this wait from others, 1 to 256 characters
  /// @param combine from the input and the signal's value to the output; must not answer null
  /// @param <Sent> the type of the signal's value
  /// @return the step
  /// @throws IllegalArgumentException if the name cannot serve
  public <Sent> Step<Object, I, O> await(
      String name,
      Signal<Sent> signal,
      Fn<? super I, String> key,
      BiFunction<? super I, ? super Sent, ? extends O> combine) {
    return new StepImpl<>(
        name, input, output, new StepBody.Await<>(signal, key, combine), StepPolicies.NONE);
  }

  /// A step that waits for a run to end, as [Step#awaitRun(String, Class, Class, Workflow, Fn,
  /// BiFunction)].
  ///
  /// @param name the step's name
  /// @param workflow the workflow of the run that is awaited
  /// @param run from the input to that run's id
  /// @param combine from the input and how that run ended to the output; must not answer null. To
  ///   fail the step with the run, call [ChildResult#output]
  /// @param <Result> the type of the output of the run that is awaited
  /// @return the step
  /// @throws IllegalArgumentException if the name cannot serve
  public <Result> Step<Object, I, O> awaitRun(
      String name,
      Workflow<?, ?, Result> workflow,
      Fn<? super I, RunId> run,
      BiFunction<? super I, ? super ChildResult<Result>, ? extends O> combine) {
    return new StepImpl<>(
        name, input, output, new StepBody.AwaitRun<>(workflow, run, combine), StepPolicies.NONE);
  }

  /// A step that turns each input into any number of outputs, each going on by itself.
  ///
  /// @param name the step's name
  /// @param fn the code; must not answer null or a list with nulls
  /// @return the step
  /// @throws IllegalArgumentException if the name cannot serve
  public Step<Object, I, O> split(String name, Fn<? super I, ? extends List<? extends O>> fn) {
    return of(name, StepImpl.splitting(name, fn));
  }

  /// A step that takes a list, for the values that a join has gathered.
  ///
  /// @param name the step's name
  /// @param fn the code; must not answer null
  /// @return the step, whose input is a list of the declared input type
  /// @throws IllegalArgumentException if the name cannot serve
  public Step<Object, List<I>, O> join(String name, Fn<? super List<I>, ? extends O> fn) {
    return new StepTypes<>(TypeRef.listOf(input), output).map(name, fn);
  }
}
