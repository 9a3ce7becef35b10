package dev.treadle.executor;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Says when a second is over, so that what happens often is told seldom. Confined like its owner.
final class OncePerSecond {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private @Nullable Instant last;

  /// Whether it is time again; if so, the next second begins.
  boolean isDue(Instant now) {
    boolean due = last == null || Duration.between(last, now).abs().compareTo(SECOND) >= 0;
    if (due) {
      last = now;
    }
    return due;
  }
}
