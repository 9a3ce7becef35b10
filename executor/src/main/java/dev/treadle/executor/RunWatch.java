package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.TreadleException;
import dev.treadle.executor.StepEvent.Outcome;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What those who watch are told of one run: gathered while an event is applied, told once its
/// commit is durable, in the order of commits. Guarded by the run's lock, except where a method
/// says otherwise.
///
/// While nobody watches, it does next to nothing: only what is rare is told, to the log.
final class RunWatch {
  private final Watch watch;
  private final RunIdentity identity;
  private final RunId run;
  private final String workflow;
  private final boolean durable;

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
  private @Nullable Sealed gathered;

  /// What waits for its commit to be durable; null until something does.
  private @Nullable ArrayDeque<Sealed> underway;

  private Jfr.@Nullable Run flight;

  /// What the steps of the run have done since it is driven here.
  final StepCounts counted = new StepCounts();

  /// How a run comes to be driven here.
  enum Begin {
    STARTED,
    RECOVERED,
    RESUMED
  }

  /// What a commit has brought.
  static final class Sealed {
    private List<ExecutorEvent> events = Collections.emptyList();
    private long sequence;
    private @Nullable Item item;
    private @Nullable Outcome outcome;
    private Jfr.@Nullable Commit flight;

    private void add(ExecutorEvent event) {
      events = Grown.list(events);
      events.add(event);
    }
  }

  RunWatch(Watch watch, RunIdentity identity, Plan plan, boolean durable) {
    this.watch = watch;
    this.identity = identity;
    this.run = identity.id();
    this.workflow = plan.workflow.name();
    this.durable = durable;
  }

  /// Whether somebody wants to know of each step. May be called without the lock.
  boolean isOn() {
    return watch.isOn();
  }

  /// Whether the steps are counted. May be called without the lock.
  boolean counts() {
    return durable || watch.isOn();
  }

  // --- threads; called by each without the run's lock, or with it

  /// The calling thread begins to work for the run.
  Mdc.@Nullable Scope enter() {
    return watch.mdc.enter(run.value(), workflow);
  }

  /// The calling thread has ended to.
  void leave(Mdc.@Nullable Scope before) {
    watch.mdc.leave(before);
  }

  // --- the run

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
    if (!open && !changed) {
      return; // only its outcome is asked for
    }
    if (Jfr.PRESENT) {
      flight = Jfr.run();
    }
    if (begin != Begin.STARTED || watch.tellsEverything()) {
      var now = watch.now();
      watch.tell(
          switch (begin) {
            case STARTED -> new RunEvent.Started(run, workflow, now);
            case RECOVERED -> new RunEvent.Recovered(run, workflow, now);
            case RESUMED -> new RunEvent.Resumed(run, workflow, now);
          });
    }
    change(state);
    tellGathered();
  }

  /// Tells what no commit is needed for.
  void tellGathered() {
    if (gathered != null) {
      tell(gathered.events);
      gathered = null;
    }
  }

  /// The run was put into quarantine, durably.
  void quarantined(Item poison) {
    watch.tell(
        new RunEvent.Quarantined(run, workflow, watch.now(), poison.step.name, poison.sequence));
  }

  /// The run is over, or stops here though it is not.
  void ended(Object how, RunStatus status) {
    open = false;
    if (how instanceof TreadleException reason) {
      underway = null; // whether these are durable, nobody knows
      if (watch.tellsEverything()) {
        watch.tell(
            new RunEvent.LetGo(run, workflow, watch.now(), String.valueOf(reason.getMessage())));
      }
    }
    if (flight != null) {
      flight.runId = run.value();
      flight.workflow = workflow;
      flight.begin = begin.name();
      flight.end = how instanceof TreadleException ? "LET_GO" : status.name();
      flight.commit();
    }
  }

  /// The store refuses writes. Called by the store's thread, without the lock.
  void suspended(String reason) {
    if (open) {
      watch.tell(new RunEvent.Suspended(run, workflow, watch.now(), reason));
    }
  }

  /// The store takes writes again. Called by the store's thread, without the lock.
  void unsuspended() {
    if (open) {
      watch.tell(new RunEvent.Unsuspended(run, workflow, watch.now()));
    }
  }

  // --- attempts

  /// The calling thread is about to execute an item.
  ///
  /// @param solo whether it will execute others after it, unwatched
  /// @return null if nobody watches
  @Nullable AttemptWatch begin(Item item, boolean solo) {
    if (!solo) {
      watch.mdc.step(item.step.name);
    }
    if (!watch.isOn()) {
      return null;
    }
    var attempt = new AttemptWatch(watch, identity, workflow, item);
    attempt.begin();
    return attempt;
  }

  /// The step's code has returned; called by the thread that has called it, without the lock.
  void executed(@Nullable AttemptWatch attempt) {
    watch.mdc.step(null);
    if (attempt != null) {
      attempt.end();
    }
  }

  /// What came of an attempt is dropped.
  ///
  /// @param fenced whether the run had given it up
  void cut(@Nullable AttemptWatch attempt, Item item, boolean fenced) {
    if (fenced) {
      watch.log.late(run, workflow, item.step.name, item.sequence);
    }
    if (attempt != null) {
      var cut = attempt.cut();
      if (underway == null || underway.isEmpty()) {
        watch.tell(cut);
      } else {
        underway.getLast().add(cut); // after the commit that has cut it
      }
    }
  }

  // --- inside an event

  /// What came of an attempt is about to be applied.
  void applying(@Nullable AttemptWatch attempt) {
    current = attempt;
  }

  void succeeded(Item item, Transition<?> transition) {
    if (counts()) {
      switch (transition) {
        case Transition.Hold<?> _ -> processed(item, Outcome.HOLD, 0, 0, null);
        case Transition.NextAll<?>(var all) ->
            processed(item, Outcome.NEXT_ALL, all.size(), 0, null);
        default -> {
          var outcome = item.marks().delivers() ? Outcome.DELIVERED : Outcome.NEXT;
          processed(item, outcome, 1, 0, null);
        }
      }
    }
  }

  /// @param due when the output is delivered, in milliseconds of the Unix epoch
  void postponed(Item item, long due) {
    if (counts()) {
      processed(item, Outcome.AFTER, 1, due, null);
    }
  }

  /// @param due when the next attempt may begin, in milliseconds of the Unix epoch, or 0 for at
  ///   once
  void retries(Item item, StepFailure why, long due) {
    int next = AttemptWatch.attempt(item) + 1;
    if (Jfr.PRESENT) {
      Jfr.retry(run, workflow, item, next, due, why.type());
    }
    if (watch.tellsEverything()) {
      var now = watch.now();
      var at = due == 0 ? now : Instant.ofEpochMilli(due);
      gathered()
          .add(
              new RunEvent.RetryScheduled(
                  run, workflow, now, item.step.name, item.sequence, next, at, why));
    }
    if (counts()) {
      processed(item, Outcome.RETRYING, 0, due, why);
    }
  }

  /// @param what what follows from it
  void failed(Item item, StepFailure why, Outcome what) {
    watch.log.failed(run, workflow, why, what);
    if (counts()) {
      processed(item, what, 0, 0, why);
    }
  }

  /// A signal was sent.
  void signalled(Awaited to, SignalAnswer answer) {
    if (watch.tellsEverything()) {
      gathered()
          .add(new RunEvent.Signalled(run, workflow, watch.now(), to.signal(), to.key(), answer));
    }
  }

  /// The attempt that is being applied has started other runs.
  void started(Collection<ChildStart> children) {
    if (watch.tellsEverything()) {
      for (var child : children) {
        gathered()
            .add(
                new RunEvent.ChildStarted(
                    run, workflow, watch.now(), child.run(), child.workflow().name()));
      }
    }
  }

  private void processed(
      Item item, Outcome outcome, int outputs, long due, @Nullable StepFailure why) {
    gathered().item = item;
    gathered().outcome = outcome;
    if (watch.listens() || current != null) {
      var attempt = current == null ? new AttemptWatch(watch, identity, workflow, item) : current;
      var event = attempt.processed(outcome, outputs, due, why);
      if (watch.listens()) {
        gathered().add(event);
      }
    }
  }

  private Sealed gathered() {
    if (gathered == null) {
      gathered = new Sealed();
    }
    return gathered;
  }

  // --- commits

  /// An event was applied and is on its way to the store.
  ///
  /// @param sequence the number of its commit
  /// @return that number
  long seal(long sequence, RunState state) {
    current = null;
    change(state);
    if (durable && Jfr.PRESENT) {
      var flown = Jfr.commit(run, workflow, sequence);
      if (flown != null) {
        gathered().flight = flown;
      }
    }
    if (gathered != null) {
      gathered.sequence = sequence;
      if (underway == null) {
        underway = new ArrayDeque<>();
      }
      underway.add(gathered);
      gathered = null;
    }
    return sequence;
  }

  /// A commit is durable, and with it all before it.
  void durable(long sequence) {
    while (underway != null && !underway.isEmpty() && underway.getFirst().sequence <= sequence) {
      var sealed = underway.removeFirst();
      if (sealed.flight != null) {
        sealed.flight.commit();
      }
      if (sealed.item != null && sealed.outcome != null) {
        counted.count(sealed.item.step, sealed.outcome);
      }
      tell(sealed.events);
    }
  }

  /// Does something with each item whose outcome is not durable yet.
  void eachUnderway(Consumer<Item> what) {
    for (var sealed : underway == null ? List.<Sealed>of() : underway) {
      if (sealed.item != null && sealed.outcome != Outcome.FAILED) { // the state has those
        what.accept(sealed.item);
      }
    }
  }

  private void tell(List<ExecutorEvent> events) {
    for (int i = 0; i < events.size(); i++) { // mostly none, and then no iterator
      watch.tell(events.get(i));
    }
  }

  private void change(RunState state) {
    var now = state.status();
    if (now != told) {
      told = now;
      var event = RunChange.event(now, state, identity, workflow, watch);
      if (event != null) {
        gathered().add(event);
      }
    }
  }
}
