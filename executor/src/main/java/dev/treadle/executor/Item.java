package dev.treadle.executor;

import dev.treadle.WorkItem;
import org.jspecify.annotations.Nullable;

/// One pending piece of a run. The input of a join's item is its [Group], which yields the list.
sealed class Item implements WorkItem permits MarkedItem {
  PlanStep step;
  Object input;
  long sequence;
  final @Nullable Place place;

  Item(PlanStep step, Object input, long sequence, @Nullable Place place) {
    this.step = step;
    this.input = input;
    this.sequence = sequence;
    this.place = place;
  }

  /// Lets the item stand for its successor. Only for one that nobody else has seen, on a linear
  /// stretch: all others never change.
  final void become(PlanStep next, Object output, long id) {
    step = next;
    input = output;
    sequence = id;
  }

  /// What is remembered of earlier attempts and of waiting; nothing for most items.
  ItemMarks marks() {
    return ItemMarks.NONE;
  }

  /// The value of the signal that it has waited for, if that is there.
  @Nullable Object sent() {
    return null;
  }

  /// The same item with another history.
  MarkedItem with(ItemMarks marks) {
    return with(marks, kept());
  }

  /// Of what it has waited for, that which an item keeps after a failure; how a run ended is looked
  /// up again.
  @Nullable Object kept() {
    return sent() instanceof ChildEnd ? null : sent();
  }

  /// The same item with another history, and the value that it has waited for.
  MarkedItem with(ItemMarks marks, @Nullable Object sent) {
    return new MarkedItem(step, input, sequence, place, marks, sent);
  }

  @Override
  public final String step() {
    return step.name;
  }

  @Override
  public final Object input() {
    return input instanceof Group group ? group.list() : input;
  }

  @Override
  public final long sequence() {
    return sequence;
  }

  @Override
  public final String toString() {
    return "item " + sequence + " of step " + step.name;
  }
}
