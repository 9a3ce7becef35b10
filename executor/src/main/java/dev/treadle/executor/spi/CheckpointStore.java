package dev.treadle.executor.spi;

import dev.treadle.RunId;
import java.util.List;

/// Makes step commits durable. One process writes to a store at a time; opening it for writing
/// raises its epoch, and every write of an older epoch is refused with [StoreFencedException].
///
/// Confined to one thread, as a [CheckpointReader] is; [#epoch] and [#closedCleanly] too may be
/// called by any thread.
public interface CheckpointStore extends CheckpointReader {

  /// The epoch that this opening of the store has.
  ///
  /// @return a number higher than that of every opening before
  long epoch();

  /// Whether the opening before this one ended with [#close]. If it did not, its process died, or
  /// lost the store, while it may have been executing steps. Stays the same until this opening
  /// ends, and may be called by any thread.
  ///
  /// @return whether the store was closed in order, or has never been opened before
  boolean closedCleanly();

  /// Appends commits. Those that are accepted are durable when the call returns; each is visible
  /// whole or not at all. Commits of one run take effect in the order of the list.
  ///
  /// @param batch the commits, not empty
  /// @return the indexes in the batch, ascending, of the commits that were refused because their
  ///   run's sequence (or, of one in `with`) is not the expected one; nothing of those was written;
  ///   usually empty
  /// @throws WriteRefusedException if nothing of the batch was written, for a reason that may pass
  /// @throws CommitUnknownException if it can't be known what was written; the store has closed
  ///   itself
  /// @throws StoreFencedException if a later opening owns the store; nothing was written
  List<Integer> append(List<StepCommit> batch);

  /// Discards the parts of commits of a run whose last part never came. Called once before a stored
  /// run is driven.
  ///
  /// @param run the run's id
  /// @throws WriteRefusedException if nothing was written, for a reason that may pass
  /// @throws CommitUnknownException if it can't be known what was written; the store has closed
  ///   itself
  /// @throws StoreFencedException if a later opening owns the store
  void discardUnfinished(RunId run);

  /// Deletes a run with all its entries. Whether the run may be deleted is the caller's to decide.
  ///
  /// @param run the run's id
  /// @return whether there was such a run
  /// @throws WriteRefusedException if nothing was written, for a reason that may pass
  /// @throws CommitUnknownException if it can't be known what was written; the store has closed
  ///   itself
  /// @throws StoreFencedException if a later opening owns the store
  boolean delete(RunId run);
}
