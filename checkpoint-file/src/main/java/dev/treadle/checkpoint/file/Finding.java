package dev.treadle.checkpoint.file;

import java.util.Objects;

/// A stretch of a journal that is not what was written.
///
/// Immutable.
///
/// @param file the name of the file in the journal's folder
/// @param offset where it begins
/// @param length how many bytes it has
/// @param reason what is wrong with it, and what was done; never holds stored text
public record Finding(String file, long offset, long length, String reason) {
  /// Rejects missing parts.
  public Finding {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(reason, "reason");
  }

  @Override
  public String toString() {
    return "%s, offset %d, length %d: %s".formatted(file, offset, length, reason);
  }
}
