package dev.treadle.executor;

import dev.treadle.RunStatus;
import dev.treadle.StepFailure;
import dev.treadle.Transition;
import dev.treadle.TreadleException;
import dev.treadle.executor.spi.RunHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A run that is driven here: threads, the lock and the timers around a [RunState].
///
/// Items are executed by workers: the caller of `run` and virtual threads. A worker takes an item
/// under the run's lock, executes it without, and commits it under the lock again; a durable commit
/// gives the lock up while the store works. A new worker is started when items are left over and no
/// other is starting; so trivial items are executed by as many threads as there are processors, and
/// items that block by as many as the parallelism allows.
///
/// A transient run with nothing to do side by side is driven solo: its one worker keeps the state
/// to itself, without the lock, until something happens that is more than one item following
/// another.
final class LiveRun {
  /// How long attempts in flight may take to come back when a run ends; the design's figure.
  static final Duration GRACE = Duration.ofSeconds(30);

  private final ExecutorImpl executor;
  private final Plan plan;
  final RunIdentity run;
  private final int parallelism;
  private final @Nullable RunWriter writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /// Nothing new may start. Set under the lock; read by a solo worker without.
  private volatile boolean stop;

  // guarded by lock; the state is the worker's while it is solo
  private final RunState state;
  private final WorkerList executing = new WorkerList();
  private int busy;
  private boolean starting;
  private boolean settling;
  private long wakeAt;
  private @Nullable TreadleException halt;
  private @Nullable Throwable cause;
  private @Nullable Object result;

  // guarded by lock: the run as last made durable
  private long shownSequence;
  private RunStatus shownStatus;
  private int shownOutputs;
  private @Nullable Object shownContext;

  LiveRun(
      ExecutorImpl executor,
      Plan plan,
      RunIdentity run,
      RunState state,
      @Nullable RunWriter writer) {
    this.executor = executor;
    this.plan = plan;
    this.run = run;
    this.state = state;
    this.writer = writer;
    this.parallelism = executor.parallelism();
    this.shownStatus = state.status();
    this.shownOutputs = state.outputs().size();
    this.shownContext = state.context;
  }

  // --- driving

  /// Drives the run on the caller's thread, and returns when it is over.
  Object drive() throws InterruptedException {
    lock.lock();
    try {
      open();
      busy++;
      work(true);
      while (result == null) {
        changed.await();
      }
      return result;
    } catch (InterruptedException e) {
      haltHere(
          new ExecutorClosedException("run " + run.id() + " was left by its interrupted caller"));
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /// Drives the run on virtual threads.
  void launch() {
    lock.lock();
    try {
      open();
      spawn();
      if (busy == 0) {
        quiet();
      }
    } finally {
      lock.unlock();
    }
  }

  /// A run that was loaded may be ending already, and may have been resumed since.
  private void open() {
    stop |= state.isEnding() || state.isOver();
    shownStatus = state.status();
    state.wake(executor.time().now().toEpochMilli());
  }

  private void onNewThread() {
    lock.lock();
    try {
      starting = false;
      work(false);
    } finally {
      lock.unlock();
    }
  }

  /// Executes items until there is none for this thread. The lock is held before and after.
  private void work(boolean caller) {
    var me = new Worker(new StepContextImpl(run, plan, Thread.currentThread(), -1), caller);
    try {
      for (var item = take(); item != null; item = take()) {
        spawn();
        execute(me, item);
      }
    } catch (TreadleException e) {
      broken(e);
    } catch (RuntimeException | Error e) { // a fault of the library, or no memory
      broken(new UnexpectedErrorException(run.id(), e));
      throw e;
    } finally {
      if (!me.fenced) {
        busy--;
      }
      if (busy == 0) {
        quiet();
      }
    }
  }

  private @Nullable Item take() {
    return stop || state.isOver() ? null : state.ready.poll();
  }

  /// Starts one more worker if there is work for it and no other is starting.
  private void spawn() {
    if (!stop && !starting && busy < parallelism && !state.ready.isEmpty()) {
      starting = true;
      busy++;
      executor.threads().newThread(this::onNewThread).start();
    }
  }

  private void execute(Worker me, Item first) {
    var item = first;
    Outcome outcome;
    me.ctx.begin(item, shownContext);
    executing.add(me);
    boolean solo =
        writer == null
            && busy == 1
            && (parallelism == 1 || state.ready.isEmpty())
            && state.firstDue() == 0;
    lock.unlock();
    try {
      if (solo) {
        var end = solo(me, item);
        item = end.item;
        outcome = end.outcome;
      } else {
        outcome = executor.attempt().execute(item, me.ctx);
      }
    } finally {
      lock.lock();
      executing.remove(me);
    }
    me.ctx.end();
    boolean cut = me.clearInterrupt();
    if (me.fenced || state.isOver() || result != null) {
      return; // the run has gone on without this attempt
    }
    if (outcome instanceof Outcome.Failed(var error, _) && isCut(me, cut, error)) {
      state.putBack(item);
      return;
    }
    commit(item, outcome);
  }

  /// Whether an attempt failed because the run, or the caller of `run`, was interrupted; that is no
  /// failure of the item.
  private boolean isCut(Worker me, boolean interruptedByRun, Throwable error) {
    if (interruptedByRun) {
      return true;
    }
    if (me.caller && error instanceof InterruptedException) {
      Thread.currentThread().interrupt(); // for the wait in drive()
      stop = true;
      return true;
    }
    return false;
  }

  private record SoloEnd(Item item, Outcome outcome) {}

  /// Executes one item after another for as long as each is followed by just one. Without the lock:
  /// nobody else touches the queue and the counter meanwhile.
  private SoloEnd solo(Worker me, Item first) {
    var ctx = me.ctx;
    var attempt = executor.attempt();
    var item = first;
    while (true) {
      var step = item.step;
      if (step.batch > 0 || item instanceof MarkedItem) {
        return new SoloEnd(item, attempt.execute(item, ctx));
      }
      Transition<Object> transition;
      try {
        transition = step.node.process(ctx, item.input());
      } catch (Throwable e) { // whatever a step throws is the step's failure
        return new SoloEnd(item, attempt.failed(item, e));
      }
      if (!me.caller) {
        Thread.interrupted(); // a step's own; the run sets stop before it interrupts
      }
      if (!(transition instanceof Transition.Next<Object> next) || ctx.changes() != null || stop) {
        return new SoloEnd(item, attempt.evaluate(item, transition, ctx));
      }
      var to = step.only;
      if (to == null) {
        if (step.onlyArms == null) {
          return new SoloEnd(item, attempt.evaluate(item, transition, ctx));
        }
        try {
          to = Routing.choose(step, step.onlyArms, next.output()).step();
        } catch (StepDefect e) {
          return new SoloEnd(item, new Outcome.Failed(e.reason(), -1));
        }
      }
      item = follow(new Item(to, next.output(), state.nextId++, item.place));
      ctx.begin(item, state.context);
    }
  }

  /// The item to execute after a new one has entered the queue.
  private Item follow(Item added) {
    if (state.ready.isEmpty()) {
      return added;
    }
    state.ready.addLast(added);
    return state.ready.removeFirst();
  }

  // --- committing

  private void commit(Item item, Outcome outcome) {
    var out = begin();
    switch (outcome) {
      case Outcome.Success(var transition, var routing, var changes) -> {
        if (changeContext(item, changes, out)) {
          state.succeed(item, transition, routing, out);
        }
      }
      case Outcome.Later(var output, var millis, var payload, var changes) -> {
        if (changeContext(item, changes, out)) {
          state.postpone(item, output, ItemMarks.delivery(in(millis)), payload, out);
        }
      }
      case Outcome.Failed(var error, var retryMillis) -> failed(item, error, retryMillis, out);
    }
    finish(out);
  }

  /// Applies what a step asks of the context.
  ///
  /// @return false if that failed; the item has then failed instead
  private boolean changeContext(
      Item item, List<ContextChange> changes, @Nullable CommitBuilder out) {
    if (changes.isEmpty()) {
      return true;
    }
    try {
      var after = ContextChange.apply(plan, item.step, state.context(), changes);
      if (writer != null && out != null) {
        writer.write(writer.encode(item.step, after, changes), state, out);
      }
      state.context = after;
      return true;
    } catch (StepDefect e) {
      failed(item, e.reason(), -1, out);
      return false;
    }
  }

  private void failed(Item item, Throwable error, long retryMillis, @Nullable CommitBuilder out) {
    var why = Failures.describe(item, error);
    var fallback = item.step.fallback;
    if (retryMillis >= 0) {
      var marks = item.marks().again(why, retryMillis == 0 ? 0 : in(retryMillis));
      state.postpone(item, item.input, marks, payload(item, item.step), out);
    } else if (fallback != null && !item.marks().delivers()) {
      state.fallBack(item, fallback, why, payload(item, fallback.step()), out);
    } else {
      if (!state.isEnding()) {
        cause = error;
      }
      state.fail(item, why, payload(item, item.step), out);
    }
  }

  /// The input of an item as it is stored for a step.
  private byte[] payload(Item item, PlanStep step) {
    if (writer == null || item.input instanceof Group) {
      return new byte[0];
    }
    return item.marks().delivers()
        ? step.stored().writeOutput(item.input)
        : step.stored().writeInput(item.input);
  }

  private @Nullable CommitBuilder begin() {
    return writer == null ? null : writer.begin(state);
  }

  /// Ends an event: makes it durable, shows it, and lets go on what it has released.
  private void finish(@Nullable CommitBuilder out) {
    boolean over = state.isOver();
    if (over || state.isEnding()) {
      stopAll();
    }
    var context = state.context;
    var status = state.status();
    int outputs = state.outputs().size();
    long sequence = shownSequence + 1;
    if (out != null && writer != null) {
      var pending = writer.submit(out, state);
      sequence = writer.sequence();
      lock.unlock();
      boolean accepted;
      try {
        accepted = pending.await();
      } finally {
        lock.lock();
      }
      if (!accepted) {
        throw new RunConflictException(
            run.id(), "somebody else has changed the stored run; this executor lets go of it");
      }
    }
    if (sequence > shownSequence) { // commits may be acknowledged out of order
      shownSequence = sequence;
      shownContext = context;
      shownStatus = status;
      shownOutputs = outputs;
    }
    if (over) {
      complete(outcome());
    } else if (!state.isOver()) {
      if (out != null) {
        state.release(out.released());
      }
      scheduleWake();
    }
  }

  /// Nothing new starts from now on, and what is being executed is interrupted.
  private void stopAll() {
    if (stop) {
      return;
    }
    stop = true;
    interruptAll();
    if (state.isEnding() && !executing.isEmpty()) {
      executor.time().schedule(executor.time().now().plus(GRACE), this::graceIsOver);
    }
  }

  private void interruptAll() {
    executing.forEach(worker -> {
      worker.interrupted = true;
      worker.thread.interrupt();
    });
  }

  private void graceIsOver() {
    lock.lock();
    try {
      if (!state.isEnding() || result != null) {
        return;
      }
      var late = new ArrayList<Worker>(1);
      executing.forEach(late::add);
      for (var worker : late) {
        if (!worker.fenced) {
          worker.fenced = true;
          busy--;
        }
      }
      if (busy == 0) {
        // a durable end waits for the store, and the thread of the timers must not
        executor.threads().newThread(this::quietUnderLock).start();
      }
    } finally {
      lock.unlock();
    }
  }

  private void quietUnderLock() {
    lock.lock();
    try {
      if (busy == 0) {
        quiet();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- when no worker is left

  private void quiet() {
    if (result != null || settling) {
      return;
    }
    if (state.isEnding()) {
      settling = true;
      try {
        var out = begin();
        state.settle();
        finish(out);
      } catch (TreadleException e) {
        broken(e);
      } finally {
        settling = false;
      }
    }
    if (result != null) {
      return;
    }
    if (state.isOver()) {
      complete(outcome());
    } else if (halt != null) {
      complete(halt);
    } else if (!stop) {
      spawn();
      scheduleWake();
    }
  }

  private Object outcome() {
    return switch (state.status()) {
      case COMPLETED -> {
        var output = state.output();
        yield output == null
            ? new RunResult.CompletedWithoutOutput<>()
            : new RunResult.Completed<>(output.value());
      }
      case FAILED -> new RunResult.Failed<>(failure());
      case STALLED -> new RunResult.Stalled<>(state.holds());
      case CANCELLED -> new RunResult.Cancelled<>();
      default -> throw new IllegalStateException("run " + run.id() + " is " + state.status());
    };
  }

  private StepFailure failure() {
    var failure = state.failure();
    if (failure == null) {
      throw new IllegalStateException("run " + run.id() + " has failed without a failure");
    }
    return failure;
  }

  /// The store has failed: the run stops here, whatever its state.
  private void broken(TreadleException e) {
    stop = true;
    interruptAll();
    complete(e);
  }

  private void complete(Object end) {
    if (result == null) {
      result = end;
      changed.signalAll();
      executor.ended(this);
    }
  }

  // --- timers

  private long in(long millis) {
    return executor.time().now().toEpochMilli() + millis;
  }

  private void scheduleWake() {
    long due = state.firstWake();
    if (due != 0 && !stop && (wakeAt == 0 || due < wakeAt)) {
      wakeAt = due;
      executor.time().schedule(Instant.ofEpochMilli(due), this::wake);
    }
  }

  private void wake() {
    lock.lock();
    try {
      wakeAt = 0;
      if (!stop) {
        state.wake(executor.time().now().toEpochMilli());
        spawn();
        scheduleWake();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- from outside

  /// Asks for a cancel; see [RunHandle#cancel].
  RunStatus cancel() {
    lock.lock();
    try {
      if (result instanceof TreadleException || state.isOver() || state.isEnding()) {
        return state.status();
      }
      var out = begin();
      state.cancel();
      try {
        finish(out);
      } catch (TreadleException e) {
        broken(e);
        throw e;
      }
      if (busy == 0) {
        quiet();
      }
      return state.status();
    } finally {
      lock.unlock();
    }
  }

  /// Stops driving the run and leaves it as it is; a durable one can be resumed.
  void halt(TreadleException why) {
    lock.lock();
    try {
      haltHere(why);
    } finally {
      lock.unlock();
    }
  }

  private void haltHere(TreadleException why) {
    halt = why;
    stop = true;
    if (busy == 0) {
      quiet();
    }
  }

  /// The run's store takes no commits any more.
  void storeEnded(TreadleException reason) {
    lock.lock();
    try {
      broken(reason);
    } finally {
      lock.unlock();
    }
  }

  /// Interrupts what is being executed, after [#halt].
  void interrupt() {
    lock.lock();
    try {
      interruptAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether the calling thread executes a step of this run.
  boolean isExecutedByCaller() {
    lock.lock();
    try {
      var found = new ArrayList<Worker>(1);
      executing.forEach(worker -> {
        if (worker.thread.equals(Thread.currentThread())) {
          found.add(worker);
        }
      });
      return !found.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the end.
  ///
  /// @param nanos how long at most, or less than 0 for as long as it takes
  /// @return a [RunResult] or a [TreadleException], or null if the time is over
  @Nullable Object await(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (result == null) {
        if (nanos < 0) {
          changed.await();
        } else if (left <= 0) {
          return null;
        } else {
          left = changed.awaitNanos(left);
        }
      }
      return result;
    } finally {
      lock.unlock();
    }
  }

  /// What the failing step threw, if it was here.
  @Nullable Throwable cause() {
    lock.lock();
    try {
      return cause;
    } finally {
      lock.unlock();
    }
  }

  RunStatus shownStatus() {
    lock.lock();
    try {
      boolean suspended = result == null && writer != null && writer.committer().refusal() != null;
      return suspended ? RunStatus.SUSPENDED : shownStatus;
    } finally {
      lock.unlock();
    }
  }

  List<Object> shownOutputs() {
    lock.lock();
    try {
      var values = new ArrayList<Object>(shownOutputs);
      for (var output : state.outputs().subList(0, shownOutputs)) {
        values.add(output.value());
      }
      return List.copyOf(values);
    } finally {
      lock.unlock();
    }
  }

  /// Whether the run ended here only because it was halted.
  boolean isCut() {
    lock.lock();
    try {
      return result == null || result instanceof ExecutorClosedException;
    } finally {
      lock.unlock();
    }
  }

  /// What is known of a transient run.
  RunHeader header() {
    lock.lock();
    try {
      long due = stop ? 0 : state.firstDue();
      return new RunHeader(
          run.id(),
          plan.workflow.name(),
          shownStatus,
          "",
          Math.max(1, shownSequence),
          CommitBuilder.FIRST_FREE_ID,
          run.createdAt(),
          run.createdAt(),
          due == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due)),
          run.labels(),
          "{}");
    } finally {
      lock.unlock();
    }
  }

  Plan plan() {
    return plan;
  }
}
