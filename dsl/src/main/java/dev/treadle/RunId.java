package dev.treadle;

import java.util.Objects;

/// The name of a run, chosen by whoever starts it; unique within a store.
///
/// @param value a letter or digit, then up to 127 of letters, digits, `.`, `_`, `:` and `-`,
///   without two dots in a row
public record RunId(String value) implements Comparable<RunId> {
  private static final int MAX_LENGTH = 128;

  /// Rejects a malformed id.
  ///
  /// @throws IllegalArgumentException if the form is not kept
  public RunId {
    Objects.requireNonNull(value, "value");
    if (!isWellFormed(value)) {
      throw new IllegalArgumentException(
          "a run id is a letter or digit, then up to 127 of letters, digits, '.', '_', ':' and '-',"
              + " without \"..\"; was "
              + quoted(value));
    }
  }

  /// A run id.
  ///
  /// @param value its text
  /// @return the id
  /// @throws IllegalArgumentException if the form is not kept
  public static RunId of(String value) {
    return new RunId(value);
  }

  @Override
  public int compareTo(RunId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  /// By hand, since every run has an id and a pattern would be the larger part of starting one.
  private static boolean isWellFormed(String value) {
    if (value.isEmpty() || value.length() > MAX_LENGTH || !isLetterOrDigit(value.charAt(0))) {
      return false;
    }
    for (int i = 1; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean dot = c == '.' && value.charAt(i - 1) != '.';
      if (!isLetterOrDigit(c) && !dot && c != '_' && c != ':' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static String quoted(String value) {
    var shown = value.length() <= 140 ? value : value.substring(0, 140) + "…";
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
