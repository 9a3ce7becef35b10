package dev.treadle.executor;

import dev.treadle.Fn;
import dev.treadle.GateResult;
import dev.treadle.Graph.Ending;
import dev.treadle.Graph.Route;
import dev.treadle.Merge;
import dev.treadle.Node;
import dev.treadle.StepBody;
import dev.treadle.StepFailure;
import dev.treadle.StepTimeoutException;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.ModelAccount.Gathered;
import dev.treadle.executor.ReferenceModel.Delivers;
import dev.treadle.executor.ReferenceModel.Event;
import dev.treadle.executor.ReferenceModel.Fresh;
import dev.treadle.executor.ReferenceModel.Item;
import dev.treadle.executor.ReferenceModel.Place;
import dev.treadle.executor.ReferenceModel.Sent;
import dev.treadle.executor.ReferenceModel.SignalKey;
import dev.treadle.executor.ReferenceModel.Unmet;
import dev.treadle.executor.ReferenceModel.Waits;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The meaning of a run, as simple as can be: one thread, one list of items that may go on and one
/// of items that wait, nothing stored and nothing counted.
///
/// The methods that are neither private nor final are the sentences that a planted bug gets wrong.
class ReferenceInterpreter extends ReferenceScopes {
  private final @Nullable Merge<Object> merge;

  /// @param ignoresEnds whether the run goes on after a `terminate` or a failure, to tell all that
  ///   could happen in any order
  /// @param bound how many attempts there may be
  ReferenceInterpreter(Workflow<?, ?, ?> workflow, boolean ignoresEnds, int bound) {
    super(workflow, ignoresEnds, bound);
    this.merge = ReferenceGraph.untyped(workflow.merge());
  }

  final Object merged(Object before, Object delta) {
    return Objects.requireNonNull(merge, "merge").combine().apply(before, delta);
  }

  @Override
  final void perform(Item item) {
    switch (item.stage()) {
      case Delivers _ -> succeed(item, List.of(item.input()));
      case Unmet(var why) -> fail(item, why);
      case Waits(var key) -> expire(item, key);
      case Fresh _, Sent _ -> call(item);
    }
  }

  private void call(Item item) {
    var own = item.name().substring(item.name().lastIndexOf('/') + 1);
    if (item.input() instanceof List<?> list && !own.isEmpty()) {
      gathered.add(new Gathered(own, list));
    }
    switch (item.step().step().body()) {
      case StepBody.Code<?, ?, ?>(var node) -> call(item, ReferenceGraph.untyped(node));
      case StepBody.Gate<?, ?, ?>(var decide) -> decide(item, ReferenceGraph.untypedGate(decide));
      case StepBody.Await<?, ?, ?, ?> await -> await(item, await);
      case StepBody.Inlined<?, ?, ?> _ -> succeed(item, List.of(item.input()));
      case StepBody.Batch<?, ?, ?> _ -> throw new IllegalArgumentException("a batch");
      case StepBody.AwaitRun<?, ?, ?, ?> _ -> throw new IllegalArgumentException("a run");
    }
  }

  private void call(Item item, Node<Object, Object, Object> node) {
    var ctx = new ReferenceContext(this, context, item.name(), item.attempt(), item.failure());
    Transition<?> answer;
    try {
      answer = node.process(ctx, item.input());
    } catch (Exception e) {
      failOrRetry(item, e);
      return;
    }
    if (!(answer instanceof Transition.Abort)) {
      ctx.changes.forEach(change -> context = change.apply(context));
    }
    answered(item, answer);
  }

  /// A gate changes the context as it decides.
  private void decide(Item item, BiFunction<Object, Object, GateResult<?, ?>> gate) {
    GateResult<?, ?> result;
    try {
      result = gate.apply(context, item.input());
    } catch (RuntimeException e) {
      fail(item, e.getClass().getName());
      return;
    }
    if (!(result.transition() instanceof Transition.Abort)) {
      context = result.state();
    }
    answered(item, result.transition());
  }

  @Override
  final void timedOut(Item item) {
    var limit = item.step().step().timeout().orElseThrow();
    failOrRetry(item, new StepTimeoutException(item.name(), limit));
  }

  private void answered(Item item, Transition<?> answer) {
    switch (answer) {
      case Transition.Next<?>(var output) -> succeed(item, List.of(output));
      case Transition.NextAll<?>(var all) -> succeed(item, all);
      case Transition.Hold<?> _ -> hold(item);
      case Transition.Abort<?> _ -> fail(item, "Abort");
      case Transition.After<?>(var delay, var output) ->
          waiting.add(item.delivering(output, now + delay.toMillis()));
    }
  }

  private void hold(Item item) {
    if (isNested(item.place())) {
      events.add(Event.NESTED_HOLDS);
    } else {
      holds.merge(item.name(), 1L, Long::sum);
    }
    leave(item.place().group());
  }

  private void failOrRetry(Item item, Exception e) {
    var policy = item.step().step().retryPolicy();
    if (policy.isEmpty() || !policy.get().allows(item.attempt(), e)) {
      fail(item, e.getClass().getName());
      return;
    }
    long wait = policy.get().delay(item.attempt(), 0).toMillis();
    if (wait == 0) {
      queue.add(item.again(0));
    } else {
      waiting.add(item.again(now + wait));
    }
  }

  private void fail(Item item, String type) {
    fail(item, new StepFailure(item.name(), item.attempt(), type, "", ""));
  }

  /// An item has failed for good.
  private void fail(Item item, StepFailure why) {
    if (item.step().fallback().isPresent() && !(item.stage() instanceof Delivers)) {
      if (item.stage() instanceof Unmet) {
        events.add(Event.UNMET_IS_RESCUED);
      }
      go(item.step().fallback().get(), item.input(), item.place(), Optional.of(why));
      leave(item.place().group());
    } else if (!absorbed(item, why)) {
      failed(item, why);
    }
  }

  private void succeed(Item item, List<?> values) {
    var step = item.step();
    var scope = graph.forkedBy(step);
    var opened = scope == null ? null : opened(scope, item);
    int emissions = values.size() * step.routes().size();
    int number = 0;
    for (var value : values) {
      for (var route : step.routes()) {
        var place =
            opened != null
                ? new Place(opened, List.of(number))
                : emissions > 1 ? multiplied(item.place(), number) : item.place();
        deliver(route, value, place);
        number++;
      }
      end(step.ending(), value);
    }
    leave(opened != null ? opened : item.place().group());
  }

  private void deliver(Route route, Object value, Place place) {
    switch (route) {
      case Route.Edge(var to) -> go(to, value, place, Optional.empty());
      case Route.Branch(var arms) -> {
        var arm = ReferenceGraph.find(arms, one -> one.takes().test(value));
        go(Objects.requireNonNull(arm, "arm").to(), value, place, Optional.empty());
      }
      case Route.Feed(var join) -> arrive(outTo(join, place), value, false);
      case Route.Finish(var join) -> arrive(outTo(join, place), value, true);
    }
  }

  private Place outTo(String join, Place place) {
    return out(place, group -> group.scope.join().equals(join));
  }

  private void end(Ending ending, Object value) {
    if (ending == Ending.END || ending == Ending.TERMINATE) {
      outputs.add(value);
    }
    if (ending == Ending.TERMINATE) {
      terminate(value);
    }
  }

  // --- signals

  @SuppressWarnings("unchecked") // the graph has checked the types of neighbours
  private void await(Item item, StepBody.Await<?, ?, ?, ?> await) {
    String key = "";
    Object output = "";
    try {
      if (item.stage() instanceof Sent(var value)) {
        output = ((BiFunction<Object, Object, Object>) await.combine()).apply(item.input(), value);
      } else {
        key = ((Fn<Object, String>) await.key()).apply(item.input());
      }
    } catch (Exception e) {
      failOrRetry(item, e);
      return;
    }
    if (item.stage() instanceof Sent) {
      succeed(item, List.of(output));
    } else {
      ask(item, new SignalKey(await.signal().name(), key));
    }
  }

  private void ask(Item item, SignalKey key) {
    racy |= waits.touch(key);
    waits.asked.add(key);
    var deadline = item.step().deadline();
    if (isTaken(key)) {
      events.add(Event.KEY_TAKEN);
      fail(item, "another waits there");
    } else if (waits.kept.containsKey(key)) {
      events.add(Event.TAKES_KEPT);
      waits.over.add(key);
      queue.add(item.as(new Sent(waits.kept.remove(key)), 0));
    } else {
      long due = deadline.isEmpty() ? 0 : now + deadline.get().after().toMillis();
      waiting.add(item.as(new Waits(key), due));
    }
  }

  private boolean isTaken(SignalKey key) {
    return awaiting().stream().anyMatch(item -> item.stage().equals(new Waits(key)));
  }

  /// Nobody has sent the signal in time: the input goes to the step that the deadline names.
  private void expire(Item item, SignalKey key) {
    racy |= waits.touch(key);
    events.add(Event.EXPIRES);
    if (endsWithDeadline()) {
      waits.over.add(key);
    }
    go(item.step().deadline().orElseThrow().to(), item.input(), item.place(), Optional.empty());
    leave(item.place().group());
  }

  @Override
  final SignalAnswer signal(SignalKey to, Object value) {
    for (var item : awaiting()) {
      if (item.stage().equals(new Waits(to))) {
        replaced(item);
        waits.over.add(to);
        queue.add(item.as(new Sent(value), 0));
        events.add(Event.DELIVERED);
        return SignalAnswer.DELIVERED;
      }
    }
    if (isLate(to)) {
      events.add(Event.LATE);
      return SignalAnswer.LATE;
    }
    events.add(Event.KEPT);
    waits.kept.put(to, value);
    return SignalAnswer.KEPT;
  }

  // --- the sentences

  /// A wait is over when its deadline is.
  boolean endsWithDeadline() {
    return true;
  }

  /// A signal is late after a wait for its key has ended, or when another is kept already.
  boolean isLate(SignalKey key) {
    return waits.over.contains(key) || waits.kept.containsKey(key);
  }
}
