package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks a signal and brings it to its run, wherever that is. Used once.
final class SignalSender {
  private static final byte[] NO_PAYLOAD = {};

  private final LiveRuns live;
  private final Map<String, Plan> plans;
  private final @Nullable StoredRuns stored;

  /// @param plans the workflows that the executor knows, by their names
  SignalSender(LiveRuns live, Map<String, Plan> plans, @Nullable StoredRuns stored) {
    this.live = live;
    this.plans = plans;
    this.stored = stored;
  }

  SignalAnswer send(RunId id, Signal<?> signal, Awaited to, @Nullable Object given) {
    var value = checked(signal, given);
    SignalAnswer answer = null;
    while (answer == null) { // a run may begin or end to be driven here meanwhile
      var run = stored == null ? live.find(id) : stored.driven(id);
      if (run != null) {
        checkPlan(run.plan(), signal);
        answer = run.signal(to, value, payload(signal, value));
      } else if (stored == null) {
        throw new UnknownRunException(
            id, "is not going on, and a transient run is forgotten at its end");
      } else {
        stored
            .find(id)
            .map(header -> plans.get(header.workflow()))
            .ifPresent(plan -> checkPlan(plan, signal));
        answer = stored.signal(id, to, payload(signal, value));
      }
    }
    return answer;
  }

  /// Whether a run of a status waits for nothing any more.
  static boolean isOver(RunStatus status) {
    return status.isFinal() || status == RunStatus.STALLED || status == RunStatus.CANCELLING;
  }

  static RunConflictException over(RunId id, RunStatus status) {
    return new RunConflictException(id, "is " + status + " and waits for no signal any more");
  }

  private byte[] payload(Signal<?> signal, Object value) {
    return stored == null
        ? NO_PAYLOAD
        : stored
            .payloads()
            .any(signal.type().type())
            .write("the value of signal \"" + signal.name() + '"', value);
  }

  private static Object checked(Signal<?> signal, @Nullable Object value) {
    if (value == null || !signal.type().rawClass().isInstance(value)) {
      throw new IllegalArgumentException(
          "signal \""
              + signal.name()
              + "\" carries a "
              + signal.type()
              + ", but the value is "
              + (value == null ? "null" : "a " + value.getClass().getName()));
    }
    return value;
  }

  private static void checkPlan(Plan plan, Signal<?> signal) {
    var step = plan.awaiting(signal.name());
    if (step == null || step.await == null || step.await.signal == null) {
      throw new IllegalArgumentException(
          "workflow \""
              + plan.workflow.name()
              + "\" has no step that awaits signal \""
              + signal.name()
              + '"');
    }
    var declared = step.await.signal.type();
    if (!declared.equals(signal.type())) {
      throw new IllegalArgumentException(
          "workflow \""
              + plan.workflow.name()
              + "\" awaits signal \""
              + signal.name()
              + "\" with a "
              + declared
              + ", not with a "
              + signal.type());
    }
  }
}
