package dev.treadle;

import java.util.Objects;
import java.util.regex.Pattern;

/// The name of a run, chosen by whoever starts it; unique within a store.
///
/// @param value a letter or digit, then up to 127 of letters, digits, `.`, `_`, `:` and `-`,
///   without two dots in a row
public record RunId(String value) implements Comparable<RunId> {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

  /// Rejects a malformed id.
  ///
  /// @throws IllegalArgumentException if the form is not kept
  public RunId {
    Objects.requireNonNull(value, "value");
    if (!FORM.matcher(value).matches() || value.contains("..")) {
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

  private static String quoted(String value) {
    var shown = value.length() <= 140 ? value : value.substring(0, 140) + "…";
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
