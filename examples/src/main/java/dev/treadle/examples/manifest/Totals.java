package dev.treadle.examples.manifest;

import dev.treadle.Merge;

/// The run's context: how much there is to do and how much of it is done. Each step adds what it
/// did, so a run that goes on after a restart knows how far it was.
///
/// @param files how many files were found
/// @param bytes their sizes together
/// @param doneFiles how many of them were hashed, or given up
/// @param doneBytes the sizes of those, as they were listed
record Totals(long files, long bytes, long doneFiles, long doneBytes) {
  private static final Totals NONE = new Totals(0, 0, 0, 0);

  /// Nothing found yet.
  ///
  /// @return zeroes
  static Totals none() {
    return NONE;
  }

  /// How two parts add up.
  ///
  /// @return the merge
  static Merge<Totals> sum() {
    return Merge.of(
        NONE,
        (left, right) ->
            new Totals(
                left.files + right.files,
                left.bytes + right.bytes,
                left.doneFiles + right.doneFiles,
                left.doneBytes + right.doneBytes));
  }

  /// The part that the listing adds.
  ///
  /// @param files how many files were found
  /// @param bytes their sizes together
  /// @return the part
  static Totals found(long files, long bytes) {
    return new Totals(files, bytes, 0, 0);
  }

  /// The part that one file adds when it is done.
  ///
  /// @param file the file
  /// @return the part
  static Totals done(Item.Found file) {
    return new Totals(0, 0, 1, file.bytes());
  }
}
