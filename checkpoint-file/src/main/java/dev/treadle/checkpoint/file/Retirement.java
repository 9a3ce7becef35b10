package dev.treadle.checkpoint.file;

import dev.treadle.executor.spi.Retention;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/// Knows which finished runs are no longer kept. They are found in the order in which they
/// finished.
///
/// Used by one thread.
final class Retirement {
  private final FileOptions options;
  private final ArrayDeque<Run> finished = new ArrayDeque<>();

  Retirement(FileOptions options) {
    this.options = options;
  }

  void finished(Run run) {
    if (!(options.retention() instanceof Retention.All)) {
      finished.add(run);
    }
  }

  /// Brings what was read from a journal into order, for compaction has mixed it.
  void sort() {
    var sorted = new ArrayList<>(new LinkedHashSet<>(finished));
    sorted.sort(Comparator.comparingLong(Retirement::updated));
    finished.clear();
    finished.addAll(sorted);
  }

  /// The next runs to delete.
  ///
  /// @param limit at most so many
  List<Run> due(Index index, int limit) {
    return switch (options.retention()) {
      case Retention.All() -> List.of();
      case Retention.Last(int runs) ->
          next(index, Math.min(limit, index.finals() - runs), Long.MAX_VALUE);
      case Retention.During(var time) -> {
        forget(index);
        yield finished.isEmpty()
            ? List.of()
            : next(index, limit, options.clock().instant().minus(time).toEpochMilli());
      }
    };
  }

  private List<Run> next(Index index, int limit, long before) {
    var due = new ArrayList<Run>();
    forget(index);
    while (due.size() < limit && !finished.isEmpty() && updated(finished.peek()) < before) {
      due.add(finished.poll());
      forget(index);
    }
    return due;
  }

  /// Drops runs from the front that were deleted, or went on.
  private void forget(Index index) {
    while (!finished.isEmpty() && !(finished.peek().isFinal() && index.has(finished.peek()))) {
      finished.poll();
    }
  }

  /// Puts runs back whose deletion was not written.
  void putBack(List<Run> runs) {
    runs.reversed().forEach(finished::addFirst);
  }

  private static long updated(Run run) {
    var head = run.head();
    return head == null ? Long.MIN_VALUE : head.updated();
  }
}
