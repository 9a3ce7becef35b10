package dev.treadle.executor;

/// The note that the first execution of an item after an unclean death has begun. Stored as it is,
/// as JSON; gone with the item's outcome.
///
/// @param item the sequence number of the item
/// @param strikes how many unclean deaths had found such a note of the item before
/// @param epoch the opening of the store in which the execution began; 0 if that was counted
record StartMark(long item, int strikes, long epoch) {
  /// So many strikes put a run into quarantine; the design's figure.
  static final int MOST_STRIKES = 3;

  /// As found by a later opening.
  ///
  /// @param unclean whether the opening before was not closed in order
  StartMark found(boolean unclean) {
    return new StartMark(item, epoch > 0 && unclean ? strikes + 1 : strikes, 0);
  }

  StartMark begun(long now) {
    return new StartMark(item, strikes, now);
  }

  boolean isPoison() {
    return strikes >= MOST_STRIKES;
  }
}
