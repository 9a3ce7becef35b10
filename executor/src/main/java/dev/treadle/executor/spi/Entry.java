package dev.treadle.executor.spi;

import java.util.Arrays;
import java.util.Objects;

/// One stored piece of a run: a pending item, a value that waits at a join, the context, an output.
/// To a store it is opaque but for its id; the other parts are there to be queried by people.
///
/// @param id its number, unique within the run; 0 or more
/// @param kind what it is
/// @param step the name of the step that it belongs to, or an empty string
/// @param group the id of the group entry that it lies in, or 0
/// @param path its place within the group, numbers joined by dots, or an empty string
/// @param dueAt when it may go on, in milliseconds of the Unix epoch, or 0 for at once
/// @param payload the user's value as the payload codec wrote it, or empty; not copied, so never to
///   be changed
/// @param detail the executor's own notes as a JSON object, or empty; not copied, so never to be
///   changed
@SuppressWarnings(
    "ArrayRecordComponent") // bytes are moved, not compared, on the way of every commit
public record Entry(
    long id,
    Kind kind,
    String step,
    long group,
    String path,
    long dueAt,
    byte[] payload,
    byte[] detail) {
  /// Rejects a missing part and a negative id.
  public Entry {
    if (id < 0) {
      throw new IllegalArgumentException("an entry's id is 0 or more, was " + id);
    }
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(detail, "detail");
  }

  /// What an entry is.
  public enum Kind {
    /// What the run was started with.
    INPUT,
    /// The whole context.
    CONTEXT,
    /// A change of the context that is to be merged into it, in the order of ids.
    DELTA,
    /// A pending work item.
    ITEM,
    /// An execution of a fork whose join has not consumed its values.
    GROUP,
    /// A value that has arrived at the join of its group.
    VALUE,
    /// An output of the run.
    OUTPUT,
    /// How many items were held at a step.
    HOLD,
    /// A signal that nobody has awaited yet, or the mark that its await is over.
    SIGNAL,
    /// A committed step that can be undone.
    UNDO,
    /// The first execution of an item after an unclean death has begun.
    MARK
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry that
        && id == that.id
        && kind == that.kind
        && step.equals(that.step)
        && group == that.group
        && path.equals(that.path)
        && dueAt == that.dueAt
        && Arrays.equals(payload, that.payload)
        && Arrays.equals(detail, that.detail);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, kind, step, group, path, dueAt, Arrays.hashCode(payload));
  }

  /// Names the entry without its payload, which may be a secret.
  @Override
  public String toString() {
    return kind
        + " "
        + id
        + (step.isEmpty() ? "" : " of " + step)
        + " ("
        + payload.length
        + " bytes)";
  }
}
