package dev.treadle.executor;

import org.jspecify.annotations.Nullable;

/// An item with a history: failed attempts, a time to wait for, a failure that led to it.
final class MarkedItem extends Item {
  private final ItemMarks marks;
  private final @Nullable Object sent;

  MarkedItem(PlanStep step, Object input, long sequence, @Nullable Place place, ItemMarks marks) {
    this(step, input, sequence, place, marks, null);
  }

  MarkedItem(
      PlanStep step,
      Object input,
      long sequence,
      @Nullable Place place,
      ItemMarks marks,
      @Nullable Object sent) {
    super(step, input, sequence, place);
    this.marks = marks;
    this.sent = sent;
  }

  @Override
  @Nullable Object sent() {
    return sent;
  }

  @Override
  ItemMarks marks() {
    return marks;
  }
}
