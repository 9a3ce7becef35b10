package dev.treadle.executor.spi;

import dev.treadle.RunId;
import java.util.List;
import java.util.Optional;

/// Reads stored runs. Sees committed states only.
///
/// Confined to one thread: the first call, other than of the factory that opened it, fixes the
/// thread, and every later call, [#close] included, comes from there. A call from another thread
/// throws [IllegalStateException]. A reader that was never used may be closed by any thread. Only
/// [#location] may be called by any thread at any time, and fixes none.
public interface CheckpointReader extends AutoCloseable {

  /// Finds a run.
  ///
  /// @param run its id
  /// @return its header, or empty if there is no such run
  /// @throws StoreDamagedException if what is stored is not what was written
  /// @throws StoreException if it can't be read
  Optional<RunHeader> find(RunId run);

  /// Reads a page of a run's visible entries, in the order of their ids.
  ///
  /// @param run the run's id
  /// @param afterId only entries with a higher id; -1 for the first page
  /// @param limit at most so many entries, from 1; a page that is not full is the last
  /// @return the entries, in the order of their ids; empty if there is no such run
  /// @throws StoreDamagedException if what is stored is not what was written
  /// @throws StoreException if they can't be read
  List<Entry> entries(RunId run, long afterId, int limit);

  /// Lists runs, in the order of the UTF-16 characters of their ids.
  ///
  /// @param query which
  /// @return their headers
  /// @throws StoreDamagedException if what is stored is not what was written
  /// @throws StoreException if they can't be read
  List<RunHeader> list(RunQuery query);

  /// Where the store is, for messages.
  ///
  /// @return a path or an address without secrets
  String location();

  /// Releases what the reader holds. Closing twice does nothing. Never fails a commit that was
  /// acknowledged.
  ///
  /// @throws StoreException if it can't be released
  @Override
  void close();
}
