package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.StepTimeoutException;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.StepCommit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;

/// A [RunState] with its commit section, moved on event by event in any order, as threads and
/// timers would. All items that are ready count as being executed.
final class ExploredRun {
  /// Commits are written at once here.
  private static final GroupCommitter NEVER_USED = unused();

  private static final PayloadCodec CODEC = new PayloadCodec(PayloadLimits.defaults());

  private static final PayloadType<RandomToken> SIGNALS = CODEC.type(TypeRef.of(RandomToken.class));

  private static final RunId ID = RunId.of("explored");

  private final ManualTime time = new ManualTime();
  private final Watch watch = unseen(time);
  private final Plan plan;
  private final RunIdentity run;
  private final Attempt attempt;
  private final StepContextImpl ctx;

  // of a durable run
  private @Nullable MemoryCheckpointStore store;
  private @Nullable RunWriter writer;

  private RunState state;
  private CommitSection section;
  private Set<Item> inFlight = new HashSet<>(); // items are equal if they are the same

  /// Commits that the store has refused, with what they release; null if it takes all.
  private @Nullable List<Refused> refused;

  private record Refused(StepCommit commit, List<Item> released) {}

  /// The plan of a workflow, for runs that are stored or not.
  static Plan plan(Workflow<?, ?, ?> workflow, boolean durable) {
    return Plan.of(workflow, durable ? CODEC : null);
  }

  ExploredRun(Plan plan, Object input) {
    boolean durable = plan.payloads != null;
    this.plan = plan;
    this.run = RunIdentity.of(ID, "explored", ManualTime.BEGIN, RunOptions.none());
    this.attempt =
        new Attempt(
            Thread.ofVirtual().factory(), new SplittableRandom(1), time, durable, Mdc.of(false));
    this.ctx = new StepContextImpl(run, plan, Thread.currentThread(), -1);
    var supplier = plan.initialContext;
    this.state = new RunState(plan, supplier == null ? null : supplier.get());
    if (durable) {
      open(MemoryCheckpointStore.create());
    }
    this.section = section();
    start(input);
  }

  private void start(Object input) {
    var out = section.begin();
    if (out != null) {
      var payloads = plan.payloads;
      var context = state.context;
      begun(writer)
          .start(
              out,
              plan.start.stored().writeInput(input),
              context == null || payloads == null
                  ? null
                  : payloads.contexts().write("the context", context));
    }
    state.start(input, out);
    commit(out);
  }

  // --- what may happen

  boolean isOver() {
    return state.isOver();
  }

  boolean isEnding() {
    return state.isEnding();
  }

  boolean isCancelling() {
    return state.status() == RunStatus.CANCELLING;
  }

  boolean isWaiting() {
    return state.status() == RunStatus.WAITING;
  }

  boolean isDurable() {
    return plan.payloads != null;
  }

  boolean canWake() {
    return !state.isEnding() && !state.isOver() && state.queue.firstWake() != 0;
  }

  /// The items whose attempts may come back next, in the order of their coming into being.
  List<Item> inFlight() {
    return attempts(item -> !isLate(item));
  }

  /// The attempts that may still come back though nobody waits for them: their group has closed, or
  /// their signal has come while they were to end the wait.
  List<Item> late() {
    return attempts(this::isLate);
  }

  private List<Item> attempts(Predicate<Item> which) {
    if (state.isOver()) {
      return List.of();
    }
    return state.queue.ready.stream()
        .filter(item -> !state.isEnding() || inFlight.contains(item))
        .filter(which)
        .sorted(Comparator.comparingLong(item -> item.sequence))
        .toList();
  }

  private boolean isLate(Item item) {
    return state.waits.isStale(item) || Tally.isClosed(item.place);
  }

  // --- events

  /// An attempt comes back, and its commit is durable.
  void execute(Item item) {
    commit(applied(item));
  }

  /// An attempt comes back, and the process dies before its commit is durable.
  void executeAndLose(Item item) {
    var _ = applied(item);
    reload();
  }

  private @Nullable CommitBuilder applied(Item item) {
    ctx.begin(item, state.context);
    var out = applied(item, attempt.execute(item, ctx));
    ctx.end();
    return out;
  }

  private @Nullable CommitBuilder applied(Item item, Outcome outcome) {
    var wasEnding = state.isEnding();
    state.queue.ready.remove(item);
    inFlight.remove(item);
    var out = section.begin();
    section.apply(item, outcome, out);
    if (!wasEnding) {
      noteInFlight();
    }
    return out;
  }

  /// The time of an attempt is over.
  void timeOut(Item item) {
    var limit = Objects.requireNonNull(item.step.timeout, "timeout");
    var error = new StepTimeoutException(item.step.name, limit);
    commit(applied(item, attempt.failed(item, error, attempt.since(item))));
  }

  /// An attempt comes back that nobody waits for.
  void comeBackLate() {
    var item = late().getFirst();
    state.queue.ready.remove(item);
    inFlight.remove(item);
    ctx.begin(item, state.context);
    var _ = attempt.execute(item, ctx);
    ctx.end();
    if (!state.waits.isStale(item)) {
      state.closing().drop(item);
    }
  }

  SignalAnswer signal(RandomSending sending) {
    var to = new Awaited(sending.signal(), sending.key());
    var payload = isDurable() ? SIGNALS.write("a signal", sending.value()) : new byte[0];
    var out = section.begin();
    var answer = state.waits.signal(to, sending.value(), payload, out);
    commit(out);
    return answer;
  }

  void miss() {
    var out = section.begin();
    state.miss(time.now());
    noteInFlight();
    commit(out);
  }

  void wake() {
    long due = state.queue.firstWake();
    time.advance(Duration.between(time.now(), Instant.ofEpochMilli(due)));
    state.queue.wake(due);
  }

  void cancel() {
    var out = section.begin();
    state.cancel(false);
    noteInFlight();
    commit(out);
  }

  /// What is still being executed is given up.
  void settle() {
    var out = section.begin();
    state.settle();
    commit(out);
  }

  private void noteInFlight() {
    if (state.isEnding()) {
      inFlight = new HashSet<>();
      state.queue.ready.forEach(inFlight::add);
    }
  }

  // --- the store

  private void commit(@Nullable CommitBuilder out) {
    if (out == null) {
      return;
    }
    var next = new Refused(begun(writer).commit(out, state), out.released());
    if (refused == null) {
      store(next);
    } else {
      refused.add(next);
    }
  }

  private void store(Refused next) {
    if (!begun(store).append(List.of(next.commit)).isEmpty()) {
      throw new IllegalStateException("a commit was not expected");
    }
    if (!state.isOver()) {
      state.queue.release(next.released);
    }
  }

  /// The store refuses commits from now on.
  void refuse() {
    refused = new ArrayList<>();
  }

  /// The store takes commits again.
  void take() {
    var commits = begun(refused);
    refused = null;
    commits.forEach(this::store);
    state.queue.wake(time.now().toEpochMilli());
  }

  /// The process dies, and the next one loads the run. What was in flight is executed again, unless
  /// the run was ending.
  void reload() {
    refused = null;
    open(begun(store).reopen());
    var reads = StoreReads.of(begun(store));
    var header = begun(store).find(ID).orElseThrow();
    var loaded = RunLoader.load(reads, plan, begun(plan.payloads), EntryCodec.SHARED, header);
    begun(writer)
        .restore(header.sequence(), loaded.deltas(), loaded.deltaBytes(), loaded.contextBytes());
    state = loaded.state();
    section = section();
    state.queue.wake(time.now().toEpochMilli());
    inFlight.clear();
  }

  private void open(MemoryCheckpointStore opened) {
    store = opened;
    writer = new RunWriter(NEVER_USED, EntryCodec.SHARED, plan, begun(plan.payloads), run, time);
  }

  private static GroupCommitter unused() {
    var store = MemoryCheckpointStore.create();
    var time = new ManualTime();
    var live = new LiveRuns(new ReentrantLock(), null);
    var watch = new StoreWatch(unseen(time), live, store.location());
    var platform = Thread.ofPlatform().daemon().factory();
    var threading = new Threading(platform, platform, ReentrantLock::new);
    return new GroupCommitter(store, threading, time, _ -> {}, watch);
  }

  private static Watch unseen(TimeSource time) {
    var context = Mdc.of(false);
    return new Watch(null, time, false, context, new RunLog(NOPLogger.NOP_LOGGER, context));
  }

  private CommitSection section() {
    return new CommitSection(
        run,
        plan,
        state,
        writer,
        time,
        attempt,
        new RunWatch(watch, run, plan, plan.payloads != null));
  }

  private static <T> T begun(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("a transient run has no store");
    }
    return part;
  }

  ModelAccount account() {
    var outputs = new ArrayList<Object>();
    state.outputs().forEach(output -> outputs.add(output.value()));
    var context = state.context;
    return new ModelAccount(
        ModelAccount.verdict(state.result()),
        outputs,
        context == null ? "no context" : context,
        List.of(),
        List.of());
  }
}
