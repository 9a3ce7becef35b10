package dev.treadle.examples.manifest;

import java.util.Objects;

/// What a run puts out: one [Skipped] for each file that is missing from the manifest, and at last
/// the [Manifest].
sealed interface Outcome {

  /// A file that is not in the manifest.
  ///
  /// @param name its encoded path from the folder
  /// @param reason why not
  record Skipped(String name, String reason) implements Outcome {
    public Skipped {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /// The manifest is written.
  ///
  /// @param files how many files it lists
  /// @param bytes how many bytes they have together
  record Manifest(long files, long bytes) implements Outcome {}
}
