package dev.treadle.executor;

import dev.treadle.Transition;
import org.jspecify.annotations.Nullable;

/// Executes one item after another for as long as each is followed by just one: the hot loop of a
/// transient run. Without the run's lock, since nobody else touches the queue and the counter of
/// ids meanwhile.
///
/// An item that goes straight on to be executed here is seen by nobody else, so one object stands
/// for each of them in turn. It is replaced now and then: an old object that refers to young ones
/// costs a garbage collector more than a new object does.
final class Solo {
  /// An item is replaced when its number has none of these bits.
  private static final long RENEWAL = 63;

  private Solo() {}

  /// How a linear stretch ended.
  ///
  /// @param item the last item that was executed
  /// @param outcome what came of it, which is yet to be committed
  record End(Item item, Outcome outcome) {}

  /// Executes a linear stretch.
  ///
  /// @param first its first item, which the context has begun
  @SuppressWarnings("ReferenceEquality") // whether an object is this method's own
  static End execute(Ending run, RunState state, Worker me, Attempt attempt, Item first) {
    var ctx = me.ctx;
    var item = first;
    @Nullable Item own = null;
    while (true) {
      var step = item.step;
      if (!step.isPlain() || item instanceof MarkedItem) {
        return new End(
            item, Timeouts.applyTo(item) ? new Outcome.NotBegun() : attempt.execute(item, ctx));
      }
      Transition<Object> transition;
      try {
        transition = step.node.process(ctx, item.input());
      } catch (Throwable e) { // whatever a step throws is the step's failure
        return new End(item, attempt.failed(item, e, 0));
      }
      if (!me.caller) {
        Thread.interrupted(); // a step's own; the run says that it stops before it interrupts
      }
      if (!(transition instanceof Transition.Next<Object> next)
          || ctx.changes() != null
          || run.isStopping()) {
        return new End(item, attempt.evaluate(item, transition, ctx));
      }
      var to = step.only;
      if (to == null) {
        if (step.onlyArms == null) {
          return new End(item, attempt.evaluate(item, transition, ctx));
        }
        try {
          to = Routing.choose(step, step.onlyArms, next.output()).step();
        } catch (StepDefect e) {
          return new End(item, new Outcome.Failed(e.reason()));
        }
      }
      if (item == own && state.queue.ready.isEmpty() && (state.nextId & RENEWAL) != 0) {
        item.become(to, next.output(), state.nextId++);
      } else {
        own = new Item(to, next.output(), state.nextId++, item.place);
        item = follow(state, own);
      }
      ctx.begin(item, state.context);
    }
  }

  /// The item to execute after a new one has entered the queue.
  private static Item follow(RunState state, Item added) {
    var ready = state.queue.ready;
    if (ready.isEmpty()) {
      return added;
    }
    ready.addLast(added);
    return ready.removeFirst();
  }
}
