package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.executor.RunWatch.Begin;
import dev.treadle.executor.spi.Entry;
import java.util.List;
import java.util.Map;

/// A stored run, loaded, that nobody drives; and what changes it before somebody does. Used by one
/// thread at a time, which holds the lock of the run's id.
///
/// @param marks its start marks, by the ids of their entries
/// @param rewritten entries of an earlier version of the workflow, in the form of the present one
record Found(
    LiveRun run,
    RunState state,
    RunWriter writer,
    Map<Long, StartMark> marks,
    List<Entry> rewritten) {
  private static final int REWRITTEN_AT_ONCE = 1_000;

  RunId id() {
    return run.run.id();
  }

  /// Whether somebody may have it go on.
  boolean isResumable() {
    return state.status() == RunStatus.QUARANTINED || canGoOn();
  }

  /// Whether it has failed and nothing of it is undone.
  boolean canGoOn() {
    return state.canGoOn(run.run.compensation());
  }

  /// Stores anew what an earlier version of the workflow has stored. In several commits: whatever
  /// of them is durable, the run can be loaded.
  void rewrite() {
    for (int from = 0; from < rewritten.size(); from += REWRITTEN_AT_ONCE) {
      var out = writer.begin(state);
      rewritten
          .subList(from, Math.min(rewritten.size(), from + REWRITTEN_AT_ONCE))
          .forEach(out::rewrite);
      commit(out);
    }
    rewritten.clear();
  }

  /// Changes it by one commit.
  void change(StoredRuns.Change change) {
    rewrite();
    var out = writer.begin(state);
    state.settle();
    change.apply(out);
    commit(out);
  }

  /// Makes it ready to be driven as it was left.
  void adopt(Aftermath aftermath) {
    rewrite();
    assess(aftermath, marks);
  }

  /// Makes it ready to be driven because somebody says so, whatever has happened.
  void goOn(Aftermath aftermath) {
    rewrite();
    boolean resumes = isResumable();
    if (resumes || !marks.isEmpty()) {
      var out = writer.begin(state);
      marks.keySet().forEach(id -> out.remove(id, id));
      if (resumes) {
        run.watch.begins(Begin.RESUMED, true);
        state.settle();
        state.resume(item -> StoredRuns.payload(item, item.step), out);
      }
      commit(out);
      state.queue.inSequence();
    }
    assess(aftermath, Map.of());
  }

  /// What it has done is to be undone.
  void beginUndos() {
    rewrite();
    run.watch.begins(Begin.RESUMED, true);
    var out = writer.begin(state);
    state.compensate();
    commit(out);
  }

  private void assess(Aftermath aftermath, Map<Long, StartMark> counted) {
    var out = writer.begin(state);
    if (aftermath.assess(state, counted, out)) {
      commit(out);
      if (state.status() == RunStatus.QUARANTINED && state.results.poison != null) {
        run.watch.quarantined(state.results.poison);
      }
    }
  }

  private void commit(CommitBuilder out) {
    if (!writer.submit(out, state).await()) {
      throw new RunConflictException(id(), "was changed by somebody else");
    }
    state.queue.release(out.released());
  }
}
