package dev.treadle.executor;

import java.time.Instant;

/// Something that has happened in an executor, as a [RunListener] is told. Immutable, and without
/// the values that steps take and give; only a [dev.treadle.StepFailure] has text of the user's,
/// the message of an exception.
public sealed interface ExecutorEvent permits RunEvent, StepEvent, StoreEvent {

  /// When it happened, by the executor's [TimeSource].
  ///
  /// @return the time
  Instant at();
}
