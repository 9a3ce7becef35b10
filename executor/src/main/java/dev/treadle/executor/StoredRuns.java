package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Workflow;
import dev.treadle.executor.ExecutorImpl.Beginning;
import dev.treadle.executor.ExecutorImpl.Begun;
import dev.treadle.executor.RunWatch.Begin;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreDamagedException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The durable side of an executor: begins, loads and deletes stored runs. Safe for use by many
/// threads.
final class StoredRuns {
  private final ExecutorImpl executor;
  private final GroupCommitter committer;
  private final PayloadCodec payloads;
  private final EntryCodec entries = EntryCodec.SHARED;
  private final Aftermath aftermath;

  private final StoredStarts starts;

  /// Of those who begin, load or delete runs.
  private final IdLocks locks;

  StoredRuns(ExecutorImpl executor, CheckpointStore store, PayloadLimits limits) {
    this.executor = executor;
    this.payloads = new PayloadCodec(limits);
    this.locks = new IdLocks(executor.threading().locks());
    this.committer =
        new GroupCommitter(
            store,
            executor.threading(),
            executor.time(),
            executor.live()::storeEnded,
            new StoreWatch(executor.watch(), executor.live(), store.location()));
    this.starts = new StoredStarts(executor, committer, payloads);
    this.aftermath = new Aftermath(!store.closedCleanly(), store.epoch(), entries, executor.time());
  }

  Aftermath aftermath() {
    return aftermath;
  }

  PayloadCodec payloads() {
    return payloads;
  }

  /// Begins a run, or goes on with the one of that id.
  ///
  /// @param unique whether nobody else can have the id
  Begun begin(Beginning begin, Object input, boolean unique) {
    var plan = begin.plan();
    var run = begin.run();
    var payload = StoredStarts.checkedInput(plan, input);
    if (unique) {
      return starts
          .start(begin, input, payload)
          .orElseThrow(() -> new RunConflictException(run.id(), "exists, though its id is random"));
    }
    return locks.locked(
        run.id(),
        () -> {
          var other = executor.live().find(run.id());
          if (other == null) {
            var fresh = startUnlessStored(begin, input, payload);
            if (fresh.isPresent()) {
              return fresh.get();
            }
          }
          return existing(plan, run.id(), input, payload);
        });
  }

  /// Goes on with a stored run that is unfinished and not driven here.
  Begun adopt(Plan plan, RunId id) {
    return locks.locked(
        id,
        () -> {
          var other = executor.live().find(id);
          if (other != null) {
            return new Begun(other, false);
          }
          var found = load(plan, header(id), false);
          found.run().watch.begins(Begin.RECOVERED, false);
          return drive(found, false);
        });
  }

  /// How a stored run ended, or null if it is not over.
  @Nullable Object result(Plan plan, RunId id) {
    var header = header(id);
    StoredStarts.requireWorkflow(plan, id, header.workflow());
    var status = header.status();
    if (!status.isFinal() && status != RunStatus.FAILED && status != RunStatus.STALLED) {
      return null;
    }
    return RunLoader.load(committer::call, plan, plan.stored(), entries, header).state().result();
  }

  /// Goes on with a stored run, from its failed items if it has failed.
  Begun resume(Plan plan, RunId id) {
    return locks.locked(
        id,
        () -> {
          var other = executor.live().find(id);
          if (other != null) {
            StoredStarts.requireWorkflow(plan, id, other.plan().workflow.name());
            return new Begun(other, false);
          }
          return drive(load(plan, header(id), true), true);
        });
  }

  /// Whether the stored runs of a workflow fit it.
  CheckReport check(Plan plan) {
    return new RunCheck(committer::call, plan, plan.stored(), entries).report();
  }

  /// As [#check(Plan)], of a store that nobody writes to from here.
  static CheckReport check(
      CheckpointReader reader, Workflow<?, ?, ?> workflow, PayloadLimits most) {
    var plan = Plan.of(workflow, new PayloadCodec(most));
    return new RunCheck(StoreReads.of(reader), plan, plan.stored(), EntryCodec.SHARED).report();
  }

  /// Has what a failed run has done undone.
  Begun compensate(Plan plan, RunId id) {
    return locks.locked(
        id,
        () -> {
          requireIdle(id);
          var found = loadFailed(plan, id, "compensated; cancel it by cancelAndCompensate()");
          var state = found.state();
          return state.undos.canBegin() ? admitted(found, found::beginUndos) : drive(found, false);
        });
  }

  /// Loads a failed run that may go on, to be repaired.
  Found failed(Plan plan, RunId id) {
    return locks.locked(
        id,
        () -> {
          requireIdle(id);
          var found = loadFailed(plan, id, "repaired");
          if (!found.canGoOn()) {
            throw new RunConflictException(
                id, "has undone what it did, or is about to; it can't be repaired any more");
          }
          return found;
        });
  }

  /// A change of a run that nobody drives.
  interface Change {
    void apply(CommitBuilder out);
  }

  /// Changes a loaded run by one commit.
  void change(Found found, Change change) {
    locks.locked(
        found.id(),
        () -> {
          requireIdle(found.id());
          found.change(change);
          return true;
        });
  }

  /// Lets a loaded run go on.
  Begun resume(Found found) {
    return executor.live().withRoomFor(found.id(), () -> resumeNow(found));
  }

  private Begun resumeNow(Found found) {
    return locks.locked(
        found.id(),
        () -> {
          requireIdle(found.id());
          return drive(found, true);
        });
  }

  private void requireIdle(RunId id) {
    if (executor.live().find(id) != null) {
      throw new RunConflictException(id, "goes on here; wait for its end");
    }
  }

  /// A failed run, loaded.
  ///
  /// @param what what only a failed run can be, and the way out
  private Found loadFailed(Plan plan, RunId id, String what) {
    var header = header(id);
    StoredStarts.requireWorkflow(plan, id, header.workflow());
    if (!hasFailed(header)) {
      throw new RunConflictException(
          id, "is " + header.status() + "; only a failed run can be " + what);
    }
    return load(plan, header, true);
  }

  /// Sends a signal to a run that is not driven here.
  ///
  /// @param payload its value as it is stored
  /// @return null if the run is driven here by now
  @Nullable SignalAnswer signal(RunId id, Awaited to, byte[] payload) {
    return locks.locked(
        id,
        () -> {
          if (executor.live().find(id) != null) {
            return null;
          }
          var header = header(id);
          var status = header.status();
          if (SignalSender.isOver(status)) {
            throw SignalSender.over(id, status);
          }
          var answer =
              new StoredSignal(committer, EntryCodec.SHARED, header, to)
                  .send(payload, executor.time());
          executor.watch().signalled(id, header.workflow(), to, answer);
          return answer;
        });
  }

  Optional<RunHeader> find(RunId id) {
    return committer.call(store -> store.find(id));
  }

  /// Walks over stored runs in the order of their ids.
  ///
  /// @param damaged gets what the store says of a run whose header is damaged
  void walk(RunQuery query, Consumer<RunHeader> whole, Consumer<StoreDamagedException> damaged) {
    new StoredHeaders(committer::call, whole, damaged).walk(query);
  }

  Optional<RunView> view(
      RunId id, int items, LiveRun.@Nullable Doing live, Function<String, @Nullable Plan> plans) {
    return RunViewer.read(committer::call, id, items, live, plans);
  }

  List<RunHeader> list(RunQuery query) {
    return committer.call(store -> store.list(query));
  }

  /// Cancels a run, whoever drives it.
  RunStatus cancel(RunId id) {
    if (executor.live().find(id) == null) {
      // before the run itself, so that a death between leaves nothing behind; without its lock, for
      // each of them has one
      StoredCancel.awaited(committer, header(id)).forEach(this::cancelIfThere);
    }
    var idle =
        locks.locked(
            id,
            () ->
                executor.live().find(id) == null
                    ? StoredCancel.cancel(committer, header(id), executor.time().now())
                    : null);
    if (idle != null) {
      return idle;
    }
    var run = executor.live().find(id);
    return run == null ? header(id).status() : run.cancel(false);
  }

  private void cancelIfThere(RunId id) {
    if (find(id).isPresent()) {
      var _ = cancel(id);
    }
  }

  boolean delete(RunId id) {
    return locks.locked(
        id,
        () -> {
          requireDeletable(id);
          return committer.call(store -> store.delete(id));
        });
  }

  private void requireDeletable(RunId id) {
    try {
      find(id).ifPresent(StoredRuns::requireOver);
    } catch (StoreDamagedException e) {
      if (e.run().isEmpty()) {
        throw e;
      } // of a run whose status can't be told there is nothing to save
    }
  }

  private static void requireOver(RunHeader header) {
    var status = header.status();
    if (!status.isFinal() && !status.isHalted()) {
      throw new RunConflictException(
          header.id(),
          "is " + status + "; only a run that is over can be deleted: cancel it first");
    }
  }

  /// Why writes are refused at the moment, or an empty string.
  String refusal() {
    var refusal = committer.refusal();
    return refusal == null ? "" : String.valueOf(refusal.getMessage());
  }

  void close() throws InterruptedException {
    committer.close();
  }

  private Optional<Begun> startUnlessStored(Beginning begin, Object input, byte[] payload) {
    try {
      return starts.start(begin, input, payload);
    } catch (ExecutorFullException e) {
      if (find(begin.run().id()).isEmpty()) {
        throw e;
      }
      return Optional.empty(); // a run that is over needs no room
    }
  }

  /// Makes a run that begins; nothing knows of it yet.
  StoredStarts.First first(Beginning begin, Object input) {
    return starts.first(begin, input, StoredStarts.checkedInput(begin.plan(), input));
  }

  private Begun existing(Plan plan, RunId id, Object input, byte[] payload) {
    var other = executor.live().find(id);
    if (other != null) {
      StoredStarts.requireWorkflow(plan, id, other.plan().workflow.name());
    }
    var header = header(id);
    starts.requireSame(plan, header, input, payload);
    return other != null ? new Begun(other, false) : drive(load(plan, header, false), false);
  }

  /// The status of a run, or null if there is none of that id; the caller holds the lock of the id.
  ///
  /// @throws RunConflictException if it has another workflow or another input
  @Nullable RunStatus statusOf(Plan plan, RunId id, Object input) {
    var header = find(id);
    header.ifPresent(
        found -> starts.requireSame(plan, found, input, StoredStarts.checkedInput(plan, input)));
    return header.map(RunHeader::status).orElse(null);
  }

  /// Locks ids; each lock of the answer is to be unlocked.
  List<ReentrantLock> lockAll(Set<RunId> ids) {
    return locks.lockAll(ids);
  }

  /// A run that is driven here, once it has begun durably.
  @Nullable LiveRun driven(RunId id) {
    return locks.locked(id, () -> executor.live().find(id));
  }

  /// Loads a run.
  ///
  /// @param again whether a failed run is to go on, without a deadline that has passed
  private Found load(Plan plan, RunHeader header, boolean again) {
    StoredStarts.requireWorkflow(plan, header.id(), header.workflow());
    if (!header.status().isFinal()) {
      committer.call(store -> {
        store.discardUnfinished(header.id());
        return true;
      });
    }
    var loaded = RunLoader.load(committer::call, plan, plan.stored(), entries, header);
    boolean late = loaded.run().isLate(executor.time().now());
    var run = again && hasFailed(header) && late ? loaded.run().withoutDeadline() : loaded.run();
    var writer = starts.writer(plan, run);
    writer.restore(header.sequence(), loaded.deltas(), loaded.deltaBytes(), loaded.contextBytes());
    var live = new LiveRun(executor, plan, run, loaded.state(), writer);
    live.watch.begins(Begin.RESUMED, false);
    return new Found(live, loaded.state(), writer, loaded.marks(), loaded.rewritten());
  }

  private static boolean hasFailed(RunHeader header) {
    return header.status() == RunStatus.FAILED || header.status() == RunStatus.FAILING;
  }

  /// Makes a loaded run live; nobody drives it yet.
  ///
  /// @param again whether somebody says that it is to go on, also if it has failed
  private Begun drive(Found found, boolean again) {
    var state = found.state();
    if (state.status().isFinal()) {
      return new Begun(found.run(), true); // only its outcome is asked for
    }
    if (state.isOver() && !(again && found.isResumable())) {
      return new Begun(found.run(), true); // it stands still
    }
    return admitted(
        found,
        () -> {
          if (again) {
            found.goOn(aftermath);
          } else {
            found.adopt(aftermath);
          }
        });
  }

  /// Makes a loaded run live and then changes it, so that it is not changed if there is no room.
  private Begun admitted(Found found, Runnable changes) {
    executor.live().admit(found.run());
    boolean written = false;
    try {
      changes.run();
      written = true;
    } finally {
      if (!written) {
        executor.live().remove(found.run());
      }
    }
    return new Begun(found.run(), true);
  }

  /// The input of an item as it is stored for a step; empty if it is the values of a group, which
  /// are stored already.
  static byte[] payload(Item item, PlanStep step) {
    if (item.input instanceof Group) {
      return new byte[0];
    }
    return item.marks().delivers()
        ? step.stored().writeOutput(item.input)
        : step.stored().writeInput(item.input);
  }

  private RunHeader header(RunId id) {
    return find(id)
        .orElseThrow(
            () -> new UnknownRunException(id, "is not in the store " + committer.location()));
  }
}
