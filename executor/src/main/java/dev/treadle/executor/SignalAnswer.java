package dev.treadle.executor;

/// What became of a signal. Whatever is answered, it is durable in a durable run.
public enum SignalAnswer {
  /// A step was waiting for it and has it now.
  DELIVERED,
  /// No step has asked for it yet; the first that does will have it at once.
  KEPT,
  /// It was dropped: the wait for its key is over, by another signal or by its deadline, or another
  /// signal for the key is being kept.
  LATE
}
