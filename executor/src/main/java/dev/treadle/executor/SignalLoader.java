package dev.treadle.executor;

import dev.treadle.Signal;
import dev.treadle.executor.spi.Entry;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds for the items of a stored run what they wait for or have been sent, and says what does not
/// fit the workflow as it is now. Used once, by one thread.
final class SignalLoader {
  private final Plan plan;
  private final EntryCodec codec;
  private final Misfits misfits;

  /// The values that belong to no item, as far as is known.
  private final Map<Long, Entry> values = new LinkedHashMap<>(0);

  /// What dropped items have waited for: that is over too, and not marked yet.
  private final Set<Awaited> dropped = new LinkedHashSet<>(0);

  private final Map<Awaited, Boolean> over = new LinkedHashMap<>(0);

  SignalLoader(Plan plan, EntryCodec codec, Misfits misfits) {
    this.plan = plan;
    this.codec = codec;
    this.misfits = misfits;
  }

  void take(Entry entry) {
    var note = codec.signal(entry.detail());
    if (note.over()) {
      over.put(note.awaited(), true);
    } else {
      values.put(entry.id(), entry);
    }
  }

  /// An item is dropped, of which nothing is restored.
  void dropped(ItemMarks marks) {
    marks.awaits().filter(awaited -> awaited.run() == null).ifPresent(dropped::add);
  }

  /// The value that an item was sent, or null if it was sent none.
  @Nullable Object sent(PlanStep step, ItemMarks marks) {
    var await = step.await;
    if (marks.sent() != 0) {
      var entry = values.remove(marks.sent());
      if (await == null || await.signal == null) {
        misfits.add(
            "step \""
                + step.name
                + "\" has been sent a signal, but awaits none in the workflow now");
      } else if (entry == null) {
        misfits.add("the signal for step \"" + step.name + "\" is missing");
      } else {
        return read(step, await.signal, entry);
      }
      return null;
    }
    marks.awaits().ifPresent(awaited -> fits(step, await, awaited, marks.dueAt()));
    return null;
  }

  private void fits(PlanStep step, @Nullable PlanAwait await, Awaited awaited, long dueAt) {
    if (await == null || !await.takes(awaited)) {
      misfits.add(
          "step \""
              + step.name
              + "\" awaits "
              + (awaited.run() == null ? "signal \"" + awaited.signal() + '"' : awaited)
              + ", but does not in the workflow now");
    } else if (dueAt > 0 && await.late == null) {
      misfits.add("step \"" + step.name + "\" waits for a deadline, but has none now");
    }
  }

  private @Nullable Object read(PlanStep step, Signal<?> signal, Entry entry) {
    try {
      return step.stored().readSignal(signal.name(), entry.payload());
    } catch (PayloadException e) {
      misfits.add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  /// Restores what belongs to no item. A signal that no step awaits now is left alone.
  void restore(Waits waits) {
    over.keySet().forEach(waits::restoreOver);
    dropped.forEach(waits::ended);
    for (var entry : values.values()) {
      var awaited = codec.signal(entry.detail()).awaited();
      var step = plan.awaiting(awaited.signal());
      if (step != null && step.await != null && step.await.signal != null) {
        var value = read(step, step.await.signal, entry);
        if (value != null) {
          waits.restoreKept(awaited, entry.id(), value);
        }
      }
    }
  }
}
