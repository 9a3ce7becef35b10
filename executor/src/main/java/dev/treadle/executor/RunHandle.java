package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A run that was started or resumed. Safe for use by many threads.
///
/// @param <O> the type of the run's output
public sealed interface RunHandle<O> permits RunHandleImpl {

  /// The run's id.
  ///
  /// @return the id
  RunId id();

  /// Waits for the run's end.
  ///
  /// @return how it ended
  /// @throws InterruptedException if the caller is interrupted; the run goes on
  /// @throws dev.treadle.TreadleException if the run was stopped from outside, its state being what
  ///   the store says: the executor was closed ([ExecutorClosedException]), or its store was
  ///   ([dev.treadle.executor.spi.CommitUnknownException])
  RunResult<O> await() throws InterruptedException;

  /// Waits for the run's end, but not longer than a limit.
  ///
  /// @param limit how long to wait at most
  /// @return how it ended, or empty if it has not
  /// @throws InterruptedException if the caller is interrupted; the run goes on
  /// @throws dev.treadle.TreadleException as [#await()] does
  Optional<RunResult<O>> await(Duration limit) throws InterruptedException;

  /// Where the run stands.
  ///
  /// @return the status as last made durable
  RunStatus status();

  /// The outputs so far, of a finished run all of them.
  ///
  /// @return the outputs in the order of their commits
  List<O> outputs();

  /// The run's context.
  ///
  /// @param type the class of the workflow's context, or a wider one
  /// @param <C> its type
  /// @return the context as last made durable, or empty if the workflow has none
  /// @throws ClassCastException if the context is of another class
  <C> Optional<C> context(Class<C> type);

  /// How far the run has come: for each step, what it has done since the run is driven here, and
  /// what it has yet to do. Takes as long as there are pending items.
  ///
  /// @return the counts as of now; of a transient run, none unless its steps are counted
  RunProgress progress();

  /// Asks for the run to be cancelled: nothing new starts, attempts in flight are interrupted. The
  /// order of commits decides between a cancel and the run's end.
  ///
  /// @return the status that won: [RunStatus#CANCELLING], or [RunStatus#CANCELLED] if nothing was
  ///   in flight, or the status the run had reached before
  RunStatus cancel();

  /// Cancels as [#cancel] does, and has what the run's steps have done undone, as
  /// [dev.treadle.WorkflowBuilder#compensate] says: the run is [RunStatus#CANCELLING] until all
  /// undos are done. A cancel that was committed before decides: after a plain one nothing is
  /// undone.
  ///
  /// @return the status that won, as [#cancel] answers it
  RunStatus cancelAndCompensate();
}
