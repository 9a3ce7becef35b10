package dev.treadle.executor.spi;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a store knows of a run as a whole.
///
/// @param id the run's id
/// @param workflow the name of its workflow
/// @param status where it stands
/// @param reason why it stands there, for people, or an empty string
/// @param sequence how many commits it has; 1 after its start
/// @param nextId the first entry id that no commit has used; entries with this id or a higher one
///   are not visible
/// @param createdAt when it was started, to the millisecond
/// @param updatedAt when its last commit was made, to the millisecond
/// @param dueAt when the earliest of its timers is due, to the millisecond, or empty
/// @param labels what its starter wrote on it; set by the first commit and never changed
/// @param detail the executor's own notes as a JSON object in text
public record RunHeader(
    RunId id,
    String workflow,
    RunStatus status,
    String reason,
    long sequence,
    long nextId,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> dueAt,
    Map<String, String> labels,
    String detail) {
  /// Copies the labels and rejects missing parts.
  public RunHeader {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(updatedAt, "updatedAt");
    Objects.requireNonNull(dueAt, "dueAt");
    labels = Map.copyOf(labels);
    Objects.requireNonNull(detail, "detail");
    if (sequence < 1) {
      throw new IllegalArgumentException(
          "a run's first commit has the sequence 1, was " + sequence);
    }
  }
}
