package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.time.Instant;
import java.util.Optional;

/// The executor's notes on a run, stored with each commit in its header.
///
/// @param incarnation random text that no other run has, the beginning of its idempotency keys
/// @param fingerprint of the workflow's graph when the run was started
/// @param failure why the run has failed, if a step has failed
/// @param compensation when it undoes what was done, if not as usual
/// @param undo how far the undoing is, if there is anything to say
/// @param deadline when the run fails unless it is done, to the millisecond
/// @param missed the deadline that the run was not done by, if it has failed for that
record RunNotes(
    String incarnation,
    String fingerprint,
    Optional<StepFailure> failure,
    Optional<Compensation> compensation,
    Optional<UndoNotes> undo,
    Optional<Instant> deadline,
    Optional<Instant> missed) {

  static RunNotes of(RunIdentity run, Plan plan, RunState state) {
    var undo = state.undos.notes();
    return new RunNotes(
        run.incarnation(),
        plan.workflow.fingerprint(),
        Optional.ofNullable(state.failure()),
        run.compensation() == Compensation.AT_ONCE
            ? Optional.empty()
            : Optional.of(run.compensation()),
        undo.equals(UndoNotes.NONE) ? Optional.empty() : Optional.of(undo),
        Optional.ofNullable(run.deadline()),
        Optional.ofNullable(state.missedDeadline()));
  }
}
