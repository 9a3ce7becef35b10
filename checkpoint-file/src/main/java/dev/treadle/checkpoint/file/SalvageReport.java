package dev.treadle.checkpoint.file;

import dev.treadle.RunId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What [JournalTool#salvage] has done.
///
/// Immutable.
///
/// @param copied how many runs were copied
/// @param lost why runs were not copied, in the order of their ids
/// @param findings where the files are not what was written
/// @param isComplete whether it is known that these are all runs there were; if not, runs may have
///   been lost of which nothing is left, not even their ids
public record SalvageReport(
    int copied, Map<RunId, String> lost, List<Finding> findings, boolean isComplete) {
  /// Copies the collections.
  public SalvageReport {
    lost = Collections.unmodifiableMap(new TreeMap<>(lost));
    findings = List.copyOf(findings);
  }
}
