package dev.treadle.checkpoint.file;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import java.time.Instant;
import java.util.Map;

/// What is kept in memory of a run's header.
///
/// @param workflow its workflow
/// @param status where it stands
/// @param sequence how many commits it has
/// @param nextId the first id that is not visible
/// @param count how many entries are visible
/// @param created when it was started
/// @param updated when its last commit was made
/// @param due when its earliest timer is due, or [Long#MIN_VALUE] for never
/// @param labels a bit for each label, several may share one
/// @param place where the header lies
/// @param length how long it is there
record Head(
    String workflow,
    RunStatus status,
    long sequence,
    long nextId,
    int count,
    long created,
    long updated,
    long due,
    int labels,
    long place,
    int length) {
  static final long NEVER = Long.MIN_VALUE;

  static Head of(RunHeader header, String workflow, int count, int labels, long place, int length) {
    return new Head(
        workflow,
        header.status(),
        header.sequence(),
        header.nextId(),
        count,
        header.createdAt().toEpochMilli(),
        header.updatedAt().toEpochMilli(),
        header.dueAt().map(Instant::toEpochMilli).orElse(NEVER),
        labels,
        place,
        length);
  }

  /// The same header at another place.
  Head movedTo(long other) {
    return new Head(
        workflow, status, sequence, nextId, count, created, updated, due, labels, other, length);
  }

  static int labels(Map<String, String> labels) {
    int bits = 0;
    for (var label : labels.entrySet()) {
      bits |= 1 << (31 & (31 * label.getKey().hashCode() + label.getValue().hashCode()));
    }
    return bits;
  }

  /// Whether the run may be one that is asked for; what this leaves open is decided by the header
  /// itself.
  boolean mayMatch(RunQuery query, int wantedLabels) {
    return (query.statuses().isEmpty() || query.statuses().contains(status))
        && (labels & wantedLabels) == wantedLabels
        && (query.workflow().isEmpty() || query.workflow().get().equals(workflow))
        && (query.dueBy().isEmpty()
            || (due != NEVER && !Instant.ofEpochMilli(due).isAfter(query.dueBy().get())))
        && query.created().contains(Instant.ofEpochMilli(created))
        && query.updated().contains(Instant.ofEpochMilli(updated));
  }
}
