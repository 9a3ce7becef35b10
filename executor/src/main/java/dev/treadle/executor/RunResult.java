package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/// How a run ended, or why it stands still.
///
/// @param <O> the type of the run's output
public sealed interface RunResult<O> {

  /// The run is done and has an output.
  ///
  /// @param output the output of `terminate`, else the first in the order of commits
  /// @param <O> the type of the run's output
  record Completed<O>(O output) implements RunResult<O> {
    /// Rejects a missing output.
    public Completed {
      if (output == null) {
        throw new NullPointerException("output");
      }
    }
  }

  /// The run is done without an output: every branch went into a sink.
  ///
  /// @param <O> the type of the output that did not come
  record CompletedWithoutOutput<O>() implements RunResult<O> {}

  /// A step failed for good. The run stands still; `resume` goes on from the failed items, unless
  /// something was undone.
  ///
  /// @param failure the first failure that was recorded
  /// @param undos what became of the undos
  /// @param <O> the type of the output that did not come
  record Failed<O>(StepFailure failure, UndoReport undos) implements RunResult<O> {
    /// Rejects a missing part.
    public Failed {
      Objects.requireNonNull(failure, "failure");
      Objects.requireNonNull(undos, "undos");
    }

    /// Of a run that has undone nothing.
    ///
    /// @param failure the first failure that was recorded
    public Failed(StepFailure failure) {
      this(failure, UndoReport.NONE);
    }
  }

  /// The run was not done by its deadline. It stands still; `resume` goes on from where it was,
  /// without the deadline that has passed.
  ///
  /// @param deadline when it was to be done
  /// @param undos what became of the undos
  /// @param <O> the type of the output that did not come
  record DeadlinePassed<O>(Instant deadline, UndoReport undos) implements RunResult<O> {
    /// Rejects a missing part.
    public DeadlinePassed {
      Objects.requireNonNull(deadline, "deadline");
      Objects.requireNonNull(undos, "undos");
    }

    /// Of a run that has undone nothing.
    ///
    /// @param deadline when it was to be done
    public DeadlinePassed(Instant deadline) {
      this(deadline, UndoReport.NONE);
    }
  }

  /// Every branch held, so no output can come.
  ///
  /// @param holds how many items each step holds, by the step's name
  /// @param <O> the type of the output that did not come
  record Stalled<O>(Map<String, Long> holds) implements RunResult<O> {
    /// Copies the map.
    public Stalled {
      holds = Map.copyOf(holds);
    }
  }

  /// An item was in flight at three unclean deaths of the process. The run stands still; `resume`
  /// goes on with it.
  ///
  /// @param step the item's step
  /// @param item the item's number, the last part of its idempotency key
  /// @param <O> the type of the output that did not come
  record Quarantined<O>(String step, long item) implements RunResult<O> {
    /// Rejects a missing step.
    public Quarantined {
      Objects.requireNonNull(step, "step");
    }
  }

  /// The run was cancelled.
  ///
  /// @param undos what became of the undos, if the cancel asked for them
  /// @param <O> the type of the output that did not come
  record Cancelled<O>(UndoReport undos) implements RunResult<O> {
    /// Rejects a missing report.
    public Cancelled {
      Objects.requireNonNull(undos, "undos");
    }

    /// Of a run that has undone nothing.
    public Cancelled() {
      this(UndoReport.NONE);
    }
  }
}
