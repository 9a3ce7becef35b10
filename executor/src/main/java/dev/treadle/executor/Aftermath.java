package dev.treadle.executor;

import dev.treadle.RunStatus;
import java.util.HashMap;
import java.util.Map;

/// What the death of the process before this one means for the runs that it left. Safe for use by
/// many threads.
final class Aftermath {
  private final boolean unclean;
  private final long epoch;
  private final EntryCodec codec;
  private final Suspects suspects;

  /// @param unclean whether the opening of the store before this one was not closed in order
  /// @param epoch the present opening
  Aftermath(boolean unclean, long epoch, EntryCodec codec, TimeSource time) {
    this.unclean = unclean;
    this.epoch = epoch;
    this.codec = codec;
    this.suspects = new Suspects(time);
  }

  /// Runs are being recovered: those that were in flight have to wait until all are.
  void begin(Object recovery) {
    suspects.busy(recovery);
  }

  void end(Object recovery) {
    suspects.idle(recovery);
  }

  /// Counts the strikes of a loaded run's items, puts the run into quarantine if there are too
  /// many, and puts the others on probation.
  ///
  /// @param marks the start marks that were stored, by the ids of their entries
  /// @return whether something is to be stored
  boolean assess(RunState state, Map<Long, StartMark> marks, CommitBuilder out) {
    if ((!unclean && marks.isEmpty()) || state.isOver() || state.isEnding()) {
      return false;
    }
    var pending = new HashMap<Long, Item>();
    state.queue.forEach(item -> pending.put(item.sequence, item));
    var probation = new Probation(suspects, codec, epoch);
    boolean changed = false;
    for (var stored : marks.entrySet()) {
      long entry = stored.getKey();
      var before = stored.getValue();
      var item = pending.remove(before.item());
      if (item == null) {
        out.remove(entry, entry);
        changed = true;
      } else if (before.epoch() == epoch) {
        probation.add(entry, before); // of a run that was left and taken up again
      } else {
        changed |= count(state, item, entry, before, probation, out);
      }
    }
    if (unclean) {
      pending.keySet().forEach(item -> probation.add(0, new StartMark(item, 0, 0)));
    }
    if (!probation.isEmpty() && state.status() != RunStatus.QUARANTINED) {
      state.queue.probation = probation;
    }
    return changed;
  }

  private boolean count(
      RunState state,
      Item item,
      long entry,
      StartMark before,
      Probation probation,
      CommitBuilder out) {
    var now = before.found(unclean);
    if (now.strikes() == 0) {
      out.remove(entry, entry); // an orderly close cut it short
      if (unclean) {
        probation.add(0, now);
      }
      return true;
    }
    probation.add(entry, now);
    if (now.isPoison()) {
      state.quarantine(item);
    }
    if (!now.equals(before)) {
      out.mark(entry, item.step.name, codec.mark(now));
      return true;
    }
    return false;
  }
}
