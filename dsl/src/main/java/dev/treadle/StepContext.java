package dev.treadle;

import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A run as seen from inside one attempt of a step.
///
/// Valid only while [Node#process] runs and only on the thread that runs it: a call from another
/// thread throws [IllegalStateException].
///
/// @param <C> the type of the run's context
public interface StepContext<C> {

  /// The context as last committed when this attempt began. It does not change within the attempt.
  ///
  /// @return the context
  /// @throws IllegalStateException if the workflow has none
  C state();

  /// Changes the context when this attempt commits. The function is applied to the context as it is
  /// then, which other branches may have changed since; it must be quick and free of effects. If it
  /// throws, nothing is committed and the item fails without a retry.
  ///
  /// @param change from the context to its successor; answers a value of the declared context
  ///   class, never null
  /// @throws IllegalStateException if the workflow has no context
  void update(UnaryOperator<C> change);

  /// Combines the context with a delta when this attempt commits, by the workflow's [Merge]. Only
  /// the delta is stored, so this is the way for large contexts.
  ///
  /// @param delta what to merge in
  /// @throws IllegalStateException if the workflow has no context, or none that merges
  void merge(C delta);

  /// Starts a run of another workflow when this attempt commits, and not otherwise: both are
  /// durable together. The same executor drives it, from then on like any other run; whether this
  /// run waits for it is up to a step made by [Step#awaitRun(String, Class, Class, Workflow, Fn)].
  /// It has the deadline of this run, if there is one.
  ///
  /// If there is a run of that id with the same workflow and an equal input, it is that run, and is
  /// gone on with. With another workflow or input, or if the input can't be stored, the item fails
  /// without a retry. In a transient executor the id must not be that of a run that goes on.
  ///
  /// @param workflow the workflow
  /// @param run the run's id; one that is derived from this run's input or id makes the start the
  ///   same on every attempt
  /// @param input what its first step gets
  /// @param <In> the type of the input
  <In> void start(Workflow<?, In, ?> workflow, RunId run, In input);

  /// A key for effects outside the run: the same on every attempt of this item, and never of
  /// another.
  ///
  /// @return letters, digits, `.`, `:` and `-`
  String idempotencyKey();

  /// The number of this attempt: one more than the recorded failures of the item.
  ///
  /// @return from 1
  int attempt();

  /// The failure that led here, in a fallback step.
  ///
  /// @return the failure, or empty in any other step
  Optional<StepFailure> failure();

  /// When the run fails unless it is done before; see the run's options. What is left of it is for
  /// code that waits: for a lock, for an answer from elsewhere. The step's own timeout comes beside
  /// it.
  ///
  /// @return the run's deadline, or empty if it has none
  Optional<Instant> deadline();

  /// The run's id.
  ///
  /// @return the id
  RunId runId();

  /// The name of the step.
  ///
  /// @return the name
  String step();
}
