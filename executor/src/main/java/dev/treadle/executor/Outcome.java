package dev.treadle.executor;

import dev.treadle.Done;
import dev.treadle.StepFailure;
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

  /// The outcome of a step that can be undone.
  ///
  /// @param of [Success] or [Later]
  /// @param done what the undo gets
  /// @param payload the same as it is stored, or empty in a transient run
  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record Undoable(Outcome of, Done<?, ?> done, byte[] payload) implements Outcome {

    /// An outcome with what an undo of it needs; as it is, if it is none that can be undone.
    ///
    /// @param key the key that the step saw
    static Outcome of(Outcome outcome, Item item, String key, boolean durable) {
      var undo = item.step.undo;
      if (undo == null || item.marks().delivers()) { // delivered was done, and kept, before
        return outcome;
      }
      return switch (outcome) {
        case Success(Transition.Next<?>(var output), _, _) ->
            of(outcome, undo, item, List.of(output), key, durable);
        case Success(Transition.NextAll<?>(var outputs), _, _) ->
            of(outcome, undo, item, outputs, key, durable);
        case Success _ -> of(outcome, undo, item, List.of(), key, durable);
        case Later later -> of(outcome, undo, item, List.of(later.output()), key, durable);
        case Gated _,
            Failed _,
            TooLate _,
            NotBegun _,
            Waiting _,
            Expired _,
            Starting _,
            Undoable _ ->
            outcome;
      };
    }

    private static Outcome of(
        Outcome outcome, PlanStep undo, Item item, List<?> outputs, String key, boolean durable) {
      var done = new Done<>(item.input(), outputs, true, key);
      try {
        var payload =
            durable ? StepDefect.guard(() -> undo.stored().writeInput(done)) : CommitBuilder.NONE;
        return new Undoable(outcome, done, payload);
      } catch (StepDefect e) {
        return new Failed(e.reason());
      }
    }
  }

  /// The code has answered, and asked for other runs.
  ///
  /// @param then what it has answered
  /// @param children the runs, which begin if that can be committed
  record Starting(Outcome then, ChildStarts children) implements Outcome {}

  /// The item waits from now on.
  ///
  /// @param awaited for what
  /// @param millis how long at most, or 0 for as long as it takes
  /// @param payload its input as it is stored, or empty in a transient run
  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record Waiting(Awaited awaited, long millis, byte[] payload) implements Outcome {}

  /// The item has waited for too long.
  ///
  /// @param to where its input goes
  /// @param payload its input as it is stored there, or empty in a transient run
  @SuppressWarnings("ArrayRecordComponent") // moved, never compared
  record Expired(PlanRoute.ToStep to, byte[] payload) implements Outcome {}

  /// The attempt has failed.
  ///
  /// @param error why
  /// @param retryMillis how long to wait for the next attempt, or -1 for none
  /// @param since when the first attempt that counts began, in milliseconds of the Unix epoch, or 0
  ///   if that is not needed
  record Failed(Throwable error, long retryMillis, long since) implements Outcome {
    /// A failure after which there is no other attempt.
    Failed(Throwable error) {
      this(error, -1, 0);
    }
  }

  /// The time for another attempt was over before it began.
  ///
  /// @param last the failure of the last attempt that there was
  record TooLate(StepFailure last) implements Outcome {}

  /// There was no attempt, since it needs a thread that can be given up.
  record NotBegun() implements Outcome {}
}
