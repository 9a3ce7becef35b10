package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.WorkItem;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Runs workflows. Without a store it is transient: nothing is written, and a run is forgotten at
/// its end. With a store every step commit is durable before anything that follows from it begins.
///
/// Safe for use by many threads. Close it: a durable executor owns its store.
public sealed interface WorkflowExecutor extends AutoCloseable permits ExecutorImpl {

  /// A transient executor.
  ///
  /// @return an executor without a store
  static WorkflowExecutor create() {
    return builder().build();
  }

  /// A durable executor.
  ///
  /// @param store where step commits go; the executor closes it
  /// @return an executor with that store
  static WorkflowExecutor create(CheckpointStore store) {
    return builder().store(store).build();
  }

  /// An executor with other settings than usual.
  ///
  /// @return a builder
  static ExecutorBuilder builder() {
    return new ExecutorBuilder();
  }

  /// Runs a workflow on the caller's thread as far as it is linear, and returns at its end.
  ///
  /// @param workflow the workflow
  /// @param input what its first step gets
  /// @param <I> the type of the input
  /// @param <O> the type of the output
  /// @return the output of `terminate`, else the first in the order of commits; null for a workflow
  ///   without ends, whose type is [Void]
  /// @throws InterruptedException if the caller is interrupted; the run is left where it is, and a
  ///   durable one can be resumed
  /// @throws StepFailedException if a step failed for good
  /// @throws RunDeadlineException if it was not done by its deadline
  /// @throws RunStalledException if all branches held
  /// @throws NoOutputException if all branches sank
  /// @throws RunCancelledException if it was cancelled
  /// @throws RunQuarantinedException if an item was in flight at three unclean deaths
  /// @throws PayloadException if the input, or a type of the workflow, can't be stored
  /// @throws WorkflowConflictException if the executor knows another workflow of the same name
  /// @throws dev.treadle.executor.spi.StoreException if the store failed
  /// @throws ExecutorFullException if there is no room for one more run and it does not wait, see
  ///   [ExecutorBuilder#maxRuns]
  /// @throws ExecutorClosedException if the executor is closed
  <I, O> O run(Workflow<?, I, O> workflow, I input) throws InterruptedException;

  /// Runs a workflow under an id. If the id exists: a finished run answers its stored outcome, an
  /// unfinished one that nobody drives is resumed, one that is driven here is waited for.
  ///
  /// @param workflow the workflow
  /// @param input what its first step gets
  /// @param id the run's id
  /// @param <I> the type of the input
  /// @param <O> the type of the output
  /// @return as [#run(Workflow, Object)]
  /// @throws InterruptedException as [#run(Workflow, Object)]
  /// @throws RunConflictException if the id exists with another workflow or another input
  /// @throws RunMisfitException if the stored run does not fit the workflow
  <I, O> O run(Workflow<?, I, O> workflow, I input, RunId id) throws InterruptedException;

  /// Runs a workflow with options.
  ///
  /// @param workflow the workflow
  /// @param input what its first step gets
  /// @param options from no options to those wanted
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the output
  /// @return as [#run(Workflow, Object)]
  /// @throws InterruptedException as [#run(Workflow, Object)]
  <C, I, O> O run(Workflow<C, I, O> workflow, I input, UnaryOperator<RunOptions<C>> options)
      throws InterruptedException;

  /// Starts a workflow on a virtual thread. A durable start is on disk when this returns. Waits for
  /// room if the executor drives as many runs as [ExecutorBuilder#maxRuns] allows; an interrupt
  /// meanwhile is kept, and answered by an [ExecutorFullException].
  ///
  /// @param workflow the workflow
  /// @param input what its first step gets
  /// @param <I> the type of the input
  /// @param <O> the type of the output
  /// @return a handle of the run
  <I, O> RunHandle<O> start(Workflow<?, I, O> workflow, I input);

  /// Starts a workflow under an id; an id that exists is treated as in [#run(Workflow, Object,
  /// RunId)].
  ///
  /// @param workflow the workflow
  /// @param input what its first step gets
  /// @param id the run's id
  /// @param <I> the type of the input
  /// @param <O> the type of the output
  /// @return a handle of the run
  <I, O> RunHandle<O> start(Workflow<?, I, O> workflow, I input, RunId id);

  /// Starts a workflow with options.
  ///
  /// @param workflow the workflow
  /// @param input what its first step gets
  /// @param options from no options to those wanted
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the output
  /// @return a handle of the run
  <C, I, O> RunHandle<O> start(
      Workflow<C, I, O> workflow, I input, UnaryOperator<RunOptions<C>> options);

  /// Drives a workflow from a stream, an iterator, a queue or the ticks of a clock: one run for
  /// each element, a bounded number at once.
  ///
  /// @param workflow the workflow
  /// @param <I> the type of the elements, which are the runs' inputs
  /// @param <O> the type of the outputs
  /// @return a source that is yet to be driven
  <I, O> RunSource<I, O> source(Workflow<?, I, O> workflow);

  /// Goes on with a stored run: an unfinished one from its queue, a failed one from its failed
  /// items, one in quarantine from its queue; what is known of items in flight at unclean deaths is
  /// forgotten; a deadline of a failed run that has passed is dropped, one that is to come stays.
  /// Of a run that is final, stalled, compensated, or driven here, it answers a handle and changes
  /// nothing; one whose compensation was cut short goes on compensating.
  ///
  /// @param workflow the workflow of the run
  /// @param id the run's id
  /// @param <O> the type of the output
  /// @return a handle of the run
  /// @throws UnknownRunException if there is no such run
  /// @throws RunConflictException if the run is of another workflow
  /// @throws RunMisfitException if the stored run does not fit the workflow; it is left as it was
  <O> RunHandle<O> resume(Workflow<?, ?, O> workflow, RunId id);

  /// Has what a failed run has done undone, if that was put off by [Compensation#ON_REQUEST]: the
  /// run is failing again until all undos are done. It can't be resumed after that. Of a failed run
  /// that was compensated before, or has nothing to undo, it answers a handle and changes nothing.
  ///
  /// @param workflow the workflow of the run
  /// @param id the run's id
  /// @param <O> the type of the output
  /// @return a handle of the run
  /// @throws UnknownRunException if there is no such run
  /// @throws RunConflictException if the run is of another workflow, has not failed, or is driven
  ///   here
  /// @throws RunMisfitException if the stored run does not fit the workflow; it is left as it was
  <O> RunHandle<O> compensate(Workflow<?, ?, O> workflow, RunId id);

  /// Begins the repair of a failed run: skip a failed item, or drive it again with another input.
  ///
  /// @param workflow the workflow of the run
  /// @param id the run's id
  /// @param <O> the type of the output
  /// @return the repair, with the failed items
  /// @throws UnknownRunException if there is no such run
  /// @throws RunConflictException if the run is of another workflow, has not failed, is driven
  ///   here, or has undone what it did
  /// @throws RunMisfitException if the stored run does not fit the workflow; it is left as it was
  <O> RunRepair<O> repair(Workflow<?, ?, O> workflow, RunId id);

  /// Resumes every stored run that is unfinished and not driven here. Failed and stalled runs are
  /// left alone, and so are those in quarantine, which are told. Never waits: runs beyond
  /// [ExecutorBuilder#maxRuns] are queued, and go on as others end.
  ///
  /// @param workflows the workflows to resume runs of
  /// @return an answer for each unfinished run in the store, in the order of their ids
  List<Recovery> recover(Workflow<?, ?, ?>... workflows);

  /// Looks whether the stored runs of a workflow fit it as it is now, and changes nothing: to be
  /// asked before a release is let loose on them. All runs are looked at but the completed and the
  /// cancelled. The workflow need not be the one that this executor runs under that name.
  ///
  /// @param workflow the workflow as it is now
  /// @return how many runs there are, and which do not fit and why; none for a transient executor
  /// @throws PayloadException if a type of the workflow can't be stored
  CheckReport check(Workflow<?, ?, ?> workflow);

  /// As [#check(Workflow)], for a store that is read only, such as a copy of the one in use, with
  /// the usual payload limits.
  ///
  /// @param reader the store, used by the calling thread and left open
  /// @param workflow the workflow as it is now
  /// @return how many runs there are, and which do not fit and why
  /// @throws PayloadException if a type of the workflow can't be stored
  static CheckReport check(CheckpointReader reader, Workflow<?, ?, ?> workflow) {
    return StoredRuns.check(reader, workflow, PayloadLimits.defaults());
  }

  /// Sends a signal to a run: to the step that waits for it under a key, or to the first that will.
  /// Durable when it returns, also for a stored run that is not driven here, which has the signal
  /// when it is resumed; that costs reading the run. While the store refuses writes, the call waits
  /// until it takes them. After an exception other than these the signal may have been sent;
  /// sending it again answers [SignalAnswer#LATE] then.
  ///
  /// @param run the run's id
  /// @param signal the signal, as the workflow's steps declare it
  /// @param key which of the waits for the signal
  /// @param value what the step gets
  /// @param <S> the type of the value
  /// @return what became of it; of two signals for one wait the first is delivered, of a signal and
  ///   a deadline the one that is committed first counts
  /// @throws UnknownRunException if there is no such run; a transient run is forgotten at its end
  /// @throws RunConflictException if the run is over or being cancelled; a failed run, which can be
  ///   resumed, is not over
  /// @throws IllegalArgumentException if the run's workflow awaits no such signal, or one of
  ///   another type, or the value is not of the declared type, or the key is not of 1 to 256
  ///   characters
  /// @throws PayloadException if the value can't be stored
  /// @throws dev.treadle.executor.spi.StoreException if the store failed
  /// @throws ExecutorClosedException if the executor is closed
  <S> SignalAnswer signal(RunId run, Signal<S> signal, String key, S value);

  /// Finds a run, driven here or stored.
  ///
  /// @param id the run's id
  /// @return what is stored of it, or for a transient run that goes on, what is known of it; or
  ///   empty
  Optional<RunHeader> find(RunId id);

  /// Looks into a run, driven here or stored: its status and its times, what is pending, waits,
  /// runs, is held and has failed. Reads all that is stored of the run but its input's and outputs'
  /// meaning, so it is for people and their screens, not for polling.
  ///
  /// Of a run of a transient executor it shows the header, and counts if its steps are counted; the
  /// items are not listed.
  ///
  /// @param id the run's id
  /// @param items how many pending items to list at most, 0 or more; all are counted
  /// @return the run as of its last durable commit, or empty if there is no such run
  Optional<RunView> inspect(RunId id, int items);

  /// Lists stored runs; of a transient executor, the runs that go on.
  ///
  /// @param query which
  /// @return the runs in the order of their ids
  List<RunHeader> runs(RunQuery query);

  /// Cancels a run by its id. One that is driven here is cancelled as by [RunHandle#cancel]; a
  /// stored one that nobody drives is cancelled at once, whatever its workflow is now. A run that
  /// has failed, stalled, is in quarantine or is over is not changed. Runs that it waits for are
  /// cancelled with it. Nothing is undone; a stored run whose cancel with compensation was cut
  /// short is left to `recover`.
  ///
  /// @param id the run's id
  /// @return the status of the run then, which tells who was first: its end, its failure or the
  ///   cancel
  /// @throws UnknownRunException if there is no such run
  /// @throws dev.treadle.executor.spi.StoreException if the store failed
  RunStatus cancel(RunId id);

  /// Deletes a stored run that is not going on, with all its data.
  ///
  /// @param id the run's id
  /// @return whether there was such a run
  /// @throws RunConflictException if the run is driven here, or unfinished
  boolean delete(RunId id);

  /// How many events no listener was told of, because the queue was full or a listener did not come
  /// back when the executor was closed.
  ///
  /// @return the number since the executor was made; 0 without listeners
  long droppedEvents();

  /// Executes one item of a run that the caller drives: a step of a graph as a function, for tests
  /// and for drivers of one's own. Successors are appended to the queue; a failed item that may be
  /// tried again, or has a fallback, is appended too. Always transient.
  ///
  /// @param run the state of the run, of [RunContext#of]
  /// @param item the item to execute, from the workflow's `startWorkItem` or from the queue
  /// @param queue where successors go
  /// @param <O> the type of the run's output
  /// @return the first output that the item gave the run, or empty
  /// @throws StepFailedException if the step failed for good
  /// @throws InterruptedException if the step was interrupted
  <O> Optional<O> processWorkItem(RunContext<?, O> run, WorkItem item, ArrayDeque<WorkItem> queue)
      throws InterruptedException;

  /// Stops: as [#close(Duration)] with 30 seconds.
  ///
  /// @throws IllegalStateException if called by a step
  @Override
  void close();

  /// Stops: accepts no new runs, starts no new steps, waits for the steps in flight and their
  /// commits, interrupts those that are still running after the grace period, closes the store, and
  /// tells listeners what they have not been told yet. Unfinished durable runs stay resumable.
  ///
  /// @param grace how long to wait before interrupting; then as long, but five seconds at least,
  ///   for the listeners
  /// @return the ids of the runs that were cut short, in order
  /// @throws IllegalStateException if called by a step or a listener
  List<RunId> close(Duration grace);
}
