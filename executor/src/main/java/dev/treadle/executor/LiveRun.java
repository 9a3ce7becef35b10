package dev.treadle.executor;

import dev.treadle.RunStatus;
import dev.treadle.TreadleException;
import dev.treadle.executor.spi.RunHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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
  private final @Nullable RunWriter writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final RunEnd end = new RunEnd(lock);

  /// Nothing new may start. Set under the lock; read by a solo worker without.
  private volatile boolean stop;

  // guarded by lock; the state is the worker's while it is solo
  private final RunState state;
  private final Crew crew;
  private boolean settling;
  private long wakeAt;
  private @Nullable TreadleException halt;

  private final CommitSection section;
  private final Shown shown;

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
    this.crew = new Crew(executor.threads(), executor.parallelism());
    this.section = new CommitSection(plan, state, writer, executor.time(), executor.attempt());
    this.shown = new Shown(state);
  }

  // --- driving

  /// Drives the run on the caller's thread, and returns when it is over.
  Object drive() throws InterruptedException {
    lock.lock();
    try {
      open();
      crew.join();
      work(true);
      return Objects.requireNonNull(end.await(-1));
    } catch (InterruptedException e) {
      crew.interrupt(); // what runs beside would go on for a run that nobody drives
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
      if (crew.isEmpty()) {
        quiet();
      }
    } finally {
      lock.unlock();
    }
  }

  /// A run that was loaded may be ending already, and may have been resumed since.
  private void open() {
    stop |= state.isEnding() || state.isOver();
    shown.resumed(state.status());
    state.queue.wake(executor.time().now().toEpochMilli());
  }

  private void onNewThread() {
    lock.lock();
    try {
      crew.begun();
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
      crew.leave(me);
      if (crew.isEmpty()) {
        quiet();
      }
    }
  }

  private @Nullable Item take() {
    return stop || state.isOver() ? null : state.queue.ready.poll();
  }

  /// Starts one more worker if there is work for it.
  private void spawn() {
    if (!stop && !state.queue.ready.isEmpty()) {
      crew.grow(this::onNewThread);
    }
  }

  private void execute(Worker me, Item first) {
    var item = first;
    Outcome outcome;
    me.ctx.begin(item, shown.context());
    crew.beginStep(me);
    boolean solo = isLinear();
    lock.unlock();
    try {
      if (solo) {
        var last = Solo.execute(this, state, me, executor.attempt(), item);
        item = last.item();
        outcome = last.outcome();
      } else {
        outcome = executor.attempt().execute(item, me.ctx);
      }
    } finally {
      lock.lock();
      crew.endStep(me);
    }
    me.ctx.end();
    boolean cut = me.clearInterrupt();
    if (me.fenced || state.isOver() || end.isReached()) {
      return; // the run has gone on without this attempt
    }
    if (outcome instanceof Outcome.Failed(var error, _) && isCut(me, cut, error)) {
      state.putBack(item);
      return;
    }
    var out = section.begin();
    section.apply(item, outcome, out);
    finish(out);
  }

  /// Whether a worker may keep the state to itself.
  private boolean isLinear() {
    return writer == null
        && crew.isSingle()
        && (crew.isSequential() || state.queue.ready.isEmpty())
        && state.queue.firstDue() == 0;
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

  // --- committing

  /// Ends an event: makes it durable, shows it, and lets go on what it has released.
  private void finish(@Nullable CommitBuilder out) {
    boolean over = state.isOver();
    if (over || state.isEnding()) {
      stopAll();
    }
    var context = state.context;
    var status = state.status();
    int outputs = state.outputs().size();
    long sequence = shown.sequence() + 1;
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
    shown.advance(sequence, status, outputs, context);
    if (over) {
      complete(state.result());
    } else if (!state.isOver()) {
      if (out != null) {
        state.queue.release(out.released());
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
    crew.interrupt();
    if (state.isEnding() && crew.isExecuting()) {
      executor.time().schedule(executor.time().now().plus(GRACE), this::graceIsOver);
    }
  }

  private void graceIsOver() {
    lock.lock();
    try {
      if (!state.isEnding() || end.isReached()) {
        return;
      }
      crew.fence();
      if (crew.isEmpty()) {
        // a durable end waits for the store, and the thread of the timers must not
        crew.detached(this::quietUnderLock);
      }
    } finally {
      lock.unlock();
    }
  }

  private void quietUnderLock() {
    lock.lock();
    try {
      if (crew.isEmpty()) {
        quiet();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- when no worker is left

  private void quiet() {
    if (end.isReached() || settling) {
      return;
    }
    if (state.isEnding()) {
      settling = true;
      try {
        var out = section.begin();
        state.settle();
        finish(out);
      } catch (TreadleException e) {
        broken(e);
      } finally {
        settling = false;
      }
    }
    if (end.isReached()) {
      return;
    }
    if (state.isOver()) {
      complete(state.result());
    } else if (halt != null) {
      complete(halt);
    } else if (!stop) {
      spawn();
      scheduleWake();
    }
  }

  /// The store has failed: the run stops here, whatever its state.
  private void broken(TreadleException e) {
    stop = true;
    crew.interrupt();
    complete(e);
  }

  private void complete(Object how) {
    if (end.reach(how)) {
      executor.ended(this);
    }
  }

  // --- timers

  private void scheduleWake() {
    long due = state.queue.firstWake();
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
        state.queue.wake(executor.time().now().toEpochMilli());
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
      if (!state.isOver() && state.isEnding()) {
        return state.status();
      }
      if (state.isOver() || end.isReached()) {
        return finalStatus();
      }
      var out = section.begin();
      state.cancel();
      try {
        finish(out);
      } catch (TreadleException e) {
        broken(e);
        throw e;
      }
      if (crew.isEmpty()) {
        quiet();
      }
      return shown.status();
    } finally {
      lock.unlock();
    }
  }

  /// The status in which the run has ended, once that is durable.
  private RunStatus finalStatus() {
    if (end.awaitUninterruptibly() instanceof TreadleException failure
        && !shown.status().isFinal()) {
      throw failure;
    }
    return shown.status();
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
    if (crew.isEmpty()) {
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
      crew.interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Whether the calling thread executes a step of this run.
  boolean isExecutedByCaller() {
    lock.lock();
    try {
      return crew.isExecuting(Thread.currentThread());
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the end.
  ///
  /// @param nanos how long at most, or less than 0 for as long as it takes
  /// @return a [RunResult] or a [TreadleException], or null if the time is over
  @Nullable Object await(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return end.await(nanos);
    } finally {
      lock.unlock();
    }
  }

  /// What the failing step threw, if it was here.
  @Nullable Throwable cause() {
    lock.lock();
    try {
      return section.cause();
    } finally {
      lock.unlock();
    }
  }

  RunStatus shownStatus() {
    lock.lock();
    try {
      boolean suspended =
          !end.isReached() && writer != null && writer.committer().refusal() != null;
      return suspended ? RunStatus.SUSPENDED : shown.status();
    } finally {
      lock.unlock();
    }
  }

  List<Object> shownOutputs() {
    lock.lock();
    try {
      return shown.outputs(state);
    } finally {
      lock.unlock();
    }
  }

  /// Whether the run ended here only because it was halted.
  boolean isCut() {
    lock.lock();
    try {
      return !end.isReached() || end.result() instanceof ExecutorClosedException;
    } finally {
      lock.unlock();
    }
  }

  /// What is known of a transient run.
  RunHeader header() {
    lock.lock();
    try {
      return shown.header(run, plan, stop ? 0 : state.queue.firstDue());
    } finally {
      lock.unlock();
    }
  }

  Plan plan() {
    return plan;
  }

  /// Whether nothing new may start.
  boolean isStopping() {
    return stop;
  }
}
