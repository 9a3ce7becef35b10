package dev.treadle;

/// Where a run stands.
public enum RunStatus {
  /// Items are queued or running.
  RUNNING,
  /// Nothing runs; timers or signals are awaited.
  WAITING,
  /// The store refuses writes for now; they are tried again, and no step runs twice for it.
  SUSPENDED,
  /// A step has failed for good; attempts in flight are coming back, or what was done is being
  /// undone.
  FAILING,
  /// A step failed for good. `resume` goes on from the failed items, unless something was undone.
  FAILED,
  /// All branches held and there is no output.
  STALLED,
  /// An item was in flight at three unclean deaths.
  QUARANTINED,
  /// A cancel was asked for; attempts in flight are coming back, or what was done is being undone.
  CANCELLING,
  /// Cancelled for good.
  CANCELLED,
  /// Done.
  COMPLETED;

  /// Whether nothing will ever change the run again.
  ///
  /// @return true for [#COMPLETED] and [#CANCELLED]
  public boolean isFinal() {
    return this == COMPLETED || this == CANCELLED;
  }

  /// Whether the run stands still until somebody resumes it.
  ///
  /// @return true for [#FAILED], [#STALLED] and [#QUARANTINED]
  public boolean isHalted() {
    return this == FAILED || this == STALLED || this == QUARANTINED;
  }
}
