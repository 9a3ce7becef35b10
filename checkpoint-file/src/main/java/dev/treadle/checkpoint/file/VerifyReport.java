package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What [JournalTool#verify] has found.
///
/// Immutable.
///
/// @param segments how many files of the journal there are
/// @param size how many bytes they have together
/// @param runs how many runs are stored, damaged ones included
/// @param entries how many entries were read and are what was written
/// @param damaged why runs are not proven whole, in the order of their ids
/// @param findings where the files are not what was written
/// @param torn a frame without an end at the very end, which a death leaves behind or which is
///   being written just now; harmless, the next opening cuts it off
public record VerifyReport(
    int segments,
    long size,
    int runs,
    long entries,
    Map<RunId, String> damaged,
    List<Finding> findings,
    Optional<Finding> torn) {
  /// Copies the collections.
  public VerifyReport {
    damaged = Collections.unmodifiableMap(new TreeMap<>(damaged));
    findings = List.copyOf(findings);
  }

  /// Whether nothing is damaged.
  ///
  /// @return whether all that was acknowledged is there and is what was written
  public boolean isWhole() {
    return damaged.isEmpty() && findings.isEmpty();
  }
}
