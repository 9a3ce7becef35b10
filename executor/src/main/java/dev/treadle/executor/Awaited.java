package dev.treadle.executor;

import dev.treadle.RunId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What an item waits for, and what a signal is sent to. Stored as it is, as JSON.
///
/// @param signal the signal's name, or an empty text if a run is awaited
/// @param key what tells the waits for the signal apart, or the run's id
record Awaited(String signal, String key) {
  private static final int LONGEST = 256;

  /// Rejects a key that cannot serve.
  ///
  /// @throws IllegalArgumentException if it is empty, too long, or not made of whole characters
  Awaited {
    Objects.requireNonNull(signal, "signal");
    Objects.requireNonNull(key, "key");
    if (key.isEmpty() || key.length() > LONGEST) {
      throw new IllegalArgumentException(
          "the key of signal \""
              + signal
              + "\" has 1 to "
              + LONGEST
              + " characters, was "
              + key.length());
    }
    if (key.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new IllegalArgumentException(
          "the key of signal \"" + signal + "\" holds half of a surrogate pair");
    }
  }

  /// The end of a run.
  static Awaited run(RunId run) {
    return new Awaited("", run.value());
  }

  /// The run whose end is awaited, or null if it is a signal; no signal has an empty name.
  @Nullable RunId run() {
    return signal.isEmpty() ? RunId.of(key) : null;
  }

  @Override
  public String toString() {
    return signal.isEmpty()
        ? "run " + key
        : "signal \"" + signal + "\" under the key \"" + key + '"';
  }
}
