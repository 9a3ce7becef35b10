package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.StepFailure;
import dev.treadle.executor.StepEvent.Outcome;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/// Tells an operator in one line each what happens to runs: what is rare at INFO, what needs
/// somebody at WARN, the rest at DEBUG. Never what steps take, give, or say in an exception. Safe
/// for use by many threads.
final class RunLog {
  private final Logger log;
  private final Mdc mdc;

  RunLog(Logger log, Mdc mdc) {
    this.log = log;
    this.mdc = mdc;
  }

  /// Whether also what happens in every run is written.
  boolean tellsEverything() {
    return log.isDebugEnabled();
  }

  /// Writes a line about an event.
  void tell(RunEvent event) {
    switch (event) {
      case RunEvent.Started _ -> line(event, Level.DEBUG, "was started");
      case RunEvent.Recovered _ -> line(event, Level.INFO, "was recovered and goes on");
      case RunEvent.Resumed _ -> line(event, Level.INFO, "was resumed and goes on");
      case RunEvent.Waiting(_, _, _, var due) ->
          line(event, Level.DEBUG, due.map(at -> "waits until " + at).orElse("waits"));
      case RunEvent.RetryScheduled retry ->
          line(
              event,
              Level.DEBUG,
              failed(retry.failure())
                  + ", attempt "
                  + retry.nextAttempt()
                  + " is due at "
                  + retry.dueAt());
      case RunEvent.Suspended _, RunEvent.Unsuspended _ -> {} // the store has its own line
      case RunEvent.Failing(_, _, _, var failure) ->
          line(event, Level.WARN, failed(failure) + " for good; the run is failing");
      case RunEvent.Failed _ ->
          line(
              event,
              Level.INFO,
              "has failed; resume(workflow, id) goes on from its failed items, if it has undone"
                  + " nothing");
      case RunEvent.DeadlinePassed(_, _, _, var deadline) ->
          line(event, Level.WARN, "fails: it was not done by its deadline, " + deadline);
      case RunEvent.FailedByDeadline _ ->
          line(event, Level.WARN, "has failed by its deadline; resume goes on from where it was");
      case RunEvent.Stalled(_, _, _, var holds) ->
          line(event, Level.WARN, "stalled: no output, and these steps hold items: " + holds);
      case RunEvent.Cancelling _ -> line(event, Level.DEBUG, "is being cancelled");
      case RunEvent.Cancelled _ -> line(event, Level.INFO, "was cancelled");
      case RunEvent.Completed done ->
          line(
              event, Level.DEBUG, "completed after " + done.age() + ", outputs: " + done.outputs());
      case RunEvent.Quarantined(_, _, _, var step, var item) ->
          line(
              event,
              Level.WARN,
              "is put into quarantine: step \""
                  + step
                  + "\" was in flight at three unclean deaths (item "
                  + item
                  + ")");
      case RunEvent.Signalled(_, _, _, var signal, _, var answer) ->
          line(event, Level.DEBUG, "was sent signal \"" + signal + "\": " + answer);
      case RunEvent.ChildStarted(_, _, _, var child, var started) ->
          line(event, Level.DEBUG, "has started run " + child + " of \"" + started + '"');
      case RunEvent.LetGo(_, _, _, var reason) -> line(event, Level.DEBUG, "let go: " + reason);
    }
  }

  /// An attempt was given up at the run's end, and has come back all the same.
  void late(RunId run, String workflow, String step, long sequence) {
    line(
        run,
        workflow,
        Level.WARN,
        "step \""
            + step
            + "\" came back after it was given up; its result is dropped (item "
            + sequence
            + ")");
  }

  /// A step has failed for good. Of what makes the run fail, that has its own line.
  void failed(RunId run, String workflow, StepFailure why, Outcome what) {
    switch (what) {
      case FELL_BACK ->
          line(run, workflow, Level.WARN, failed(why) + " for good; its fallback takes over");
      case ABSORBED ->
          line(
              run, workflow, Level.WARN, failed(why) + " for good; its join takes account of that");
      default -> {}
    }
  }

  /// What recovery says of a stored run that does not go on.
  void recovery(Recovery answer, String workflow) {
    switch (answer) {
      case Recovery.Resumed _ -> {} // has its own line
      case Recovery.Queued(var run) ->
          line(run, workflow, Level.INFO, "is recovered later: it waits for room, see maxRuns");
      case Recovery.UnknownWorkflow(var run, _) ->
          line(
              run, workflow, Level.WARN, "is not recovered: recover(…) was not given its workflow");
      case Recovery.DoesNotFit(var run, var misfits) ->
          line(
              run,
              workflow,
              Level.WARN,
              "is not recovered: it does not fit the workflow ("
                  + misfits.size()
                  + " misfits, see check(workflow))");
      case Recovery.Quarantined(var run) ->
          line(
              run,
              workflow,
              Level.WARN,
              "is not recovered: it is quarantined; resume(workflow, id) tries again");
    }
  }

  private static String failed(StepFailure failure) {
    return "step \""
        + failure.step()
        + "\" failed at attempt "
        + failure.attempt()
        + " with "
        + failure.type();
  }

  private void line(RunEvent event, Level level, String what) {
    line(event.run(), event.workflow(), level, what);
  }

  private void line(RunId run, String workflow, Level level, String what) {
    var before = mdc.enter(run.value(), workflow);
    try {
      log.atLevel(level).log("run {} of \"{}\": {}", run, workflow, what);
    } finally {
      mdc.leave(before);
    }
  }
}
