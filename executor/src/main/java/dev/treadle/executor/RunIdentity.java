package dev.treadle.executor;

import dev.treadle.RunId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/// What never changes about a run.
///
/// @param id its id
/// @param incarnation text that no other run has, not even a later one of the same id
/// @param createdAt when it was started, to the millisecond
/// @param labels what its starter wrote on it
record RunIdentity(RunId id, String incarnation, Instant createdAt, Map<String, String> labels) {

  static RunIdentity of(RunId id, String incarnation, Instant now, Map<String, String> labels) {
    return new RunIdentity(id, incarnation, now.truncatedTo(ChronoUnit.MILLIS), labels);
  }
}
