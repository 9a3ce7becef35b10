package dev.treadle;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// A graph under construction. A step is placed by being the start or the target of an edge, an
/// arm, a join or a fallback; several edges from one step each take every output.
///
/// Each method adds to the one graph and answers what to go on with. Ends come last: after the
/// first of [#end], [#terminate] or [#returns] only ends follow. A builder builds once; each call
/// after that throws [IllegalStateException].
///
/// Not safe for use by several threads.
///
/// @param <C> the type of the context
/// @param <I> the type of a run's input
public sealed interface WorkflowBuilder<C, I> permits WorkflowBuilder.Chain {

  /// Leads every output of a step to another.
  ///
  /// @param from the step that gives
  /// @param to the step that takes; its input is of the output's type or wider
  /// @param <Out> the type that passes
  /// @return this builder
  <Out> WorkflowBuilder<C, I> edge(
      Step<? super C, ?, ? extends Out> from, Step<? super C, Out, ?> to);

  /// Begins a chain of edges at a step.
  ///
  /// @param step the step
  /// @param <Out> the type of its outputs
  /// @return the chain
  <Out> Chain<C, I, Out> from(Step<? super C, ?, Out> step);

  /// Begins a branch: each output of the step goes to the first arm that takes it. Over a sealed
  /// type, an enum or a boolean the arms have to cover every case; over other types there has to be
  /// an `otherwise`, or an arm of the very type. A step has at most one branch.
  ///
  /// @param from the step that gives
  /// @param <Out> the type of its outputs
  /// @return the branch without arms
  <Out> Branch<C, I, Out> branch(Step<? super C, ?, Out> from);

  /// Leads every output of a step into the list of a join. The list is complete when none of the
  /// items that came of one execution of the fork is open any more. Called once for each step that
  /// feeds the join.
  ///
  /// @param fork the step whose items are gathered; every way to the join leads through it
  /// @param from the step that feeds the join: one that lies between, or the fork itself
  /// @param join the step that takes the list
  /// @param <Element> the type of the list's elements
  /// @return this builder
  <Element> WorkflowBuilder<C, I> join(
      Step<? super C, ?, ?> fork,
      Step<? super C, ?, ? extends Element> from,
      Step<? super C, List<Element>, ?> join);

  /// Says when a join fires, other than when no item of its scope is open any more.
  ///
  /// @param join the step that takes the list, placed by [#join]
  /// @param policy when it fires
  /// @return this builder
  WorkflowBuilder<C, I> policy(Step<? super C, ?, ?> join, JoinPolicy policy);

  /// Names the step that takes over when another has failed, retries included. It gets the same
  /// input; [StepContext#failure()] tells it why.
  ///
  /// @param step the step that may fail; it has at most one fallback
  /// @param handler the fallback
  /// @param <In> the type of the handler's input
  /// @return this builder
  <In> WorkflowBuilder<C, I> onFailure(
      Step<? super C, ? extends In, ?> step, Step<? super C, In, ?> handler);

  /// Names the step that undoes what another has done, in a run that fails or is cancelled later.
  /// Every committed execution is undone once, the last one first, one after another, when all
  /// attempts have come back. The undo belongs to no way of the graph; its outputs are dropped; its
  /// retry policy applies. An undo that fails for good is reported and the others go on.
  ///
  /// @param step the step; it has at most one undo, and is no gate
  /// @param undo the undo, such as one of [Step#undo]
  /// @param <In> the type of the step's input
  /// @param <Out> the type of the step's outputs
  /// @return this builder
  <In, Out> WorkflowBuilder<C, I> compensate(
      Step<? super C, In, Out> step, Step<? super C, Done<In, Out>, ?> undo);

  /// Gives an await a deadline: when the time is over before what it waits for has come, its input
  /// goes to another step. What comes later is too late. The time begins when the await does, goes
  /// on while no process runs the workflow, and begins anew with each wait.
  ///
  /// @param await the step that waits; it has at most one deadline
  /// @param after how long it waits, more than zero
  /// @param to the step that takes over
  /// @param <In> the type of that step's input
  /// @return this builder
  /// @throws IllegalArgumentException if the time is not positive
  <In> WorkflowBuilder<C, I> onDeadline(
      Step<? super C, ? extends In, ?> await, Duration after, Step<? super C, In, ?> to);

  /// Says what a step was called in an earlier version of the workflow. What stored runs have at
  /// the old name, whatever it is, belongs to the present step; it has to fit there. Several old
  /// names may lead to one step, and a name over several renames.
  ///
  /// @param was the old name, which no step of this graph has
  /// @param now the present name
  /// @return this builder
  WorkflowBuilder<C, I> rename(String was, String now);

  /// Says how an older type of a step's input becomes the present one. A stored input that does not
  /// read as the present type is read as the old one, turned, and stored anew before the run goes
  /// on; of a join this is done with each value that it gathers. Several old types may be named;
  /// the first that reads what is stored is taken, and what comes of it may be the old type of
  /// another migration of the step. The start step's migrations are also those of a run's input.
  ///
  /// @param step the step's present name
  /// @param old the older type
  /// @param toNew turns a value; answers no null, has no effects, and may be called several times
  /// @param <Old> the older type
  /// @return this builder
  /// @throws IllegalArgumentException if the class is primitive or has type parameters
  default <Old> WorkflowBuilder<C, I> migrate(
      String step, Class<Old> old, Function<? super Old, ?> toNew) {
    return migrate(step, TypeRef.of(old), toNew);
  }

  /// As [#migrate(String, Class, Function)], for a generic type.
  ///
  /// @param step the step's present name
  /// @param old the older type
  /// @param toNew turns a value
  /// @param <Old> the older type
  /// @return this builder
  <Old> WorkflowBuilder<C, I> migrate(
      String step, TypeRef<Old> old, Function<? super Old, ?> toNew);

  /// As [#migrate(String, Class, Function)], for the outputs of a step that are stored: those that
  /// have ended a branch, also of finished runs, and those of [Transition#after] that are not
  /// delivered yet.
  ///
  /// @param step the step's present name
  /// @param old the older type
  /// @param toNew turns a value
  /// @param <Old> the older type
  /// @return this builder
  /// @throws IllegalArgumentException if the class is primitive or has type parameters
  default <Old> WorkflowBuilder<C, I> migrateOutput(
      String step, Class<Old> old, Function<? super Old, ?> toNew) {
    return migrateOutput(step, TypeRef.of(old), toNew);
  }

  /// As [#migrateOutput(String, Class, Function)], for a generic type.
  ///
  /// @param step the step's present name
  /// @param old the older type
  /// @param toNew turns a value
  /// @param <Old> the older type
  /// @return this builder
  <Old> WorkflowBuilder<C, I> migrateOutput(
      String step, TypeRef<Old> old, Function<? super Old, ?> toNew);

  /// Ends a branch of the run at a step; its outputs are dropped.
  ///
  /// @param step the step
  /// @return this builder
  WorkflowBuilder<C, I> sink(Step<? super C, ?, ?> step);

  /// Makes each output of a step an output of the run. The first end fixes the run's output type,
  /// unless [#returns(Class)] has named it.
  ///
  /// @param step the step
  /// @param <Out> the type of the run's outputs
  /// @return the last stage of the builder
  /// @throws IllegalStateException if this stage was left before
  <Out> Ending<C, I, Out> end(Step<? super C, ?, ? extends Out> step);

  /// Makes the first output of a step the run's output and ends the run with it; items in flight
  /// are dropped.
  ///
  /// @param step the step
  /// @param <Out> the type of the run's outputs
  /// @return the last stage of the builder
  /// @throws IllegalStateException if this stage was left before
  <Out> Ending<C, I, Out> terminate(Step<? super C, ?, ? extends Out> step);

  /// Names the type of the run's outputs, for ends of several types.
  ///
  /// @param output the class that all outputs are of
  /// @param <Out> the type of the run's outputs
  /// @return the last stage of the builder
  /// @throws IllegalArgumentException if the class is primitive or has type parameters
  /// @throws IllegalStateException if this stage was left before
  <Out> Ending<C, I, Out> returns(Class<Out> output);

  /// Names the type of the run's outputs, for ends of several types.
  ///
  /// @param output the type that all outputs are of
  /// @param <Out> the type of the run's outputs
  /// @return the last stage of the builder
  /// @throws IllegalStateException if this stage was left before
  <Out> Ending<C, I, Out> returns(TypeRef<Out> output);

  /// Checks and builds a workflow whose branches all end in sinks.
  ///
  /// @return the workflow, whose runs have no output
  /// @throws GraphDefinitionException if the graph has faults
  /// @throws IllegalStateException if it was built before, or this stage was left for an end
  Workflow<C, I, Void> build();

  /// The stage before the start: what belongs to the whole workflow. Immutable.
  ///
  /// @param <C> the type of the context
  sealed interface Unstarted<C> permits UnstartedImpl {

    /// Sets how deltas of the context are combined.
    ///
    /// @param merge the merge
    /// @return the stage with the merge
    /// @throws IllegalStateException if there is one already, or no context
    Unstarted<C> merge(Merge<C> merge);

    /// Says how an older type of the context becomes the present one. A stored context, or delta of
    /// one, that does not read as the present type is read as the old one, turned, and stored anew
    /// before the run goes on. Several old types may be named; the first that reads what is stored
    /// is taken.
    ///
    /// @param old the older class
    /// @param toNew turns a value; answers no null, has no effects, and may be called several times
    /// @param <Old> the older type
    /// @return the stage with the migration
    /// @throws IllegalArgumentException if the class is the present one, is primitive or has type
    ///   parameters
    /// @throws IllegalStateException if there is no context
    <Old> Unstarted<C> migrateContext(Class<Old> old, Function<? super Old, ? extends C> toNew);

    /// Places the first step; a run's input goes there.
    ///
    /// @param step the step
    /// @param <In> the type of the run's input
    /// @param <Out> the type of the step's outputs
    /// @return the builder of a new graph
    <In, Out> Chain<C, In, Out> start(Step<? super C, In, Out> step);
  }

  /// A builder that remembers the last step, so that the next edge can leave it out.
  ///
  /// @param <C> the type of the context
  /// @param <I> the type of a run's input
  /// @param <T> the type of the last step's outputs
  sealed interface Chain<C, I, T> extends WorkflowBuilder<C, I> permits ChainImpl {

    /// Leads every output of the last step to another, which is the last one then.
    ///
    /// @param next the step that takes
    /// @param <Out> the type of its outputs
    /// @return the chain at that step
    <Out> Chain<C, I, Out> then(Step<? super C, ? super T, Out> next);
  }

  /// The arms of one branch; the first that takes an output wins. Ends with [#otherwise] or
  /// [#endBranch].
  ///
  /// @param <C> the type of the context
  /// @param <I> the type of a run's input
  /// @param <T> the type branched over
  sealed interface Branch<C, I, T> permits BranchImpl {

    /// Begins an arm for the outputs of a class.
    ///
    /// @param type the class
    /// @param <Case> its type
    /// @return the arm, which still needs its step
    /// @throws IllegalArgumentException if the class is primitive
    <Case extends T> TypeArm<C, I, T, Case> when(Class<Case> type);

    /// Begins an arm for one constant of an enum, or for true or false.
    ///
    /// @param value the value
    /// @return the arm, which still needs its step
    /// @throws IllegalArgumentException if the value is of another kind
    Arm<C, I, T, T> whenIs(T value);

    /// Leads what no arm takes to a step, and ends the branch.
    ///
    /// @param to the step
    /// @return the builder
    WorkflowBuilder<C, I> otherwise(Step<? super C, ? super T, ?> to);

    /// Ends a branch whose arms cover every case.
    ///
    /// @return the builder
    WorkflowBuilder<C, I> endBranch();
  }

  /// An arm without its step.
  ///
  /// @param <C> the type of the context
  /// @param <I> the type of a run's input
  /// @param <T> the type branched over
  /// @param <Case> the type that the arm takes
  sealed interface Arm<C, I, T, Case> permits TypeArm, ArmImpl {

    /// Leads what the arm takes to a step.
    ///
    /// @param step the step
    /// @return the branch
    Branch<C, I, T> to(Step<? super C, ? super Case, ?> step);
  }

  /// An arm for a class, without its step.
  ///
  /// @param <C> the type of the context
  /// @param <I> the type of a run's input
  /// @param <T> the type branched over
  /// @param <Case> the type that the arm takes
  sealed interface TypeArm<C, I, T, Case> extends Arm<C, I, T, Case> permits TypeArmImpl {

    /// Narrows the arm. A guarded arm covers no case.
    ///
    /// @param guard whether the arm takes an output; quick, free of effects and safe for use by
    ///   many threads
    /// @return the narrowed arm
    Arm<C, I, T, Case> and(Predicate<? super Case> guard);
  }

  /// The last stage: all ends of the graph.
  ///
  /// @param <C> the type of the context
  /// @param <I> the type of a run's input
  /// @param <O> the type of a run's outputs
  sealed interface Ending<C, I, O> permits EndingImpl {

    /// Makes each output of a step an output of the run.
    ///
    /// @param step the step
    /// @return this stage
    Ending<C, I, O> end(Step<? super C, ?, ? extends O> step);

    /// Makes the first output of a step the run's output and ends the run with it; items in flight
    /// are dropped.
    ///
    /// @param step the step
    /// @return this stage
    Ending<C, I, O> terminate(Step<? super C, ?, ? extends O> step);

    /// Ends a branch of the run at a step; its outputs are dropped.
    ///
    /// @param step the step
    /// @return this stage
    Ending<C, I, O> sink(Step<? super C, ?, ?> step);

    /// Checks and builds the workflow.
    ///
    /// @return the workflow
    /// @throws GraphDefinitionException if the graph has faults
    /// @throws IllegalStateException if it was built before
    Workflow<C, I, O> build();
  }
}
