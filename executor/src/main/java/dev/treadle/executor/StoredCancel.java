package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Cancels a stored run that nobody drives, which needs no workflow: nothing of it is in flight, so
/// one commit does it.
final class StoredCancel {
  private static final int PAGE = 4_000;

  private StoredCancel() {}

  /// Cancels a run, unless it is over, is failing and was so first, or is being cancelled by
  /// somebody who wants it undone: that takes its steps.
  ///
  /// @return the status of the run then
  /// @throws RunConflictException if somebody else changes the run meanwhile
  static RunStatus cancel(GroupCommitter committer, RunHeader run, Instant now) {
    if (!isOpen(run)) {
      return run.status();
    }
    committer.call(store -> {
      store.discardUnfinished(run.id());
      return true;
    });
    var out = new CommitBuilder(EntryCodec.SHARED, run.nextId());
    out.clear(kept(committer, run), run.nextId());
    if (!committer.submit(out.build(cancelled(run, now)), run.nextId()).await()) {
      throw new RunConflictException(run.id(), "was changed by somebody else; try again");
    }
    return RunStatus.CANCELLED;
  }

  private static boolean isOpen(RunHeader run) {
    var status = run.status();
    return !status.isFinal() && !status.isHalted() && status != RunStatus.FAILING && !isUndone(run);
  }

  private static boolean isUndone(RunHeader run) {
    return run.status() == RunStatus.CANCELLING
        && EntryCodec.SHARED.notes(run.detail()).undo().map(UndoNotes::asked).orElse(false);
  }

  /// The ids of what a cancelled run keeps beside its input and context, ascending.
  private static List<Long> kept(GroupCommitter committer, RunHeader run) {
    var kept = new ArrayList<Long>();
    each(
        committer,
        run,
        entry -> {
          if (entry.kind() == Entry.Kind.OUTPUT || entry.kind() == Entry.Kind.DELTA) {
            kept.add(entry.id());
          }
        });
    return kept;
  }

  /// The runs that a run waits for, if a cancel would change it: they are cancelled with it.
  static Set<RunId> awaited(GroupCommitter committer, RunHeader run) {
    var awaited = new TreeSet<RunId>();
    if (isOpen(run)) {
      each(
          committer,
          run,
          entry -> {
            if (entry.kind() == Entry.Kind.ITEM) {
              var marks = EntryCodec.SHARED.marks(entry.detail());
              marks.awaits().map(Awaited::run).ifPresent(awaited::add);
            }
          });
    }
    return awaited;
  }

  private static void each(GroupCommitter committer, RunHeader run, Consumer<Entry> what) {
    long after = -1;
    List<Entry> page;
    do {
      long from = after;
      page = committer.call(store -> store.entries(run.id(), from, PAGE));
      for (var entry : page) {
        what.accept(entry);
        after = entry.id();
      }
    } while (page.size() == PAGE);
  }

  private static RunHeader cancelled(RunHeader run, Instant now) {
    return new RunHeader(
        run.id(),
        run.workflow(),
        RunStatus.CANCELLED,
        "",
        run.sequence() + 1,
        run.nextId(),
        run.createdAt(),
        now.truncatedTo(ChronoUnit.MILLIS),
        Optional.empty(),
        run.labels(),
        run.detail());
  }
}
