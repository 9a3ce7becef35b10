package dev.treadle.executor;

import dev.treadle.StepTimeoutException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The timeouts of a run's attempts. Guarded by the run's lock, except where a method says
/// otherwise.
///
/// An attempt whose time is over is fenced: the run goes on without its worker, and drops what the
/// worker brings later. Whoever has the lock first wins: an attempt that has come back to commit
/// has no timeout any more.
final class Timeouts {
  private static final Logger LOG = LoggerFactory.getLogger(Timeouts.class);

  private Timeouts() {}

  /// Whether attempts of an item are limited; then they need a thread that can be given up.
  static boolean applyTo(Item item) {
    return item.step.timeout != null && !item.marks().delivers();
  }

  /// A limited attempt begins.
  ///
  /// @param whenOver told on the thread of the timers, without the lock; the attempt may have come
  ///   back meanwhile, see [#isOn]
  static void begin(Worker worker, Item item, Attempt attempt, TimeSource time, Runnable whenOver) {
    worker.since = attempt.since(item);
    worker.timer = time.schedule(limit(item), whenOver);
  }

  /// Whether a limited attempt is still on, and not given up. One that the run has interrupted has
  /// its grace instead; but one that was dropped would hold its place for as long as it likes.
  static boolean isOn(Worker worker, Item item) {
    return worker.timer != null
        && worker.item == item
        && !worker.fenced
        && (!worker.interrupted || Tally.isClosed(item.place));
  }

  /// An attempt has come back, limited or not.
  static void end(Worker worker) {
    if (worker.timer != null) {
      worker.timer.cancel();
      worker.timer = null;
    }
  }

  /// Interrupts a fenced worker. Needs no lock: the thread takes no further item.
  ///
  /// @return why the attempt has failed, with what its thread was at
  static StepTimeoutException interrupt(Worker worker, Item item) {
    var error = new StepTimeoutException(item.step.name, limit(item));
    error.setStackTrace(worker.thread.getStackTrace());
    worker.thread.interrupt();
    return error;
  }

  private static Duration limit(Item item) {
    var limit = item.step.timeout;
    if (limit == null) {
      throw new IllegalStateException("step " + item.step + " has no timeout");
    }
    return limit;
  }

  /// Reports a fenced worker that has come back after all.
  static void late(RunIdentity run, Item item, Outcome outcome) {
    LOG.warn(
        "run {}: step {} has come back from attempt {}, which was given up before; its {} is"
            + " dropped",
        run.id(),
        item.step.name,
        item.marks().failures() + 1,
        outcome instanceof Outcome.Failed(var error, _, _)
            ? "failure by a " + error.getClass().getName()
            : "answer");
  }
}
