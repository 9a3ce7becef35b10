package dev.treadle.executor;

import java.util.Objects;

/// What a [RunSource] has done. No run is in flight any more: each that was started has completed,
/// failed, or been left.
///
/// @param end why nothing more was taken from the source
/// @param started how many runs were started
/// @param completed how many of them completed, with or without an output
/// @param failed how many failed, stalled, were cancelled or could not begin
/// @param left how many were left where they were by a second interrupt; a durable one can be
///   resumed
/// @param skippedTicks how many ticks were skipped, since there was no room for their runs
public record SourceSummary(
    End end, long started, long completed, long failed, long left, long skippedTicks) {

  /// Rejects a missing end.
  public SourceSummary {
    Objects.requireNonNull(end, "end");
  }

  /// Why nothing more was taken from a source.
  public enum End {
    /// The source had no more: a stream or an iterator at its end, a queue's last element, the last
    /// tick.
    EXHAUSTED,
    /// Somebody called [RunSource#stop].
    STOPPED,
    /// The thread that drove the source was interrupted.
    INTERRUPTED
  }
}
