package dev.treadle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// When a failed step is tried again: `RetryPolicy.exponential(ofMillis(100)).maxAttempts(5)`.
///
/// Unless told otherwise a policy allows 3 attempts in all, tries again after every [Exception] and
/// after no [Error], never waits longer than an hour (or the first delay, if that is longer), and
/// has no jitter and no bound on the time in all. Each property can be set once; setting it again
/// throws [IllegalStateException].
///
/// Immutable: each method answers a new policy. Safe for use by many threads.
public final class RetryPolicy {
  private static final int DEFAULT_ATTEMPTS = 3;
  private static final Duration DEFAULT_MAX_DELAY = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(3650);

  private enum Growth {
    FIXED,
    LINEAR,
    EXPONENTIAL
  }

  private final Growth growth;
  private final Duration first;
  private final @Nullable Integer maxAttempts;
  private final @Nullable Duration maxDelay;
  private final @Nullable Duration maxElapsedTime;
  private final @Nullable Double jitter;
  private final @Nullable Predicate<? super Throwable> condition;

  private RetryPolicy(
      Growth growth,
      Duration first,
      @Nullable Integer maxAttempts,
      @Nullable Duration maxDelay,
      @Nullable Duration maxElapsedTime,
      @Nullable Double jitter,
      @Nullable Predicate<? super Throwable> condition) {
    this.growth = growth;
    this.first = first;
    this.maxAttempts = maxAttempts;
    this.maxDelay = maxDelay;
    this.maxElapsedTime = maxElapsedTime;
    this.jitter = jitter;
    this.condition = condition;
  }

  /// A policy that always waits the same time.
  ///
  /// @param delay the time, from zero to ten years
  /// @return the policy
  /// @throws IllegalArgumentException if the delay is out of bounds
  public static RetryPolicy fixed(Duration delay) {
    return new RetryPolicy(Growth.FIXED, checked("delay", delay), null, null, null, null, null);
  }

  /// A policy that waits the step longer each time: once, twice, three times the delay.
  ///
  /// @param step the first delay, from zero to ten years
  /// @return the policy
  /// @throws IllegalArgumentException if the delay is out of bounds
  public static RetryPolicy linear(Duration step) {
    return new RetryPolicy(Growth.LINEAR, checked("delay", step), null, null, null, null, null);
  }

  /// A policy that doubles the delay each time.
  ///
  /// @param first the first delay, from zero to ten years
  /// @return the policy
  /// @throws IllegalArgumentException if the delay is out of bounds
  public static RetryPolicy exponential(Duration first) {
    return new RetryPolicy(
        Growth.EXPONENTIAL, checked("delay", first), null, null, null, null, null);
  }

  /// Bounds the attempts.
  ///
  /// @param attempts how many there are at most, the first one included; from 1
  /// @return the policy with the bound
  /// @throws IllegalArgumentException if there is to be none
  /// @throws IllegalStateException if it is already bounded
  public RetryPolicy maxAttempts(int attempts) {
    unset("maxAttempts", maxAttempts);
    if (attempts < 1) {
      throw new IllegalArgumentException("maxAttempts must be at least 1, was " + attempts);
    }
    return new RetryPolicy(growth, first, attempts, maxDelay, maxElapsedTime, jitter, condition);
  }

  /// Bounds the delay.
  ///
  /// @param delay the longest, from zero to ten years
  /// @return the policy with the bound
  /// @throws IllegalArgumentException if the delay is out of bounds
  /// @throws IllegalStateException if it is already bounded
  public RetryPolicy maxDelay(Duration delay) {
    unset("maxDelay", maxDelay);
    checked("maxDelay", delay);
    return new RetryPolicy(growth, first, maxAttempts, delay, maxElapsedTime, jitter, condition);
  }

  /// Bounds the whole: no attempt begins later than this after the first one began. The time goes
  /// on while the executor is down, so it is that of the clock, and setting the clock shortens or
  /// lengthens it. An attempt that has begun is not cut short by it; that is what
  /// [Step#timeout(Duration)] is for.
  ///
  /// @param time how long after the first attempt the last may begin, from zero to ten years
  /// @return the policy with the bound
  /// @throws IllegalArgumentException if the time is out of bounds
  /// @throws IllegalStateException if it is already bounded
  public RetryPolicy maxElapsedTime(Duration time) {
    unset("maxElapsedTime", maxElapsedTime);
    checked("maxElapsedTime", time);
    return new RetryPolicy(growth, first, maxAttempts, maxDelay, time, jitter, condition);
  }

  /// Shortens each delay by a random part, so that those who failed together do not come back
  /// together. The delay then lies anywhere between `delay * (1 - fraction)` and `delay`.
  ///
  /// @param fraction the largest part taken off, from 0 to 1
  /// @return the policy with the jitter
  /// @throws IllegalArgumentException if the fraction is out of bounds
  /// @throws IllegalStateException if it already has one
  public RetryPolicy jitter(double fraction) {
    unset("jitter", jitter);
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to 1, was " + fraction);
    }
    return new RetryPolicy(
        growth, first, maxAttempts, maxDelay, maxElapsedTime, fraction, condition);
  }

  /// Tries again only after certain errors.
  ///
  /// @param types their classes; subclasses count
  /// @return the policy with the condition
  /// @throws IllegalArgumentException if none is named
  /// @throws IllegalStateException if [#retryOn] or [#retryIf] was called before
  @SafeVarargs
  public final RetryPolicy retryOn(Class<? extends Throwable>... types) {
    var named = new ArrayList<Class<? extends Throwable>>();
    for (var type : types) {
      named.add(Objects.requireNonNull(type, "type"));
    }
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "retryOn needs a class; a step without a policy is not tried again");
    }
    return retryIf(error -> named.stream().anyMatch(type -> type.isInstance(error)));
  }

  /// Tries again only after errors that fit.
  ///
  /// @param condition whether an error is worth another attempt; quick and free of effects
  /// @return the policy with the condition
  /// @throws IllegalStateException if [#retryOn] or [#retryIf] was called before
  public RetryPolicy retryIf(Predicate<? super Throwable> condition) {
    unset("retryOn or retryIf", this.condition);
    Objects.requireNonNull(condition, "condition");
    return new RetryPolicy(growth, first, maxAttempts, maxDelay, maxElapsedTime, jitter, condition);
  }

  /// How long after the first attempt the last may begin.
  ///
  /// @return the bound, or empty if there is none
  public Optional<Duration> maxElapsedTime() {
    return Optional.ofNullable(maxElapsedTime);
  }

  /// Whether there is another attempt, if there is time for it.
  ///
  /// @param failures how many attempts have failed, from 1
  /// @param error what the last one threw
  /// @return whether to go on
  public boolean allows(int failures, Throwable error) {
    return failures < attempts()
        && (condition == null ? error instanceof Exception : condition.test(error));
  }

  /// How long to wait before the next attempt.
  ///
  /// @param failures how many attempts have failed, from 1
  /// @param random a number from 0 to below 1, which decides the jitter
  /// @return the delay, never negative
  /// @throws IllegalArgumentException if a number is out of bounds
  public Duration delay(int failures, double random) {
    if (failures < 1) {
      throw new IllegalArgumentException("failures must be at least 1, was " + failures);
    }
    if (!(random >= 0 && random < 1)) {
      throw new IllegalArgumentException("random must be from 0 to below 1, was " + random);
    }
    var nanos = Math.min(grown(failures), (double) longest().toNanos());
    var part = jitter == null ? 0 : jitter * random;
    return part == 0
        ? Duration.ofNanos((long) nanos)
        : Duration.ofNanos((long) (nanos * (1 - part)));
  }

  @Override
  public String toString() {
    return "RetryPolicy[%s %s, maxAttempts %d, maxDelay %s%s, jitter %s%s]"
        .formatted(
            growth,
            first,
            attempts(),
            longest(),
            maxElapsedTime == null ? "" : ", maxElapsedTime " + maxElapsedTime,
            jitter == null ? 0.0 : jitter,
            condition == null ? "" : ", conditional");
  }

  // a double has room for any number of doublings, and its infinity is cut off by the longest
  private double grown(int failures) {
    var nanos = (double) first.toNanos();
    return switch (growth) {
      case FIXED -> nanos;
      case LINEAR -> nanos * failures;
      case EXPONENTIAL -> nanos == 0 ? 0 : Math.scalb(nanos, failures - 1);
    };
  }

  private int attempts() {
    return maxAttempts == null ? DEFAULT_ATTEMPTS : maxAttempts;
  }

  private Duration longest() {
    if (maxDelay != null) {
      return maxDelay;
    }
    return first.compareTo(DEFAULT_MAX_DELAY) > 0 ? first : DEFAULT_MAX_DELAY;
  }

  private static Duration checked(String property, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s must be from zero to %d days, was %s".formatted(property, LONGEST.toDays(), delay));
    }
    return delay;
  }

  private static void unset(String property, @Nullable Object value) {
    if (value != null) {
      throw new IllegalStateException(property + " was already set, to " + described(value));
    }
  }

  private static String described(Object value) {
    return value instanceof Predicate<?> ? "a condition" : value.toString();
  }
}
