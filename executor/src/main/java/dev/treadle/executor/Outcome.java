package dev.treadle.executor;

import dev.treadle.Transition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of one attempt, with everything decided that other people's code has a say in.
sealed interface Outcome {

  /// The code has answered.
  ///
  /// @param transition [Transition.Next], [Transition.NextAll] or [Transition.Hold]
  /// @param routing where the outputs go, or null for everywhere and unstored
  /// @param changes what it asks of the context
  record Success(Transition<?> transition, @Nullable Routing routing, List<ContextChange> changes)
      implements Outcome {}

  /// The code has answered an output that is to be delivered later.
  ///
  /// @param output the output
  /// @param delayMillis how long it waits
  /// @param payload the output as it is stored, or empty in a transient run
  /// @param changes what it asks of the context
  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record Later(Object output, long delayMillis, byte[] payload, List<ContextChange> changes)
      implements Outcome {}

  /// The step is a gate, which decides when the attempt commits.
  ///
  /// @param input the item's input
  record Gated(Object input) implements Outcome {}

  /// The attempt has failed.
  ///
  /// @param error why
  /// @param retryMillis how long to wait for the next attempt, or -1 for none
  record Failed(Throwable error, long retryMillis) implements Outcome {}
}
