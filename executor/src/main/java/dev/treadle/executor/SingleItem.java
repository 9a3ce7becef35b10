package dev.treadle.executor;

import dev.treadle.StepFailure;
import dev.treadle.WorkItem;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One item of a run that its caller drives.
final class SingleItem {
  private SingleItem() {}

  static Optional<Object> process(
      RunContext<?, ?> run,
      WorkItem item,
      ArrayDeque<WorkItem> queue,
      ThreadFactory threads,
      TimeSource time)
      throws InterruptedException {
    var state = run.state;
    var own = own(run, item);
    if (Tally.isClosed(own.place)) {
      return Optional.empty(); // dropped: the join of its group has fired without it
    }
    var ctx = new StepContextImpl(run.run, state.plan, Thread.currentThread(), -1);
    ctx.begin(own, state.context);
    int before = state.outputs().size();
    // time is the caller's: a retry follows without a wait, so the random part of waits is of no
    // use
    var attempt = new Attempt(threads, RandomGenerator.getDefault(), time, false, Mdc.of(null));
    apply(run, own, attempt, attempt.execute(own, ctx));
    ctx.end();
    queue.addAll(state.queue.ready);
    state.queue.ready.clear();
    var outputs = state.outputs();
    return outputs.size() > before ? Optional.of(outputs.get(before).value()) : Optional.empty();
  }

  private static void apply(RunContext<?, ?> run, Item own, Attempt attempt, Outcome outcome)
      throws InterruptedException {
    var state = run.state;
    switch (outcome) {
      case Outcome.Success(var transition, var routing, var changes) -> {
        if (change(run, own, changes)) {
          state.succeed(own, transition, routing, null);
        }
      }
      case Outcome.Later(var output, _, _, var changes) -> {
        if (change(run, own, changes)) {
          state.postpone(own, output, ItemMarks.delivery(0), new byte[0], null);
        }
      }
      case Outcome.Gated(var input) ->
          apply(run, own, attempt, attempt.decide(own, input, state.context));
      case Outcome.Undoable(var of, _, _) -> apply(run, own, attempt, of); // the caller undoes
      case Outcome.Starting _ -> throw new IllegalStateException("nobody has prepared " + outcome);
      case Outcome.Waiting _, Outcome.Expired _ ->
          throw new IllegalStateException(
              "step \""
                  + own.step.name
                  + "\" awaits a signal, which can't reach a run that its caller drives; use an"
                  + " executor's start");
      case Outcome.Failed(var error, var retryMillis, var since) when retryMillis >= 0 -> {
        requireNoInterrupt(error);
        var again = own.marks().again(Failures.describe(own, error), 0, since);
        state.postpone(own, own.input, again, new byte[0], null);
      }
      case Outcome.Failed(var error, _, _) -> failed(run, own, error);
      case Outcome.TooLate(var last) -> failed(run, own, last, null);
      case Outcome.NotBegun _ -> throw new IllegalStateException(own + " was not executed");
    }
  }

  private static boolean change(RunContext<?, ?> run, Item item, List<ContextChange> changes)
      throws InterruptedException {
    if (changes.isEmpty()) {
      return true;
    }
    if (!ContextChange.starts(changes).isEmpty()) {
      throw new IllegalStateException(
          "step \""
              + item.step.name
              + "\" starts a run, which needs an executor to drive both; use its start");
    }
    try {
      run.state.context =
          ContextChange.apply(run.state.plan, item.step, run.state.context(), changes);
      return true;
    } catch (StepDefect e) {
      failed(run, item, e.reason());
      return false;
    }
  }

  private static void requireNoInterrupt(Throwable error) throws InterruptedException {
    if (error instanceof InterruptedException interrupted) {
      throw interrupted; // not the item's failure; the caller still has the item
    }
  }

  private static void failed(RunContext<?, ?> run, Item item, Throwable error)
      throws InterruptedException {
    requireNoInterrupt(error);
    failed(run, item, Failures.describe(item, error), error);
  }

  private static void failed(
      RunContext<?, ?> run, Item item, StepFailure why, @Nullable Throwable error) {
    if (item.step.fallback != null) {
      run.state.fallBack(item, item.step.fallback, why, new byte[0], null);
    } else if (!run.state.absorb(item, why, null)) {
      throw new StepFailedException(run.run.id(), why, error);
    }
  }

  /// The item as the run knows it: one of its own, or the first.
  private static Item own(RunContext<?, ?> run, WorkItem item) {
    if (item instanceof Item own && own.step == run.find(own.step.name)) {
      return own;
    }
    var step = run.find(item.step());
    if (step == null || item instanceof Item) {
      throw new IllegalArgumentException(
          "the item of step \"" + item.step() + "\" is not of run " + run.run.id());
    }
    return run.state.adopt(step, item.input());
  }
}
