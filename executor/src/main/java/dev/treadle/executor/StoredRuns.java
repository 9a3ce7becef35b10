package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Workflow;
import dev.treadle.executor.ExecutorImpl.Beginning;
import dev.treadle.executor.ExecutorImpl.Begun;
import dev.treadle.executor.RunWatch.Begin;
import dev.treadle.executor.spi.CheckpointReader;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.StoreDamagedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The durable side of an executor: begins, loads and deletes stored runs. Safe for use by many
/// threads.
final class StoredRuns {
  private static final int REWRITTEN_AT_ONCE = 1_000;

  private final ExecutorImpl executor;
  private final GroupCommitter committer;
  private final PayloadCodec payloads;
  private final EntryCodec entries = EntryCodec.SHARED;
  private final Aftermath aftermath;

  /// Whoever begins, loads or deletes a run of a chosen id holds the lock that its hash code
  /// chooses, so that nobody else does meanwhile.
  private final ReentrantLock[] locks = new ReentrantLock[256];

  StoredRuns(ExecutorImpl executor, CheckpointStore store, PayloadLimits limits) {
    this.executor = executor;
    this.payloads = new PayloadCodec(limits);
    for (int i = 0; i < locks.length; i++) {
      locks[i] = executor.threading().locks().get();
    }
    this.committer =
        new GroupCommitter(
            store,
            executor.threading(),
            executor.time(),
            executor.live()::storeEnded,
            new StoreWatch(executor.watch(), executor.live(), store.location()));
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
    var payload = checkedInput(plan, input);
    if (unique) {
      return start(begin, input, payload)
          .orElseThrow(() -> new RunConflictException(run.id(), "exists, though its id is random"));
    }
    return locked(
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
    return locked(
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
    requireWorkflow(plan, id, header.workflow());
    var status = header.status();
    if (!status.isFinal() && status != RunStatus.FAILED && status != RunStatus.STALLED) {
      return null;
    }
    return RunLoader.load(committer::call, plan, of(plan), entries, header).state().result();
  }

  /// Goes on with a stored run, from its failed items if it has failed.
  Begun resume(Plan plan, RunId id) {
    return locked(
        id,
        () -> {
          var other = executor.live().find(id);
          if (other != null) {
            requireWorkflow(plan, id, other.plan().workflow.name());
            return new Begun(other, false);
          }
          return drive(load(plan, header(id), true), true);
        });
  }

  /// Whether the stored runs of a workflow fit it.
  CheckReport check(Plan plan) {
    return new RunCheck(committer::call, plan, of(plan), entries).report();
  }

  /// As [#check(Plan)], of a store that nobody writes to from here.
  static CheckReport check(
      CheckpointReader reader, Workflow<?, ?, ?> workflow, PayloadLimits most) {
    var plan = Plan.of(workflow, new PayloadCodec(most));
    return new RunCheck(StoreReads.of(reader), plan, of(plan), EntryCodec.SHARED).report();
  }

  /// Has what a failed run has done undone.
  Begun compensate(Plan plan, RunId id) {
    return locked(
        id,
        () -> {
          requireIdle(id);
          var found = loadFailed(plan, id, "compensated; cancel it by cancelAndCompensate()");
          var state = found.state();
          return state.undos.canBegin()
              ? admitted(found, () -> beginUndos(found))
              : drive(found, false);
        });
  }

  /// Loads a failed run that may go on, to be repaired.
  Found failed(Plan plan, RunId id) {
    return locked(
        id,
        () -> {
          requireIdle(id);
          var found = loadFailed(plan, id, "repaired");
          if (!found.state().canGoOn(found.run().run.compensation())) {
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
    locked(
        found.id(),
        () -> {
          requireIdle(found.id());
          rewrite(found);
          var out = found.writer().begin(found.state());
          found.state().settle();
          change.apply(out);
          commit(found, out);
          return true;
        });
  }

  /// Lets a loaded run go on.
  Begun resume(Found found) {
    return executor.live().withRoomFor(found.id(), () -> resumeNow(found));
  }

  private Begun resumeNow(Found found) {
    return locked(
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
    requireWorkflow(plan, id, header.workflow());
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
    return locked(
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
          return new StoredSignal(committer, EntryCodec.SHARED, header, to)
              .send(payload, executor.time());
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
        locked(
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
    return locked(
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

  /// Does something while nobody else begins, loads or deletes a run of the id.
  private <T extends @Nullable Object> T locked(RunId id, Supplier<T> work) {
    var lock = locks[place(id)];
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private int place(RunId id) {
    return Math.floorMod(id.hashCode(), locks.length);
  }

  /// The input as it is stored, after a look at whether it reads back.
  private static byte[] checkedInput(Plan plan, Object input) {
    var type = plan.start.stored();
    var payload = type.writeInput(input);
    type.readInput(payload);
    return payload;
  }

  private Optional<Begun> startUnlessStored(Beginning begin, Object input, byte[] payload) {
    try {
      return start(begin, input, payload);
    } catch (ExecutorFullException e) {
      if (find(begin.run().id()).isEmpty()) {
        throw e;
      }
      return Optional.empty(); // a run that is over needs no room
    }
  }

  /// A run whose first commit is yet to be written.
  record First(LiveRun run, RunState state, RunWriter writer, CommitBuilder out) {
    /// The first commit; to be called once.
    StepCommit commit() {
      return writer.commit(out, state);
    }

    List<Item> released() {
      return out.released();
    }
  }

  /// Makes a run that begins; nothing knows of it yet.
  First first(Beginning begin, Object input) {
    return first(begin, input, checkedInput(begin.plan(), input));
  }

  private First first(Beginning begin, Object input, byte[] payload) {
    var plan = begin.plan();
    var state = new RunState(plan, begin.context());
    var writer = writer(plan, begin.run());
    var out = writer.begin(state);
    byte[] context = null;
    if (begin.context() != null) {
      var type = of(plan).contexts();
      context = type.write("the context to begin with", begin.context());
      type.read("the context to begin with", context);
    }
    writer.start(out, payload, context);
    state.start(input, out);
    return new First(new LiveRun(executor, plan, begin.run(), state, writer), state, writer, out);
  }

  private Optional<Begun> start(Beginning begin, Object input, byte[] payload) {
    var first = first(begin, input, payload);
    var live = first.run();
    var other = executor.live().admit(live);
    if (other != null) {
      return Optional.empty();
    }
    boolean begun = false;
    try {
      begun = first.writer().submit(first.out(), first.state()).await();
    } finally {
      if (!begun) {
        executor.live().remove(live);
      }
    }
    first.state().queue.release(first.released());
    return begun ? Optional.of(new Begun(live, true)) : Optional.empty();
  }

  private Begun existing(Plan plan, RunId id, Object input, byte[] payload) {
    var other = executor.live().find(id);
    if (other != null) {
      requireWorkflow(plan, id, other.plan().workflow.name());
    }
    var header = header(id);
    requireSame(plan, header, input, payload);
    return other != null ? new Begun(other, false) : drive(load(plan, header, false), false);
  }

  /// The status of a run, or null if there is none of that id; the caller holds the lock of the id.
  ///
  /// @throws RunConflictException if it has another workflow or another input
  @Nullable RunStatus statusOf(Plan plan, RunId id, Object input) {
    var header = find(id);
    header.ifPresent(found -> requireSame(plan, found, input, checkedInput(plan, input)));
    return header.map(RunHeader::status).orElse(null);
  }

  private void requireSame(Plan plan, RunHeader header, Object input, byte[] payload) {
    requireWorkflow(plan, header.id(), header.workflow());
    if (!isSame(plan, header.id(), input, payload, RunLoader.input(committer::call, header))) {
      throw new RunConflictException(
          header.id(),
          "exists with another input; choose another id, or resume it by resume(workflow, id)");
    }
  }

  /// Locks ids, in an order that everybody keeps; each lock of the answer is to be unlocked.
  List<ReentrantLock> lockAll(Set<RunId> ids) {
    var places = new TreeSet<Integer>();
    ids.forEach(id -> places.add(place(id)));
    var taken = places.stream().map(place -> locks[place]).toList();
    taken.forEach(ReentrantLock::lock);
    return taken;
  }

  /// A run that is driven here, once it has begun durably.
  @Nullable LiveRun driven(RunId id) {
    return locked(id, () -> executor.live().find(id));
  }

  /// Whether a stored input, of whatever version of the workflow, is the same as a given one.
  private boolean isSame(Plan plan, RunId id, Object input, byte[] payload, byte[] stored) {
    try {
      var first = plan.start.stored();
      var read = first.inputRead(stored);
      var present = read.turned() ? first.writeInput(read.value()) : stored;
      return read.value().equals(input)
          || payloads.sameJson("the input of a stored run", payload, present);
    } catch (PayloadException e) {
      throw new RunMisfitException(id, List.of(String.valueOf(e.getMessage())));
    }
  }

  /// A stored run, loaded; nobody drives it.
  record Found(
      LiveRun run,
      RunState state,
      RunWriter writer,
      Map<Long, StartMark> marks,
      List<Entry> rewritten) {
    RunId id() {
      return run.run.id();
    }
  }

  /// Loads a run.
  ///
  /// @param again whether a failed run is to go on, without a deadline that has passed
  private Found load(Plan plan, RunHeader header, boolean again) {
    requireWorkflow(plan, header.id(), header.workflow());
    if (!header.status().isFinal()) {
      committer.call(store -> {
        store.discardUnfinished(header.id());
        return true;
      });
    }
    var loaded = RunLoader.load(committer::call, plan, of(plan), entries, header);
    boolean late = loaded.run().isLate(executor.time().now());
    var run = again && hasFailed(header) && late ? loaded.run().withoutDeadline() : loaded.run();
    var writer = writer(plan, run);
    writer.restore(header.sequence(), loaded.deltas(), loaded.deltaBytes(), loaded.contextBytes());
    var live = new LiveRun(executor, plan, run, loaded.state(), writer);
    live.watch.begins(Begin.RESUMED, false);
    return new Found(live, loaded.state(), writer, loaded.marks(), loaded.rewritten());
  }

  private static boolean hasFailed(RunHeader header) {
    return header.status() == RunStatus.FAILED || header.status() == RunStatus.FAILING;
  }

  /// Stores anew what an earlier version of the workflow has stored. In several commits: whatever
  /// of them is durable, the run can be loaded.
  private static void rewrite(Found found) {
    var entries = found.rewritten();
    for (int from = 0; from < entries.size(); from += REWRITTEN_AT_ONCE) {
      var out = found.writer().begin(found.state());
      entries
          .subList(from, Math.min(entries.size(), from + REWRITTEN_AT_ONCE))
          .forEach(out::rewrite);
      commit(found, out);
    }
    entries.clear();
  }

  /// Makes a loaded run live; nobody drives it yet.
  ///
  /// @param again whether somebody says that it is to go on, also if it has failed
  private Begun drive(Found found, boolean again) {
    var state = found.state();
    if (state.status().isFinal()) {
      return new Begun(found.run(), true); // only its outcome is asked for
    }
    if (state.isOver() && !(again && isResumable(found))) {
      return new Begun(found.run(), true); // it stands still
    }
    return admitted(
        found,
        () -> {
          rewrite(found);
          if (again) {
            goOn(found);
          }
          assess(found, again ? Map.of() : found.marks());
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

  private static void beginUndos(Found found) {
    rewrite(found);
    found.run().watch.begins(Begin.RESUMED, true);
    var out = found.writer().begin(found.state());
    found.state().compensate();
    commit(found, out);
  }

  /// Commits what a loaded run that nobody drives is changed to.
  private static void commit(Found found, CommitBuilder out) {
    var state = found.state();
    if (!found.writer().submit(out, state).await()) {
      throw new RunConflictException(found.id(), "was changed by somebody else");
    }
    state.queue.release(out.released());
  }

  private static boolean isResumable(Found found) {
    return found.state().status() == RunStatus.QUARANTINED
        || found.state().canGoOn(found.run().run.compensation());
  }

  /// Somebody says that a run is to go on, whatever has happened.
  private static void goOn(Found found) {
    var state = found.state();
    boolean resumes = isResumable(found);
    if (!resumes && found.marks().isEmpty()) {
      return;
    }
    var out = found.writer().begin(state);
    found.marks().keySet().forEach(id -> out.remove(id, id));
    if (resumes) {
      found.run().watch.begins(Begin.RESUMED, true);
      state.settle();
      state.resume(item -> payload(item, item.step), out);
    }
    commit(found, out);
    state.queue.inSequence();
  }

  private void assess(Found found, Map<Long, StartMark> marks) {
    var out = found.writer().begin(found.state());
    if (aftermath.assess(found.state(), marks, out)) {
      commit(found, out);
    }
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

  private static void requireWorkflow(Plan plan, RunId id, String workflow) {
    if (!plan.workflow.name().equals(workflow)) {
      throw new RunConflictException(
          id, "is of workflow \"" + workflow + "\", not of \"" + plan.workflow.name() + '"');
    }
  }

  private RunWriter writer(Plan plan, RunIdentity run) {
    return new RunWriter(committer, entries, plan, of(plan), run, executor.time());
  }

  private static PlanPayloads of(Plan plan) {
    if (plan.payloads == null) {
      throw new IllegalStateException("the plan was made for a transient executor");
    }
    return plan.payloads;
  }
}
