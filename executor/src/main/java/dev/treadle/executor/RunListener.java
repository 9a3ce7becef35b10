package dev.treadle.executor;

/// Is told what happens in an executor: for metrics, for an audit trail, for a screen. Given to
/// [ExecutorBuilder#listener].
///
/// The methods are called on one thread of the executor's own, one event after another, first the
/// listener that was given first. The runs do not wait for it: events wait in a bounded queue, and
/// when it is full new ones are dropped and counted. What is told of a run is told in the order of
/// its commits, and of a durable run only what is on disk. What a listener throws is logged and
/// changes nothing. Events are not stored: those that were not delivered when the process died are
/// lost.
///
/// All methods do nothing unless they are implemented. A listener may use the executor, but must
/// not close it.
public interface RunListener {

  /// A step's code is about to be called.
  ///
  /// @param event the item and the attempt
  default void stepStarted(StepEvent.Started event) {}

  /// What came of an attempt is committed.
  ///
  /// @param event the item, the attempt and its outcome
  default void stepProcessed(StepEvent.Processed event) {}

  /// An attempt came back after the run had gone on without it, or was interrupted by its end.
  ///
  /// @param event the item and the attempt
  default void stepCut(StepEvent.Cut event) {}

  /// A run has begun, ended, or changed otherwise.
  ///
  /// @param event what happened to it
  default void runChanged(RunEvent event) {}

  /// The store has done something.
  ///
  /// @param event what it has done
  default void storeWorked(StoreEvent event) {}

  /// The queue was full, and events are missing among those that are told about now.
  ///
  /// @param count how many were dropped since this was told last, from 1
  default void eventsDropped(long count) {}
}
