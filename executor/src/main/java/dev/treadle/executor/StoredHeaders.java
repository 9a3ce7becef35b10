package dev.treadle.executor;

import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreDamagedException;
import java.util.List;
import java.util.function.Consumer;

/// Walks over stored runs, a page at a time. Used once, by one thread.
final class StoredHeaders {
  private static final int PAGE = 500;

  private final StoreReads reads;
  private final Consumer<RunHeader> whole;
  private final Consumer<StoreDamagedException> damaged;

  /// @param whole gets each header
  /// @param damaged gets what a store says of a run whose header is damaged
  StoredHeaders(
      StoreReads reads, Consumer<RunHeader> whole, Consumer<StoreDamagedException> damaged) {
    this.reads = reads;
    this.whole = whole;
    this.damaged = damaged;
  }

  /// Walks in the order of ids.
  ///
  /// @param query which runs; its limit does not count
  void walk(RunQuery query) {
    var from = query.withLimit(PAGE);
    while (true) {
      var wanted = from;
      List<RunHeader> page;
      try {
        page = reads.ask(store -> store.list(wanted));
      } catch (StoreDamagedException e) {
        from = around(wanted, e);
        continue;
      }
      page.forEach(whole);
      if (page.size() < wanted.limit()) {
        return;
      }
      from = from.withLimit(PAGE).withAfter(page.getLast().id());
    }
  }

  /// What to ask for after a page that could not be read: a run at a time up to the damaged one,
  /// and then what follows it.
  private RunQuery around(RunQuery wanted, StoreDamagedException e) {
    if (e.run().isEmpty()) {
      throw e;
    }
    if (wanted.limit() > 1) {
      return wanted.withLimit(1);
    }
    damaged.accept(e);
    return wanted.withLimit(PAGE).withAfter(e.run().get());
  }
}
