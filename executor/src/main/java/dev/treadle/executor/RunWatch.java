package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.TreadleException;
import dev.treadle.executor.StepEvent.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What those who watch are told of one run: gathered while an event is applied, told once its
/// commit is durable, in the order of commits. Guarded by the run's lock.
///
/// Does nothing while nobody watches.
final class RunWatch {
  private final Watch watch;
  private final RunId run;
  private final String workflow;
  private final RunIdentity identity;

  /// How the run came to be driven here.
  private Begin begin = Begin.STARTED;

  /// Whether that has changed what is stored of it.
  private boolean changed;

  /// Whether the run goes on here. Read by any thread.
  private volatile boolean open;

  /// The status that was told last.
  private RunStatus told = RunStatus.RUNNING;

  /// The attempt whose outcome is being applied.
  private @Nullable AttemptWatch current;

  /// What the event that is being applied has brought.
  private List<ExecutorEvent> gathered = new ArrayList<>(0);

  private final ArrayDeque<Sealed> underway = new ArrayDeque<>(0);

  /// How a run comes to be driven here.
  enum Begin {
    STARTED,
    RECOVERED,
    RESUMED
  }

  /// What a commit on its way to the store has brought.
  private record Sealed(long sequence, List<ExecutorEvent> events) {}

  RunWatch(Watch watch, RunIdentity identity, Plan plan) {
    this.watch = watch;
    this.identity = identity;
    this.run = identity.id();
    this.workflow = plan.workflow.name();
  }

  /// Whether somebody wants to know of each step.
  boolean isOn() {
    return watch.isOn();
  }

  /// The run was stored before, and goes on.
  ///
  /// @param hasChanged whether a commit was needed for it
  void begins(Begin how, boolean hasChanged) {
    begin = how;
    changed = hasChanged;
  }

  /// The run is about to be driven.
  void opened(RunState state) {
    open = !state.isOver();
    if (watch.isOn() && (open || changed)) {
      var now = watch.now();
      watch.tell(
          switch (begin) {
            case STARTED -> new RunEvent.Started(run, workflow, now);
            case RECOVERED -> new RunEvent.Recovered(run, workflow, now);
            case RESUMED -> new RunEvent.Resumed(run, workflow, now);
          });
      durable(seal(0, state));
    }
  }

  /// The store refuses writes. Called by the store's thread, without the run's lock.
  void suspended(String reason) {
    if (open) {
      watch.tell(new RunEvent.Suspended(run, workflow, watch.now(), reason));
    }
  }

  /// The store takes writes again. Called by the store's thread, without the run's lock.
  void unsuspended() {
    if (open) {
      watch.tell(new RunEvent.Unsuspended(run, workflow, watch.now()));
    }
  }

  // --- attempts

  /// An item is about to be executed; null if nobody watches.
  @Nullable AttemptWatch begin(Item item) {
    if (!watch.isOn()) {
      return null;
    }
    if (!item.marks().delivers()) {
      watch.tell(
          new StepEvent.Started(
              run, workflow, item.step.name, item.sequence, attempt(item), watch.now()));
    }
    return watch.attempt(item);
  }

  /// The code of an attempt has returned; on the thread that called it.
  static void executed(@Nullable AttemptWatch attempt) {
    if (attempt != null) {
      attempt.end();
    }
  }

  /// What came of an attempt is dropped.
  void cut(@Nullable AttemptWatch attempt) {
    if (attempt != null) {
      var item = attempt.item;
      var cut =
          new StepEvent.Cut(
              run,
              workflow,
              item.step.name,
              item.sequence,
              attempt(item),
              watch.now(),
              attempt.duration());
      if (underway.isEmpty()) {
        watch.tell(cut);
      } else {
        underway.getLast().events().add(cut); // after the commit that has cut it
      }
    }
  }

  // --- inside an event

  /// What came of an attempt is about to be applied.
  void applying(@Nullable AttemptWatch attempt) {
    current = attempt;
  }

  void succeeded(Item item, Transition<?> transition) {
    if (watch.isOn()) {
      var outcome =
          switch (transition) {
            case Transition.Hold<?> _ -> Outcome.HOLD;
            case Transition.NextAll<?> _ -> Outcome.NEXT_ALL;
            default -> item.marks().delivers() ? Outcome.DELIVERED : Outcome.NEXT;
          };
      int outputs =
          switch (transition) {
            case Transition.Hold<?> _ -> 0;
            case Transition.NextAll<?>(var all) -> all.size();
            default -> 1;
          };
      processed(item, outcome, outputs, 0, null);
    }
  }

  /// @param due when the output is delivered, in milliseconds of the Unix epoch
  void postponed(Item item, long due) {
    if (watch.isOn()) {
      processed(item, Outcome.AFTER, 1, due, null);
    }
  }

  /// @param due when the next attempt may begin, in milliseconds of the Unix epoch, or 0 for at
  ///   once
  void retries(Item item, StepFailure why, long due) {
    if (watch.isOn()) {
      var now = watch.now();
      var at = due == 0 ? now : Instant.ofEpochMilli(due);
      int next = attempt(item) + 1;
      gathered.add(
          new RunEvent.RetryScheduled(
              run, workflow, now, item.step.name, item.sequence, next, at, why));
      processed(item, Outcome.RETRYING, 0, due, why);
    }
  }

  /// @param what what follows from it
  void failed(Item item, StepFailure why, Outcome what) {
    if (watch.isOn()) {
      processed(item, what, 0, 0, why);
    }
  }

  private void processed(
      Item item, Outcome outcome, int outputs, long due, @Nullable StepFailure why) {
    var attempt = item.marks().delivers() ? null : current;
    gathered.add(
        new StepEvent.Processed(
            run,
            workflow,
            item.step.name,
            item.sequence,
            attempt(item),
            watch.now(),
            attempt == null ? Duration.ZERO : attempt.duration(),
            outcome,
            outputs,
            due == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due)),
            Optional.ofNullable(why)));
  }

  private static int attempt(Item item) {
    return item.marks().failures() + 1;
  }

  // --- commits

  /// An event was applied and is on its way to the store.
  ///
  /// @param sequence the number of its commit
  /// @return that number
  long seal(long sequence, RunState state) {
    current = null;
    if (!watch.isOn()) {
      return sequence;
    }
    var now = state.status();
    if (now != told) {
      told = now;
      become(now, state);
    }
    if (!gathered.isEmpty()) {
      underway.add(new Sealed(sequence, gathered));
      gathered = new ArrayList<>(2);
    }
    return sequence;
  }

  /// A commit is durable, and with it all before it.
  void durable(long sequence) {
    while (!underway.isEmpty() && underway.getFirst().sequence() <= sequence) {
      underway.removeFirst().events().forEach(watch::tell);
    }
  }

  /// The run is over, or stops here though it is not.
  void ended(Object how) {
    open = false;
    if (watch.isOn() && how instanceof TreadleException reason) {
      underway.clear(); // whether these are durable, nobody knows
      watch.tell(
          new RunEvent.LetGo(run, workflow, watch.now(), String.valueOf(reason.getMessage())));
    }
  }

  private void become(RunStatus status, RunState state) {
    var now = watch.now();
    switch (status) {
      case WAITING -> gathered.add(new RunEvent.Waiting(run, workflow, now, due(state)));
      case FAILING -> gathered.add(new RunEvent.Failing(run, workflow, now, failure(state)));
      case FAILED -> gathered.add(new RunEvent.Failed(run, workflow, now, failure(state)));
      case STALLED -> gathered.add(new RunEvent.Stalled(run, workflow, now, state.results.holds()));
      case CANCELLING -> gathered.add(new RunEvent.Cancelling(run, workflow, now));
      case CANCELLED -> gathered.add(new RunEvent.Cancelled(run, workflow, now));
      case COMPLETED -> {
        var age = Duration.between(identity.createdAt(), now);
        gathered.add(
            new RunEvent.Completed(run, workflow, now, age, state.results.outputs().size()));
      }
      case RUNNING, SUSPENDED, QUARANTINED -> {}
    }
  }

  private static StepFailure failure(RunState state) {
    return Objects.requireNonNull(state.failure(), "failure");
  }

  private static Optional<Instant> due(RunState state) {
    long due = state.queue.firstDue();
    return due == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due));
  }
}
