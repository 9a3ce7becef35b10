package dev.treadle.executor;

import dev.treadle.RunId;
import java.util.List;

/// The repair of a failed run, of [WorkflowExecutor#repair]: says for each failed item what is to
/// become of it. Each answer is a durable commit; the run stays failed until [#resume], also across
/// a restart. Items about which nothing is said are tried again with the input they have.
///
/// ```java
/// var repair = executor.repair(workflow, id);
/// for (var item : repair.items()) {
///   repair.skip(item.sequence());
/// }
/// repair.resume();
/// ```
///
/// Safe for use by many threads. If the run was changed or resumed otherwise meanwhile, each method
/// but [#id] and [#items] throws [RunConflictException]: begin another repair then.
///
/// @param <O> the type of the run's output
public sealed interface RunRepair<O> permits RunRepairImpl {

  /// The run's id.
  ///
  /// @return the id
  RunId id();

  /// The items that have failed and about which nothing was said yet.
  ///
  /// @return the items, in the order of their numbers
  List<FailedItem> items();

  /// Gives an item up: it is consumed and nothing follows from it. A join that waited for it goes
  /// on without it; if nothing else is left, the run ends when it is resumed.
  ///
  /// @param item the item's number
  /// @throws IllegalArgumentException if no such item has failed
  void skip(long item);

  /// Gives an item another input, with which its step is executed when the run is resumed. The item
  /// has another [dev.treadle.StepContext#idempotencyKey] then, since it has other effects.
  ///
  /// @param item the item's number
  /// @param input what the step gets
  /// @throws IllegalArgumentException if no such item has failed, or its step takes another type
  /// @throws PayloadException if the input can't be stored
  void retry(long item, Object input);

  /// Lets the run go on, as [WorkflowExecutor#resume] does.
  ///
  /// @return a handle of the run
  RunHandle<O> resume();
}
