package dev.treadle.executor;

import dev.treadle.WorkItem;
import org.jspecify.annotations.Nullable;

/// One pending piece of a run. The input of a join's item is its [Group], which yields the list.
sealed class Item implements WorkItem permits MarkedItem {
  final PlanStep step;
  final Object input;
  final long sequence;
  final @Nullable Place place;

  Item(PlanStep step, Object input, long sequence, @Nullable Place place) {
    this.step = step;
    this.input = input;
    this.sequence = sequence;
    this.place = place;
  }

  /// What is remembered of earlier attempts and of waiting; nothing for most items.
  ItemMarks marks() {
    return ItemMarks.NONE;
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
