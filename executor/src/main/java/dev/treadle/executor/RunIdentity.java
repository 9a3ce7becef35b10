package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.spi.RunHeader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What does not change about a run while it is driven.
///
/// @param id its id
/// @param incarnation text that no other run has, not even a later one of the same id
/// @param createdAt when it was started, to the millisecond
/// @param labels what its starter wrote on it
/// @param compensation when it undoes what was done, if it fails
/// @param deadline when it fails unless it is done, to the millisecond; or null
record RunIdentity(
    RunId id,
    String incarnation,
    Instant createdAt,
    Map<String, String> labels,
    Compensation compensation,
    @Nullable Instant deadline) {

  static RunIdentity of(RunId id, String incarnation, Instant now, RunOptions<?> options) {
    return new RunIdentity(
        id,
        incarnation,
        now.truncatedTo(ChronoUnit.MILLIS),
        options.labels(),
        options.compensation(),
        millis(options.deadline(now)));
  }

  /// Of a stored run.
  static RunIdentity stored(RunHeader header, RunNotes notes) {
    return new RunIdentity(
        header.id(),
        notes.incarnation(),
        header.createdAt(),
        header.labels(),
        notes.compensation().orElse(Compensation.AT_ONCE),
        notes.deadline().orElse(null));
  }

  private static @Nullable Instant millis(@Nullable Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS);
  }

  /// The same without a deadline.
  RunIdentity withoutDeadline() {
    return new RunIdentity(id, incarnation, createdAt, labels, compensation, null);
  }

  /// When the first of the run's timers is due.
  ///
  /// @param item when the first of its items is due, in milliseconds of the Unix epoch, or 0
  /// @param on whether the deadline can still be missed
  Optional<Instant> due(long item, boolean on) {
    var first = item == 0 ? null : Instant.ofEpochMilli(item);
    boolean isDeadline = on && deadline != null && (first == null || deadline.isBefore(first));
    return Optional.ofNullable(isDeadline ? deadline : first);
  }

  /// Whether the deadline has passed.
  boolean isLate(Instant now) {
    return deadline != null && !deadline.isAfter(now);
  }

  /// The key for the effects of an item, the same on every attempt.
  String key(Item item) {
    int repairs = item.marks().repairs();
    var key = incarnation + '-' + item.sequence;
    return repairs == 0 ? key : key + '.' + repairs;
  }
}
