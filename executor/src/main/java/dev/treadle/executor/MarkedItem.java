package dev.treadle.executor;

import org.jspecify.annotations.Nullable;

/// An item with a history: failed attempts, a time to wait for, a failure that led to it.
final class MarkedItem extends Item {
  private final ItemMarks marks;

  MarkedItem(PlanStep step, Object input, long sequence, @Nullable Place place, ItemMarks marks) {
    super(step, input, sequence, place);
    this.marks = marks;
  }

  @Override
  ItemMarks marks() {
    return marks;
  }
}
