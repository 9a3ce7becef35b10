package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.spi.RunHeader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/// What never changes about a run.
///
/// @param id its id
/// @param incarnation text that no other run has, not even a later one of the same id
/// @param createdAt when it was started, to the millisecond
/// @param labels what its starter wrote on it
/// @param compensation when it undoes what was done, if it fails
record RunIdentity(
    RunId id,
    String incarnation,
    Instant createdAt,
    Map<String, String> labels,
    Compensation compensation) {

  static RunIdentity of(RunId id, String incarnation, Instant now, RunOptions<?> options) {
    return new RunIdentity(
        id,
        incarnation,
        now.truncatedTo(ChronoUnit.MILLIS),
        options.labels(),
        options.compensation());
  }

  /// Of a stored run.
  static RunIdentity stored(RunHeader header, RunNotes notes) {
    return new RunIdentity(
        header.id(),
        notes.incarnation(),
        header.createdAt(),
        header.labels(),
        notes.compensation().orElse(Compensation.AT_ONCE));
  }

  /// The key for the effects of an item, the same on every attempt.
  String key(Item item) {
    int repairs = item.marks().repairs();
    var key = incarnation + '-' + item.sequence;
    return repairs == 0 ? key : key + '.' + repairs;
  }
}
