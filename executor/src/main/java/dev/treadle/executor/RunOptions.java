package dev.treadle.executor;

import dev.treadle.RunId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// What may be said of one run at its start: `executor.start(workflow, input, options ->
/// options.withId(id))`.
///
/// @param id the run's id; empty for a generated one
/// @param context the context to begin with; empty for the workflow's initial one
/// @param labels words to find the run by, at most 64 of at most 256 characters each, without
///   halves of surrogate pairs
/// @param compensation when the run undoes what was done, if it fails
/// @param waits whether a start waits for room when the executor drives as many runs as it may
/// @param <C> the type of the workflow's context
public record RunOptions<C>(
    Optional<RunId> id,
    Optional<C> context,
    Map<String, String> labels,
    Compensation compensation,
    boolean waits) {
  private static final int MAX_LABELS = 64;
  private static final int MAX_LABEL_LENGTH = 256;

  /// Copies the labels and checks their limits.
  public RunOptions {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(compensation, "compensation");
    labels = Map.copyOf(labels);
    if (labels.size() > MAX_LABELS) {
      throw new IllegalArgumentException(
          "a run has at most " + MAX_LABELS + " labels, was " + labels.size());
    }
    labels.forEach((key, value) -> {
      if (key.isEmpty() || key.length() > MAX_LABEL_LENGTH || value.length() > MAX_LABEL_LENGTH) {
        throw new IllegalArgumentException(
            "a label is a key of 1 to "
                + MAX_LABEL_LENGTH
                + " characters and a value of up to as many, was "
                + key.length()
                + " and "
                + value.length());
      }
      requireWhole(key, key);
      requireWhole(key, value);
    });
  }

  /// Half of a surrogate pair is no character: no store could give it back, and no query find it.
  private static void requireWhole(String key, String text) {
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw new IllegalArgumentException(
          "the label \""
              + key.replaceAll("\\p{Cs}", "?")
              + "\" holds half of a surrogate pair (bad UTF-16) in its key or value; cut texts"
              + " between characters");
    }
  }

  /// A generated id, the workflow's initial context, no labels, compensation at once; a start waits
  /// for room.
  ///
  /// @param <C> the type of the workflow's context
  /// @return the options
  public static <C> RunOptions<C> none() {
    return new RunOptions<>(
        Optional.empty(), Optional.empty(), Map.of(), Compensation.AT_ONCE, true);
  }

  /// The same with an id.
  ///
  /// @param chosen the run's id
  /// @return the options
  public RunOptions<C> withId(RunId chosen) {
    return new RunOptions<>(Optional.of(chosen), context, labels, compensation, waits);
  }

  /// The same with a context to begin with.
  ///
  /// @param first the context
  /// @return the options
  public RunOptions<C> withContext(C first) {
    return new RunOptions<>(id, Optional.of(first), labels, compensation, waits);
  }

  /// The same with one more label.
  ///
  /// @param key the label's name
  /// @param value what it says
  /// @return the options
  public RunOptions<C> withLabel(String key, String value) {
    var more = new TreeMap<>(labels);
    more.put(key, value);
    return new RunOptions<>(id, context, more, compensation, waits);
  }

  /// The same with another time for undoing what was done, should the run fail. A cancel undoes
  /// only if it asks for it.
  ///
  /// @param when at once, or only when asked
  /// @return the options
  public RunOptions<C> withCompensation(Compensation when) {
    return new RunOptions<>(id, context, labels, when, waits);
  }

  /// The same, refused with an [ExecutorFullException] when the executor drives as many runs as
  /// [ExecutorBuilder#maxRuns] allows.
  ///
  /// @return the options
  public RunOptions<C> withoutWaiting() {
    return new RunOptions<>(id, context, labels, compensation, false);
  }
}
