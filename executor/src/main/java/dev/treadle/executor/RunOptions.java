package dev.treadle.executor;

import dev.treadle.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What may be said of one run at its start: `executor.start(workflow, input, options ->
/// options.withId(id))`.
///
/// @param id the run's id; empty for a generated one
/// @param context the context to begin with; empty for the workflow's initial one
/// @param labels words to find the run by, at most 64 of at most 256 characters each, without
///   halves of surrogate pairs
/// @param compensation when the run undoes what was done, if it fails
/// @param waits whether a start waits for room when the executor drives as many runs as it may
/// @param timeLimit how long after its start the run has to be done; empty for any time
/// @param deadline when the run has to be done, which counts beside the time limit; empty for never
/// @param <C> the type of the workflow's context
public record RunOptions<C>(
    Optional<RunId> id,
    Optional<C> context,
    Map<String, String> labels,
    Compensation compensation,
    boolean waits,
    Optional<Duration> timeLimit,
    Optional<Instant> deadline) {
  private static final int MAX_LABELS = 64;
  private static final int MAX_LABEL_LENGTH = 256;

  private static final RunOptions<?> NONE =
      new RunOptions<>(
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Compensation.AT_ONCE,
          true,
          Optional.empty(),
          Optional.empty());

  private static final Duration LONGEST = Duration.ofDays(3650);

  /// Copies the labels and checks all limits.
  public RunOptions {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(compensation, "compensation");
    Objects.requireNonNull(deadline, "deadline");
    timeLimit.ifPresent(RunOptions::check);
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

  private static void check(Duration limit) {
    if (!limit.isPositive() || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "the time limit of a run must be more than zero and at most "
              + LONGEST.toDays()
              + " days, was "
              + limit);
    }
  }

  /// A generated id, the workflow's initial context, no labels, compensation at once, no deadline;
  /// a start waits for room.
  ///
  /// @param <C> the type of the workflow's context
  /// @return the options
  public static <C> RunOptions<C> none() {
    @SuppressWarnings("unchecked") // no context, so one of any type
    var none = (RunOptions<C>) NONE;
    return none;
  }

  /// The same with an id.
  ///
  /// @param chosen the run's id
  /// @return the options
  public RunOptions<C> withId(RunId chosen) {
    return new RunOptions<>(
        Optional.of(chosen), context, labels, compensation, waits, timeLimit, deadline);
  }

  /// The same with a context to begin with.
  ///
  /// @param first the context
  /// @return the options
  public RunOptions<C> withContext(C first) {
    return new RunOptions<>(
        id, Optional.of(first), labels, compensation, waits, timeLimit, deadline);
  }

  /// The same with one more label.
  ///
  /// @param key the label's name
  /// @param value what it says
  /// @return the options
  public RunOptions<C> withLabel(String key, String value) {
    var more = new TreeMap<>(labels);
    more.put(key, value);
    return new RunOptions<>(id, context, more, compensation, waits, timeLimit, deadline);
  }

  /// The same with another time for undoing what was done, should the run fail. A cancel undoes
  /// only if it asks for it.
  ///
  /// @param when at once, or only when asked
  /// @return the options
  public RunOptions<C> withCompensation(Compensation when) {
    return new RunOptions<>(id, context, labels, when, waits, timeLimit, deadline);
  }

  /// The same, refused with an [ExecutorFullException] when the executor drives as many runs as
  /// [ExecutorBuilder#maxRuns] allows.
  ///
  /// @return the options
  public RunOptions<C> withoutWaiting() {
    return new RunOptions<>(id, context, labels, compensation, false, timeLimit, deadline);
  }

  /// The same with a deadline that lies some time after the run's start.
  ///
  /// A run that is not done by then fails: attempts in flight are interrupted, nothing new starts,
  /// and the run ends with [RunResult.DeadlinePassed]; `run` throws [RunDeadlineException]. The
  /// deadline is stored with the run and holds when the process is gone, so it is a time of day and
  /// moves with the clock. Its steps run on threads of the executor's, never on that of the caller
  /// of `run`, which only waits. A run that is there already keeps the deadline it has.
  ///
  /// @param limit how long, more than zero and at most ten years
  /// @return the options
  /// @throws IllegalArgumentException if the limit is out of bounds
  public RunOptions<C> withTimeLimit(Duration limit) {
    return new RunOptions<>(id, context, labels, compensation, waits, Optional.of(limit), deadline);
  }

  /// The same with a deadline, as [#withTimeLimit], at a time of day. The earlier of the two
  /// counts.
  ///
  /// @param at when the run has to be done; a time that has passed fails it before its first step
  /// @return the options
  public RunOptions<C> withDeadline(Instant at) {
    return new RunOptions<>(id, context, labels, compensation, waits, timeLimit, Optional.of(at));
  }

  /// The deadline of a run that starts at a time, or null if it has none.
  @Nullable Instant deadline(Instant start) {
    var limited = timeLimit.map(start::plus).orElse(Instant.MAX);
    var given = deadline.orElse(Instant.MAX);
    var first = limited.isBefore(given) ? limited : given;
    return first.equals(Instant.MAX) ? null : first;
  }
}
