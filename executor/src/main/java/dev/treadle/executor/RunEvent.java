package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Something that has happened to a run as a whole.
public sealed interface RunEvent extends ExecutorEvent {

  /// The run's id.
  ///
  /// @return the id
  RunId run();

  /// The name of the run's workflow.
  ///
  /// @return the name
  String workflow();

  /// The run begins.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  record Started(RunId run, String workflow, Instant at) implements RunEvent {
    /// Rejects missing parts.
    public Started {
      require(run, workflow, at);
    }
  }

  /// `recover` goes on with the stored run.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  record Recovered(RunId run, String workflow, Instant at) implements RunEvent {
    /// Rejects missing parts.
    public Recovered {
      require(run, workflow, at);
    }
  }

  /// The stored run goes on because somebody resumed it, or started its id again.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  record Resumed(RunId run, String workflow, Instant at) implements RunEvent {
    /// Rejects missing parts.
    public Resumed {
      require(run, workflow, at);
    }
  }

  /// Nothing runs any more until a time or an answer comes. Told once, until the run has gone on.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param dueAt when the earliest of its timers is due, or empty if it has none
  record Waiting(RunId run, String workflow, Instant at, Optional<Instant> dueAt)
      implements RunEvent {
    /// Rejects missing parts.
    public Waiting {
      require(run, workflow, at);
      Objects.requireNonNull(dueAt, "dueAt");
    }
  }

  /// An attempt has failed and there will be another. Comes before the [StepEvent.Processed] of the
  /// attempt.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param step the step's name
  /// @param sequence the item's number
  /// @param nextAttempt the number of the attempt that will come, from 2
  /// @param dueAt when it may begin
  /// @param failure why the last one failed
  record RetryScheduled(
      RunId run,
      String workflow,
      Instant at,
      String step,
      long sequence,
      int nextAttempt,
      Instant dueAt,
      StepFailure failure)
      implements RunEvent {
    /// Rejects missing parts.
    public RetryScheduled {
      require(run, workflow, at);
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(dueAt, "dueAt");
      Objects.requireNonNull(failure, "failure");
    }
  }

  /// The store refuses writes; they are tried again, and no step runs twice for it. Not in the
  /// order of the run's commits.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param reason what the store says
  record Suspended(RunId run, String workflow, Instant at, String reason) implements RunEvent {
    /// Rejects missing parts.
    public Suspended {
      require(run, workflow, at);
      Objects.requireNonNull(reason, "reason");
    }
  }

  /// The store takes writes again. Not in the order of the run's commits.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  record Unsuspended(RunId run, String workflow, Instant at) implements RunEvent {
    /// Rejects missing parts.
    public Unsuspended {
      require(run, workflow, at);
    }
  }

  /// The run was not done by its deadline; nothing new starts, and attempts in flight are coming
  /// back.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param deadline when it was to be done
  record DeadlinePassed(RunId run, String workflow, Instant at, Instant deadline)
      implements RunEvent {
    /// Rejects missing parts.
    public DeadlinePassed {
      require(run, workflow, at);
      Objects.requireNonNull(deadline, "deadline");
    }
  }

  /// The run has failed by its deadline, and nothing of it is in flight any more.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param deadline when it was to be done
  record FailedByDeadline(RunId run, String workflow, Instant at, Instant deadline)
      implements RunEvent {
    /// Rejects missing parts.
    public FailedByDeadline {
      require(run, workflow, at);
      Objects.requireNonNull(deadline, "deadline");
    }
  }

  /// A step has failed for good; nothing new starts, and attempts in flight are coming back.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param failure the failure
  record Failing(RunId run, String workflow, Instant at, StepFailure failure) implements RunEvent {
    /// Rejects missing parts.
    public Failing {
      require(run, workflow, at);
      Objects.requireNonNull(failure, "failure");
    }
  }

  /// The run has failed; `resume` goes on from the failed items.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param failure the first failure
  record Failed(RunId run, String workflow, Instant at, StepFailure failure) implements RunEvent {
    /// Rejects missing parts.
    public Failed {
      require(run, workflow, at);
      Objects.requireNonNull(failure, "failure");
    }
  }

  /// All branches held and there is no output.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param holds how many items each step holds, by the step's name
  record Stalled(RunId run, String workflow, Instant at, Map<String, Long> holds)
      implements RunEvent {
    /// Copies the map and rejects missing parts.
    public Stalled {
      require(run, workflow, at);
      holds = Map.copyOf(holds);
    }
  }

  /// A cancel was asked for; nothing new starts, and attempts in flight are coming back.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  record Cancelling(RunId run, String workflow, Instant at) implements RunEvent {
    /// Rejects missing parts.
    public Cancelling {
      require(run, workflow, at);
    }
  }

  /// The run is cancelled.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  record Cancelled(RunId run, String workflow, Instant at) implements RunEvent {
    /// Rejects missing parts.
    public Cancelled {
      require(run, workflow, at);
    }
  }

  /// The run is done.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param age the time since the run was started, in which it may have stood still
  /// @param outputs how many outputs it has
  record Completed(RunId run, String workflow, Instant at, Duration age, int outputs)
      implements RunEvent {
    /// Rejects missing parts.
    public Completed {
      require(run, workflow, at);
      Objects.requireNonNull(age, "age");
    }
  }

  /// An item of the run was in flight at three unclean deaths of the process; `resume` tries it
  /// again.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param step the step of the item
  /// @param sequence the item's number
  record Quarantined(RunId run, String workflow, Instant at, String step, long sequence)
      implements RunEvent {
    /// Rejects missing parts.
    public Quarantined {
      require(run, workflow, at);
      Objects.requireNonNull(step, "step");
    }
  }

  /// Somebody has sent the run a signal. Of a run that nobody drives, not in the order of its
  /// commits.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param signal the signal's name
  /// @param key its key
  /// @param answer what became of it
  record Signalled(
      RunId run, String workflow, Instant at, String signal, String key, SignalAnswer answer)
      implements RunEvent {
    /// Rejects missing parts.
    public Signalled {
      require(run, workflow, at);
      Objects.requireNonNull(signal, "signal");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(answer, "answer");
    }
  }

  /// A step of the run has started another run, or asked for one that was there already. Comes
  /// after the [StepEvent.Processed] of the step.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param child the id of the other run
  /// @param childWorkflow the name of that one's workflow
  record ChildStarted(RunId run, String workflow, Instant at, RunId child, String childWorkflow)
      implements RunEvent {
    /// Rejects missing parts.
    public ChildStarted {
      require(run, workflow, at);
      Objects.requireNonNull(child, "child");
      Objects.requireNonNull(childWorkflow, "childWorkflow");
    }
  }

  /// The executor lets go of the run before its end, because it was closed, or its store was, or
  /// somebody else has taken the run over. What is stored of it can be resumed.
  ///
  /// @param run the run's id
  /// @param workflow the name of its workflow
  /// @param at when
  /// @param reason why
  record LetGo(RunId run, String workflow, Instant at, String reason) implements RunEvent {
    /// Rejects missing parts.
    public LetGo {
      require(run, workflow, at);
      Objects.requireNonNull(reason, "reason");
    }
  }

  private static void require(RunId run, String workflow, Instant at) {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(at, "at");
  }
}
