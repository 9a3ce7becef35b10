package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Step;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A [RunState] moved on by hand: a test says which step is next and what it gives.
final class ModelRun {
  final RunState state;

  private ModelRun(RunState state) {
    this.state = state;
  }

  static ModelRun of(Workflow<?, ?, ?> workflow) {
    var state = new RunState(Plan.of(workflow, null), null);
    state.start("in", null);
    return new ModelRun(state);
  }

  static Step<Object, String, String> step(String name) {
    return Step.map(name, String.class, String.class, text -> text);
  }

  static Step<Object, List<String>, String> join(String name) {
    return Step.join(name, String.class, String.class, List::toString);
  }

  /// The next item, which must be of that step.
  Item next(String step) {
    var item = Objects.requireNonNull(state.queue.ready.poll(), "an item is ready");
    assertThat(item.step()).isEqualTo(step);
    return item;
  }

  /// The next item is of that step, and gives one value.
  Item gives(String step, String value) {
    var item = next(step);
    state.succeed(item, Transition.next(value), null, null);
    return item;
  }

  /// The next item is of that step, and gives several values or none.
  void givesAll(String step, String... values) {
    state.succeed(next(step), Transition.nextAll(List.of(values)), null, null);
  }

  void holds(String step) {
    state.succeed(next(step), Transition.hold(), null, null);
  }

  void fallsBack(String step) {
    var item = next(step);
    state.fallBack(item, Objects.requireNonNull(item.step.fallback), why(item), new byte[0], null);
  }

  void retries(String step) {
    var item = next(step);
    state.postpone(item, item.input, item.marks().again(why(item), 0, 0), new byte[0], null);
  }

  /// The steps of the items that are ready, in order.
  List<String> ready() {
    var steps = new ArrayList<String>();
    state.queue.ready.forEach(item -> steps.add(item.step()));
    return steps;
  }

  private static StepFailure why(Item item) {
    return new StepFailure(item.step(), 1, "type", "message", "");
  }
}
