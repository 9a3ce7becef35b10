package dev.treadle;

import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/// What a step does when it gets an item; for the executor, and for tests that call a step's code
/// directly.
///
/// @param <C> the type of the run's context
/// @param <I> the type of the step's input
/// @param <O> the type of the step's outputs
public sealed interface StepBody<C, I, O> {

  /// Code that takes the input as it is.
  ///
  /// @param node the code
  /// @param <C> the type of the run's context
  /// @param <I> the type of the step's input
  /// @param <O> the type of the step's outputs
  record Code<C, I, O>(Node<C, I, O> node) implements StepBody<C, I, O> {
    /// Rejects a missing node.
    public Code {
      Objects.requireNonNull(node, "node");
    }
  }

  /// A decision on the committed context, made inside the commit section of the run: one at a time,
  /// whatever the parallelism.
  ///
  /// @param decide from context and input to the new context and what goes on; quick, and free of
  ///   effects
  /// @param <C> the type of the run's context
  /// @param <I> the type of the step's input
  /// @param <O> the type of the step's outputs
  record Gate<C, I, O>(BiFunction<? super C, ? super I, GateResult<C, O>> decide)
      implements StepBody<C, I, O> {
    /// Rejects a missing function.
    public Gate {
      Objects.requireNonNull(decide, "decide");
    }
  }

  /// Another workflow, whose steps are placed in the graph as `name/inner`. In a [Graph] the step
  /// itself only hands its input to the inner start.
  ///
  /// @param workflow the workflow
  /// @param lens how its steps see their context; empty if it has none, or that of the run
  /// @param <C> the type of the run's context
  /// @param <I> the type of the step's input
  /// @param <O> the type of the step's outputs
  record Inlined<C, I, O>(Workflow<?, I, O> workflow, Optional<Lens<C, ?>> lens)
      implements StepBody<C, I, O> {
    /// Rejects a missing part.
    public Inlined {
      Objects.requireNonNull(workflow, "workflow");
      Objects.requireNonNull(lens, "lens");
    }
  }

  /// A wait for a signal; neither a thread nor a place among the run's parallel items is held
  /// meanwhile.
  ///
  /// @param signal what is waited for
  /// @param key from the input to what tells this wait from others for the same signal
  /// @param combine from the input and the signal's value to the output
  /// @param <C> the type of the run's context
  /// @param <I> the type of the step's input
  /// @param <S> the type of the signal's value
  /// @param <O> the type of the step's output
  record Await<C, I, S, O>(
      Signal<S> signal,
      Fn<? super I, String> key,
      BiFunction<? super I, ? super S, ? extends O> combine)
      implements StepBody<C, I, O> {
    /// Rejects a missing part.
    public Await {
      Objects.requireNonNull(signal, "signal");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(combine, "combine");
    }
  }

  /// A wait for the end of another run; neither a thread nor a place among the run's parallel items
  /// is held meanwhile.
  ///
  /// @param workflow the other run's workflow
  /// @param run from the input to the other run's id
  /// @param combine from the input and how the other run ended to the output
  /// @param <C> the type of the run's context
  /// @param <I> the type of the step's input
  /// @param <R> the type of the other run's output
  /// @param <O> the type of the step's output
  record AwaitRun<C, I, R, O>(
      Workflow<?, ?, R> workflow,
      Fn<? super I, RunId> run,
      BiFunction<? super I, ? super ChildResult<R>, ? extends O> combine)
      implements StepBody<C, I, O> {
    /// Rejects a missing part.
    public AwaitRun {
      Objects.requireNonNull(workflow, "workflow");
      Objects.requireNonNull(run, "run");
      Objects.requireNonNull(combine, "combine");
    }
  }

  /// Code for one element, run for each element of an input list; the outputs form one list in the
  /// same order.
  ///
  /// @param element the code for one element; it must answer [Transition.Next]
  /// @param atOnce how many elements may run side by side, from 1
  /// @param <C> the type of the run's context
  /// @param <I> the type of the step's input, a list
  /// @param <O> the type of the step's output, a list
  record Batch<C, I, O>(Node<C, ?, ?> element, int atOnce) implements StepBody<C, I, O> {
    /// Rejects a missing element code and an impossible width.
    public Batch {
      Objects.requireNonNull(element, "element");
      if (atOnce < 1) {
        throw new IllegalArgumentException(
            "a batch runs at least 1 element at once, was " + atOnce);
      }
    }
  }
}
