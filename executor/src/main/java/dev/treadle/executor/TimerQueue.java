package dev.treadle.executor;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Timers in the order in which they are due. Those that are cancelled go when they are half of
/// all, so cancelling is quick and they do not pile up until they would be due. Not safe for use by
/// many threads.
final class TimerQueue {
  /// Fewer cancelled timers than this are not worth the trouble.
  private static final int FEW = 256;

  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private long count;
  private int cancelled;

  /// A timer; it has no callback once that was taken or the timer was cancelled.
  static final class Entry implements Comparable<Entry> {
    private final long due;
    private final long number;
    private @Nullable Runnable callback;

    private Entry(long due, long number, Runnable callback) {
      this.due = due;
      this.number = number;
      this.callback = callback;
    }

    @Override
    public int compareTo(Entry other) {
      int byDue = Long.compare(due, other.due);
      return byDue != 0 ? byDue : Long.compare(number, other.number);
    }
  }

  /// Adds a timer.
  ///
  /// @param due when, in nanoseconds of whatever clock the queue is for
  Entry add(long due, Runnable callback) {
    var entry = new Entry(due, count++, callback);
    entries.add(entry);
    return entry;
  }

  /// Whether a timer is the next to be due.
  boolean isFirst(Entry entry) {
    return entries.peek() == entry;
  }

  void cancel(Entry entry) {
    if (entry.callback == null) {
      return;
    }
    entry.callback = null;
    cancelled++;
    if (cancelled >= FEW && cancelled > entries.size() / 2) {
      entries.removeIf(one -> one.callback == null);
      cancelled = 0;
    }
  }

  /// Takes the callback of a timer that is due, or null if none is.
  @Nullable Runnable due(long now) {
    for (var first = entries.peek(); first != null && first.due <= now; first = entries.peek()) {
      entries.remove();
      var callback = first.callback;
      if (callback != null) {
        first.callback = null;
        return callback;
      }
      cancelled--;
    }
    return null;
  }

  /// How long it is until a timer is due, cancelled or not, if none is now; or [Long#MAX_VALUE] if
  /// there is none.
  long untilNext(long now) {
    var first = entries.peek();
    return first == null ? Long.MAX_VALUE : first.due - now;
  }

  /// Whether no timer is left that was not cancelled.
  boolean isEmpty() {
    return entries.size() == cancelled;
  }

  /// How many timers are kept, the cancelled ones included.
  int size() {
    return entries.size();
  }
}
