package dev.treadle;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/// A named node of a graph: its input and output types, its code, its policies.
///
/// A step that does not need the run's context is a `Step<Object, I, O>` and fits every workflow.
/// Types are declared, so that payloads can be stored and branches checked; generic ones are
/// declared through [#types]. A lambda that uses the context is written with [#in]:
///
/// ```java
/// var check = Step.map("check", Order.class, Order.class, Orders::check);
/// var count = Step.in(Totals.class).of("count", Order.class, Order.class, (ctx, order) -> {
///   ctx.update(totals -> totals.add(order.cents()));
///   return Transition.next(order);
/// });
/// ```
///
/// A step is identified by its object, not by its name: a policy method such as [#retry] answers
/// another step, and the same object has to be placed everywhere in a graph.
///
/// Immutable and safe for use by many threads, if its code is.
///
/// @param <C> the type of the context that the code needs
/// @param <I> the type of the input
/// @param <O> the type of the outputs
public sealed interface Step<C, I, O> permits StepImpl {

  /// The name, unique within a graph: 1 to 128 characters, not blank, none a control character.
  ///
  /// @return the name
  String name();

  /// The declared type of the input.
  ///
  /// @return the type
  TypeRef<I> inputType();

  /// The declared type of each output.
  ///
  /// @return the type
  TypeRef<O> outputType();

  /// When the step is tried again after a failure.
  ///
  /// @return the policy, or empty if it is not
  Optional<RetryPolicy> retryPolicy();

  /// How many attempts of the step may run at once over all runs of an executor.
  ///
  /// @return the limit, or empty if there is none
  OptionalInt concurrencyLimit();

  /// The step that this one is a copy of. In the graph of a workflow that inlines another the inner
  /// steps are copies, of another name; a limit on a step holds for it and its copies together.
  ///
  /// @return the step as it was made, which may be this one
  Step<?, I, O> original();

  /// How long an attempt of the step may take.
  ///
  /// @return the limit, or empty if there is none
  Optional<Duration> timeout();

  /// What the step does with an item.
  ///
  /// @return the body
  StepBody<C, I, O> body();

  /// This step with a retry policy.
  ///
  /// @param policy the policy
  /// @return another step of the same name
  /// @throws IllegalStateException if it has one already
  Step<C, I, O> retry(RetryPolicy policy);

  /// This step with a limit on how many of its attempts run at once, over all runs of an executor:
  /// for a service that takes no more than so many calls, or files that are open.
  ///
  /// The limit belongs to the answered object. Placed in several workflows, it is one limit for all
  /// of them; a further policy method answers another step with a limit of its own. Items that wait
  /// for their turn hold no thread and no place in their run's parallelism, and get it first come,
  /// first served; a run that has no place free at that moment is passed over and keeps its turn.
  /// The wait before a retry does not count, and neither does the writing of a commit; an attempt
  /// that was given up, after a timeout say, counts until its code has returned. At parallelism 1
  /// an item that waits is not overtaken by others of its run.
  ///
  /// A step that runs another run of the same limited step and waits for it, waits for itself if
  /// the limit is reached.
  ///
  /// @param atOnce how many, from 1
  /// @return another step of the same name
  /// @throws IllegalArgumentException if the limit is below 1, or the step is a gate, which runs
  ///   one at a time within its run's commit, or awaits a signal, which runs no code
  /// @throws IllegalStateException if it has a limit already
  Step<C, I, O> concurrency(int atOnce);

  /// This step with a limit on how long each attempt may take, from the call of its code until its
  /// answer is ready to be committed; of a batch, for the list as a whole. Waiting for a thread,
  /// for a retry, or for the delay of a [Transition.After] does not count.
  ///
  /// When the time is over the attempt has failed, with a [StepTimeoutException]: the retry policy
  /// decides whether there is another, which has the full time again. The thread of the old one is
  /// interrupted. Should it go on nevertheless, it does so beside the next attempt, and what it
  /// answers in the end is dropped and reported in the log; so code that can hang should heed
  /// interrupts, and make its effects idempotent by [StepContext#idempotencyKey()].
  ///
  /// Such a step runs on a thread of the executor's, never on that of the caller of `run`.
  ///
  /// @param limit the limit, more than zero and at most ten years
  /// @return another step of the same name
  /// @throws IllegalArgumentException if the limit is out of bounds
  /// @throws IllegalStateException if it has one already, or is a gate, which has no attempts that
  ///   could be fenced
  Step<C, I, O> timeout(Duration limit);

  /// A step from a node. The context's type is that of a method reference or of typed lambda
  /// parameters; a plain lambda that uses the context needs [#in], else javac reports that it can't
  /// find a method in `Object`.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of each output, not of the transition
  /// @param node the code
  /// @param <Ctx> the type of the context that the code needs
  /// @param <In> the type of the input
  /// @param <Out> the type of the outputs
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  static <Ctx, In, Out> Step<Ctx, In, Out> of(
      String name, Class<In> input, Class<Out> output, Node<Ctx, In, Out> node) {
    return StepImpl.types(name, input, output).of(name, node);
  }

  /// A step that turns each input into one output.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of the output
  /// @param fn the code; must not answer null
  /// @param <In> the type of the input
  /// @param <Out> the type of the output
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  static <In, Out> Step<Object, In, Out> map(
      String name, Class<In> input, Class<Out> output, Fn<? super In, ? extends Out> fn) {
    return StepImpl.types(name, input, output).map(name, fn);
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
  /// @param <Ctx> the type of the context; a lambda without types can't infer it, so use
  ///   `Step.in(Context.class).gate(…)`
  /// @param <In> the type of the input
  /// @param <Out> the type of the outputs
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  static <Ctx, In, Out> Step<Ctx, In, Out> gate(
      String name,
      Class<In> input,
      Class<Out> output,
      BiFunction<? super Ctx, ? super In, GateResult<Ctx, Out>> decide) {
    return StepImpl.types(name, input, output).gate(name, decide);
  }

  /// A step that lets its input go on after a delay. The wait holds no thread and survives a
  /// restart of a durable run.
  ///
  /// @param name the step's name
  /// @param type the class of what passes through
  /// @param delay how long it waits, zero or more
  /// @param <In> the type of what passes through
  /// @return the step
  /// @throws IllegalArgumentException if the name or the class cannot serve, or the delay is
  ///   negative
  static <In> Step<Object, In, In> sleep(String name, Class<In> type, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          "step \"%s\": the delay must not be negative, was %s".formatted(name, delay));
    }
    return of(name, type, type, (_, input) -> Transition.after(delay, input));
  }

  /// A step that waits for a signal and goes on with the signal's value. The wait holds no thread,
  /// counts for no parallelism, and survives a restart of a durable run; it ends when
  /// `executor.signal(run, signal, key, value)` is called, or at a deadline set by
  /// [WorkflowBuilder#onDeadline].
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param signal what is waited for
  /// @param key from the input to what tells this wait from others for the same signal, such as an
  ///   order's id: 1 to 256 characters. In a run at most one item waits under a key at a time; a
  ///   second one fails, without a retry
  /// @param <In> the type of the input
  /// @param <Sent> the type of the signal's value
  /// @return the step
  /// @throws IllegalArgumentException if the name or the class cannot serve
  static <In, Sent> Step<Object, In, Sent> await(
      String name, Class<In> input, Signal<Sent> signal, Fn<? super In, String> key) {
    return types(StepImpl.typed(name, input), signal.type())
        .await(name, signal, key, (_, value) -> value);
  }

  /// A step that waits for a signal, as [#await(String, Class, Signal, Fn)], and makes its output
  /// of its input and the signal's value.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of the output
  /// @param signal what is waited for
  /// @param key from the input to what tells this wait from others for the same signal, 1 to 256
  ///   characters
  /// @param combine from the input and the signal's value to the output; must not answer null
  /// @param <In> the type of the input
  /// @param <Sent> the type of the signal's value
  /// @param <Out> the type of the output
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  static <In, Sent, Out> Step<Object, In, Out> await(
      String name,
      Class<In> input,
      Class<Out> output,
      Signal<Sent> signal,
      Fn<? super In, String> key,
      BiFunction<? super In, ? super Sent, ? extends Out> combine) {
    return StepImpl.types(name, input, output).await(name, signal, key, combine);
  }

  /// A step that waits until another run is over and goes on with its output. If that run fails,
  /// stalls, is cancelled or has no output, the item fails with a [ChildRunException]; a retry
  /// looks anew. The wait holds no thread, counts for no parallelism, survives a restart, and may
  /// have a deadline, by [WorkflowBuilder#onDeadline]. If this run is cancelled while it waits, the
  /// other one is cancelled with it.
  ///
  /// The other run is one that [StepContext#start] has started, or any other of the executor. In a
  /// transient executor, which forgets runs at their end, one that has ended is known only to the
  /// run that started it.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of the other run's output
  /// @param workflow the other run's workflow
  /// @param run from the input to the other run's id
  /// @param <In> the type of the input
  /// @param <Out> the type of the other run's output
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  static <In, Out> Step<Object, In, Out> awaitRun(
      String name,
      Class<In> input,
      Class<Out> output,
      Workflow<?, ?, Out> workflow,
      Fn<? super In, RunId> run) {
    return StepImpl.types(name, input, output)
        .awaitRun(name, workflow, run, (_, result) -> result.output());
  }

  /// A step that waits until another run is over, as [#awaitRun(String, Class, Class, Workflow,
  /// Fn)], and makes its output of its input and how the other run ended, whatever way that was.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of the output
  /// @param workflow the other run's workflow
  /// @param run from the input to the other run's id
  /// @param combine from the input and the result to the output; must not answer null
  /// @param <In> the type of the input
  /// @param <Result> the type of the other run's output
  /// @param <Out> the type of the output
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  static <In, Result, Out> Step<Object, In, Out> awaitRun(
      String name,
      Class<In> input,
      Class<Out> output,
      Workflow<?, ?, Result> workflow,
      Fn<? super In, RunId> run,
      BiFunction<? super In, ? super ChildResult<Result>, ? extends Out> combine) {
    return StepImpl.types(name, input, output).awaitRun(name, workflow, run, combine);
  }

  /// A step that turns each input into any number of outputs, each going on by itself.
  ///
  /// @param name the step's name
  /// @param input the class of the input
  /// @param output the class of each output
  /// @param fn the code; must not answer null or a list with nulls
  /// @param <In> the type of the input
  /// @param <Out> the type of the outputs
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  static <In, Out> Step<Object, In, Out> split(
      String name,
      Class<In> input,
      Class<Out> output,
      Fn<? super In, ? extends List<? extends Out>> fn) {
    return StepImpl.types(name, input, output).split(name, fn);
  }

  /// A step that takes a list, for the values that a join has gathered.
  ///
  /// @param name the step's name
  /// @param element the class of the elements
  /// @param output the class of the output
  /// @param fn the code; must not answer null
  /// @param <Element> the type of the elements
  /// @param <Out> the type of the output
  /// @return the step
  /// @throws IllegalArgumentException if the name or a class cannot serve
  static <Element, Out> Step<Object, List<Element>, Out> join(
      String name,
      Class<Element> element,
      Class<Out> output,
      Fn<? super List<Element>, ? extends Out> fn) {
    return StepImpl.types(name, element, output).join(name, fn);
  }

  /// A step that runs another step's code for each element of a list and gives the outputs in the
  /// same order: one item, one commit. It has the other's name and policies; they are for the list
  /// as a whole, and a concurrency limit is the batch's own.
  ///
  /// @param step the step whose code is run; the code must answer one output for each element
  /// @param atOnce how many elements may run side by side, from 1
  /// @param <Ctx> the type of the context that the code needs
  /// @param <In> the type of the elements
  /// @param <Out> the type of the outputs' elements
  /// @return the step
  /// @throws IllegalArgumentException if the width is below 1 or the step is a batch itself
  static <Ctx, In, Out> Step<Ctx, List<In>, List<Out>> batch(Step<Ctx, In, Out> step, int atOnce) {
    return StepImpl.batch(step, atOnce);
  }

  /// A step that is another workflow. Its steps are placed in the graph as `name/inner`, and are
  /// checkpointed and drawn like all others.
  ///
  /// - The first output of the inlined workflow, in the order of commits, goes on along the routes
  ///   of this step, once nothing is pending in it any more. A `terminate` in it ends it at once
  ///   with that output; what is pending in it is dropped.
  /// - A failure in it that has no fallback there goes to the `onFailure` of this step, if there is
  ///   one: that gets the input of this step, and the rest of the inlined workflow is dropped.
  ///   Without one the failure is the run's, as of any step.
  /// - If it ends without an output, this step fails; if that is because steps hold, the failure
  ///   names them.
  ///
  /// Neither a retry policy nor any other policy can be set on the step: they belong to the inner
  /// steps.
  ///
  /// @param name the step's name
  /// @param other the workflow; it has no context, or one of the same class as the workflow that it
  ///   is inlined in, which its steps then share
  /// @param <Ctx> the type of the context
  /// @param <In> the type of the input
  /// @param <Out> the type of the output
  /// @return the step
  /// @throws IllegalArgumentException if the name cannot serve, or the workflow has no end, or its
  ///   ends are of several types and none was named by `returns`
  static <Ctx, In, Out> Step<Ctx, In, Out> workflow(String name, Workflow<Ctx, In, Out> other) {
    return StepImpl.inlined(name, new StepBody.Inlined<>(other, Optional.empty()));
  }

  /// A step that is another workflow, whose context is a part of the run's. As [#workflow(String,
  /// Workflow)]; the inner steps see the part as their context, and change it through the lens. Its
  /// initial context is not used: the part is what the run's context has there.
  ///
  /// @param name the step's name
  /// @param other the workflow
  /// @param lens where its context is in that of the run
  /// @param <Ctx> the type of the run's context
  /// @param <Inner> the type of the inlined workflow's context
  /// @param <In> the type of the input
  /// @param <Out> the type of the output
  /// @return the step
  /// @throws IllegalArgumentException as in [#workflow(String, Workflow)], or if the workflow has
  ///   no context
  static <Ctx, Inner, In, Out> Step<Ctx, In, Out> workflow(
      String name, Workflow<Inner, In, Out> other, Lens<Ctx, Inner> lens) {
    if (other.contextType().isEmpty()) {
      throw new IllegalArgumentException(
          "step \"%s\" inlines workflow \"%s\" through a lens, but that has no context; leave the lens out"
              .formatted(name, other.name()));
    }
    return StepImpl.inlined(name, new StepBody.Inlined<>(other, Optional.of(lens)));
  }

  /// A step that undoes what another has done, for [WorkflowBuilder#compensate]. All types come
  /// from the other step. An undo may run more than once, as any step; what it undoes may be gone
  /// already, or never have been there: see [Done#known].
  ///
  /// @param name the step's name
  /// @param step the step that is to be undone
  /// @param code what undoes one execution of it
  /// @param <In> the type of the step's input
  /// @param <Out> the type of the step's outputs
  /// @return the undo; one that uses the run's context is made by `Step.in(Context.class).undo(…)`
  /// @throws IllegalArgumentException if the name cannot serve
  static <In, Out> Step<Object, Done<In, Out>, Void> undo(
      String name, Step<?, In, Out> step, Action<? super Done<In, Out>> code) {
    return Undo.of(name, step, code);
  }

  /// Names the context once, for steps written as plain lambdas.
  ///
  /// @param context the class of the context
  /// @param <Ctx> the type of the context
  /// @return what makes such steps
  /// @throws IllegalArgumentException if the class is primitive or has type parameters
  static <Ctx> StepsIn<Ctx> in(Class<Ctx> context) {
    return new StepsIn<>(context);
  }

  /// Declares generic types: `Step.types(TypeRef.listOf(Order.class),
  /// TypeRef.of(Report.class)).map("report", Reports::of)`.
  ///
  /// @param input the type of the input, or of the elements for a join
  /// @param output the type of each output, not of the transition
  /// @param <In> the type of the input
  /// @param <Out> the type of the outputs
  /// @return what makes steps of these types
  /// @throws IllegalArgumentException if the output type is a transition
  static <In, Out> StepTypes<In, Out> types(TypeRef<In> input, TypeRef<Out> output) {
    return new StepTypes<>(input, output);
  }
}
