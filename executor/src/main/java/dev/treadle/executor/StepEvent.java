package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// Something that has happened to one item at a step. Every [Started] is followed by one
/// [Processed] or one [Cut] of the same item and attempt, unless the executor lets go of the run
/// first.
public sealed interface StepEvent extends ExecutorEvent {

  /// The run's id.
  ///
  /// @return the id
  RunId run();

  /// The name of the run's workflow.
  ///
  /// @return the name
  String workflow();

  /// The step's name.
  ///
  /// @return the name
  String step();

  /// The item's number, unique within the run.
  ///
  /// @return the number
  long sequence();

  /// The number of the attempt, from 1.
  ///
  /// @return the number
  int attempt();

  /// A step's code is about to be called.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param step the step's name
  /// @param sequence the item's number
  /// @param attempt the number of the attempt, from 1
  /// @param at when
  record Started(RunId run, String workflow, String step, long sequence, int attempt, Instant at)
      implements StepEvent {
    /// Rejects missing parts.
    public Started {
      Objects.requireNonNull(run, "run");
      Objects.requireNonNull(workflow, "workflow");
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(at, "at");
    }
  }

  /// What came of an attempt is committed; in a durable run, it is on disk.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param step the step's name
  /// @param sequence the item's number
  /// @param attempt the number of the attempt, from 1
  /// @param at when it was committed
  /// @param duration how long the step's code took, to the nanosecond; zero if it did not run
  /// @param outcome what came of it
  /// @param outputs how many outputs it gave: of [Outcome#NEXT_ALL] any number, of a hold or a
  ///   failure none
  /// @param dueAt of an item that goes on later, when; else empty
  /// @param failure of an attempt that failed, why; else empty
  record Processed(
      RunId run,
      String workflow,
      String step,
      long sequence,
      int attempt,
      Instant at,
      Duration duration,
      Outcome outcome,
      int outputs,
      Optional<Instant> dueAt,
      Optional<StepFailure> failure)
      implements StepEvent {
    /// Rejects missing parts.
    public Processed {
      Objects.requireNonNull(run, "run");
      Objects.requireNonNull(workflow, "workflow");
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(duration, "duration");
      Objects.requireNonNull(outcome, "outcome");
      Objects.requireNonNull(dueAt, "dueAt");
      Objects.requireNonNull(failure, "failure");
    }
  }

  /// An attempt came back after the run had gone on without it, or was interrupted by the run's
  /// end: nothing of it is committed, and it does not count as a failure.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param step the step's name
  /// @param sequence the item's number
  /// @param attempt the number of the attempt, from 1
  /// @param at when it came back
  /// @param duration how long the step's code took, to the nanosecond
  record Cut(
      RunId run,
      String workflow,
      String step,
      long sequence,
      int attempt,
      Instant at,
      Duration duration)
      implements StepEvent {
    /// Rejects missing parts.
    public Cut {
      Objects.requireNonNull(run, "run");
      Objects.requireNonNull(workflow, "workflow");
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(duration, "duration");
    }
  }

  /// What came of an attempt.
  enum Outcome {
    /// One output.
    NEXT,
    /// Any number of outputs.
    NEXT_ALL,
    /// The item was held.
    HOLD,
    /// An output that is to be delivered later.
    AFTER,
    /// An output was delivered at its time; the step's code did not run again.
    DELIVERED,
    /// It failed and will be tried again.
    RETRYING,
    /// It failed for good, and the step's fallback takes its input.
    FELL_BACK,
    /// It failed for good, and the join of its group tolerates that, or is what fails then.
    ABSORBED,
    /// It failed for good.
    FAILED
  }
}
