package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The runs that one attempt has asked for: looked into before its commit, written with it, driven
/// after it. Used by the thread of the attempt.
///
/// Whoever begins a run of a chosen id holds a lock of that id; so the locks of all ids are held
/// from the first look until the commit is durable, and nothing can go half way.
final class ChildStarts {
  private final ExecutorImpl executor;
  private final RunOptions<?> options;
  private final @Nullable StoredRuns stored;
  private final Map<RunId, ChildStart> asked = new LinkedHashMap<>();
  private final List<StepCommit> commits = new ArrayList<>();
  private final List<LiveRun> fresh = new ArrayList<>();
  private final List<ChildStart> existing = new ArrayList<>(0);
  private List<ReentrantLock> locks = List.of();
  private boolean joined;

  private ChildStarts(ExecutorImpl executor, @Nullable Instant deadline) {
    this.executor = executor;
    var none = RunOptions.none();
    this.options = deadline == null ? none : none.withDeadline(deadline);
    this.stored = executor.stored();
  }

  /// Looks into the runs that an attempt has asked for, if any.
  ///
  /// @param deadline that of the run, which those inherit; null for none
  /// @return the outcome as it was; or a failure, if a run can't be started; or both the outcome
  ///   and the runs, whose [#end] is to be called whatever follows
  static Outcome prepare(ExecutorImpl executor, @Nullable Instant deadline, Outcome outcome) {
    var starts = starts(outcome);
    if (starts.isEmpty()) {
      return outcome;
    }
    var children = new ChildStarts(executor, deadline);
    boolean prepared = false;
    try {
      children.prepare(starts);
      prepared = true;
      return new Outcome.Starting(outcome, children);
    } catch (StoreException | ExecutorClosedException e) {
      throw e; // no failure of the step
    } catch (RuntimeException e) {
      return new Outcome.Failed(e);
    } finally {
      if (!prepared) {
        children.end(false);
      }
    }
  }

  private static List<ChildStart> starts(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Success success -> ContextChange.starts(success.changes());
      case Outcome.Later later -> ContextChange.starts(later.changes());
      case Outcome.Undoable undoable -> starts(undoable.of());
      default -> List.of();
    };
  }

  private void prepare(List<ChildStart> starts) {
    for (var start : starts) {
      var other = asked.putIfAbsent(start.run(), start);
      if (other != null && !other.equals(start)) {
        throw new RunConflictException(
            start.run(), "is started twice by one step, with different workflows or inputs");
      }
    }
    if (stored != null) {
      locks = stored.lockAll(asked.keySet());
    }
    asked.values().forEach(this::prepare);
  }

  private void prepare(ChildStart start) {
    var begin = executor.beginning(start.workflow(), start.input(), options.withId(start.run()));
    if (stored == null) {
      fresh.add(executor.reserve(begin, start.input()));
      return;
    }
    var status = stored.statusOf(begin.plan(), start.run(), start.input());
    if (status == null) {
      var first = stored.first(begin, start.input());
      commits.add(first.commit());
      fresh.add(first.run());
      first.state().queue.release(first.released()); // nobody drives it before it is durable
    } else if (!status.isFinal() && !status.isHalted()) {
      existing.add(start);
    }
  }

  /// The runs that were asked for.
  Collection<ChildStart> asked() {
    return asked.values();
  }

  /// The attempt's commit is being made, and takes the first commits of the runs along.
  void join(@Nullable CommitBuilder out) {
    joined = true;
    if (out != null) {
      out.with(commits);
    }
  }

  /// Ends what [#prepare] began, and drives the runs if they have begun. Does not wait.
  ///
  /// @param committed whether the attempt's commit is durable
  /// @return the runs that have begun
  List<LiveRun> end(boolean committed) {
    boolean begun = committed && joined;
    if (begun) {
      fresh.forEach(this::drive);
      existing.forEach(this::adopt);
    } else if (stored == null) {
      fresh.forEach(executor.live()::remove);
    }
    locks.forEach(ReentrantLock::unlock);
    return begun ? fresh : List.of();
  }

  private void drive(LiveRun run) {
    if (stored != null && !executor.live().addIfOpen(run)) {
      return; // it is durable, and goes on when it is recovered
    }
    executor.threads().newThread(run::launch).start();
  }

  /// A run that was there already goes on here, if it is unfinished and nobody drives it.
  private void adopt(ChildStart start) {
    if (executor.live().find(start.run()) == null) {
      executor.threads().newThread(() -> executor.adopt(start.workflow(), start.run())).start();
    }
  }
}
