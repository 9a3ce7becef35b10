package dev.treadle.executor;

import dev.treadle.StepFailure;
import dev.treadle.executor.StepEvent.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One attempt as those who watch see it. Used by the thread that executes the attempt, and then
/// under the run's lock.
final class AttemptWatch {
  private final Watch watch;
  private final RunIdentity run;
  private final String workflow;
  private final Item item;
  private final Jfr.@Nullable Step flight;
  private long begun;
  private long nanos;

  AttemptWatch(Watch watch, RunIdentity run, String workflow, Item item) {
    this.watch = watch;
    this.run = run;
    this.workflow = workflow;
    this.item = item;
    this.flight = Jfr.recordsSteps() ? flight() : null;
  }

  private Jfr.Step flight() {
    var event = new Jfr.Step();
    event.runId = run.id().value();
    event.workflow = workflow;
    event.step = item.step.name;
    event.sequence = item.sequence;
    event.attempt = attempt(item);
    return event;
  }

  /// The step's code is about to be called, unless the item only delivers what it gave before.
  void begin() {
    if (watch.listens() && !item.marks().delivers()) {
      watch.tell(
          new StepEvent.Started(
              run.id(), workflow, item.step.name, item.sequence, attempt(item), watch.now()));
    }
    if (flight != null) {
      flight.begin();
    }
    begun = watch.nanos();
  }

  /// The step's code has returned.
  void end() {
    nanos = Math.max(0, watch.nanos() - begun);
    if (flight != null) {
      flight.end();
    }
  }

  /// What came of the attempt was applied.
  ///
  /// @param due when the item goes on, in milliseconds of the Unix epoch, or 0
  /// @return what listeners are told once it is durable
  StepEvent.Processed processed(Outcome outcome, int outputs, long due, @Nullable StepFailure why) {
    record(outcome.name());
    return new StepEvent.Processed(
        run.id(),
        workflow,
        item.step.name,
        item.sequence,
        attempt(item),
        watch.now(),
        item.marks().delivers() ? Duration.ZERO : Duration.ofNanos(nanos),
        outcome,
        outputs,
        due == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due)),
        Optional.ofNullable(why));
  }

  /// What came of the attempt is dropped.
  StepEvent.Cut cut() {
    record("CUT");
    return new StepEvent.Cut(
        run.id(),
        workflow,
        item.step.name,
        item.sequence,
        attempt(item),
        watch.now(),
        Duration.ofNanos(nanos));
  }

  private void record(String outcome) {
    if (flight != null) {
      flight.outcome = outcome;
      flight.commit();
    }
  }

  static int attempt(Item item) {
    return item.marks().failures() + 1;
  }
}
