package dev.treadle.executor;

import dev.treadle.TreadleException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What drives a run: its workers, and what they do one after another. Everything here is guarded
/// by the run's lock: a method is called with the lock held, except where it says that it takes it.
///
/// Items are executed by workers: the caller of `run` and virtual threads. A worker takes an item
/// under the lock, executes it without, and commits it under the lock again; a durable commit gives
/// the lock up while the store works. A new worker is started when items are left over and no other
/// is starting; so trivial items are executed by as many threads as there are processors, and items
/// that block by as many as the parallelism allows.
///
/// A transient run with nothing to do side by side is driven solo: its one worker keeps the state
/// to itself, without the lock, until something happens that is more than one item following
/// another.
final class RunDriver {
  private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(RunDriver.class);

  private final ReentrantLock lock;
  private final ExecutorImpl executor;
  private final Plan plan;
  private final RunIdentity run;
  private final @Nullable RunWriter writer;
  private final RunWatch watch;
  private final Runnable whenOver;

  /// Nothing new may start. Set under the lock; read by a solo worker without.
  private volatile boolean stop;

  // the state is the worker's while it is solo
  private final RunState state;
  private final Crew crew;
  private RunPermits permits;
  private final RunTimers timers;
  private final RunChildren children;
  private boolean settling;
  private @Nullable TreadleException halt;

  final CommitSection section;
  final Shown shown;
  final RunEnd end;

  /// @param whenOver told once, when the run will not go on here
  RunDriver(
      ReentrantLock lock,
      ExecutorImpl executor,
      Plan plan,
      RunIdentity run,
      RunState state,
      @Nullable RunWriter writer,
      RunWatch watch,
      Runnable whenOver) {
    this.lock = lock;
    this.executor = executor;
    this.plan = plan;
    this.run = run;
    this.state = state;
    this.writer = writer;
    this.watch = watch;
    this.whenOver = whenOver;
    this.crew = new Crew(executor.threads(), executor.parallelism());
    this.permits = new RunPermits(lock, crew, this::spawn);
    this.timers = new RunTimers(executor.time(), this::wake, this::graceIsOver);
    this.children = new RunChildren(lock, executor, state, this::spawn);
    this.section =
        new CommitSection(run, plan, state, writer, executor.time(), executor.attempt(), watch);
    this.shown = new Shown(state);
    this.end = new RunEnd(lock);
  }

  // --- workers

  /// Begins to drive the run on virtual threads.
  void launch() {
    open();
    spawn();
    if (crew.isEmpty()) {
      quiet();
    }
  }

  /// Drives the run on the calling thread until there is no item for it.
  void join() {
    open();
    crew.join();
    work(true);
  }

  /// A run that was loaded may be ending already, and may have been resumed since.
  private void open() {
    stop |= state.isEnding() || state.isOver();
    shown.resumed(state.status());
    state.queue.wake(executor.time().now().toEpochMilli());
    watch.opened(state);
    if (!stop) {
      children.watch();
    }
  }

  /// Starts one more worker if there is work for it.
  private void spawn() {
    if (!stop && permits.hasNext(state.queue.ready)) {
      crew.grow(this::onNewThread);
    }
  }

  /// Takes the lock.
  private void onNewThread() {
    lock.lock();
    try {
      crew.begun();
      work(false);
    } finally {
      lock.unlock();
    }
  }

  private void work(boolean caller) {
    var me = new Worker(new StepContextImpl(run, plan, Thread.currentThread(), -1), caller);
    var scope = watch.enter();
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
      watch.leave(scope);
      crew.leave(me);
      if (crew.isEmpty()) {
        quiet();
      }
    }
  }

  private @Nullable Item take() {
    return stop || state.isOver() ? null : nextWanted();
  }

  /// The next item that was not dropped while it waited for its permit, or null.
  private @Nullable Item nextWanted() {
    var item = permits.next(state);
    while (item != null && Tally.isClosed(item.place)) {
      var limit = RunPermits.limit(item);
      if (limit != null) {
        crew.detached(limit::release); // another run may be next, whose lock nobody may take here
      }
      state.closing().drop(item);
      item = permits.next(state);
    }
    return item;
  }

  private void execute(Worker me, Item first) {
    var item = first;
    var limit = RunPermits.limit(first);
    Outcome outcome;
    me.ctx.begin(item, shown.context());
    crew.beginStep(me, item);
    boolean solo = isLinear();
    var watched = watch.begin(item, solo);
    lock.unlock();
    try {
      if (solo) {
        var last = Solo.execute(this, state, me, executor.attempt(), item);
        item = last.item();
        outcome = last.outcome();
      } else {
        outcome = executor.attempt().execute(item, me.ctx);
      }
      outcome = ChildStarts.prepare(executor, outcome);
    } finally {
      if (limit != null) {
        limit.release(); // the code has returned, and no lock is held
      }
      watch.executed(watched);
      lock.lock();
      crew.endStep(me);
    }
    me.ctx.end();
    boolean committed = false;
    try {
      committed = commit(me, watched, item, outcome);
    } finally {
      if (outcome instanceof Outcome.Starting(_, var children)) {
        this.children.started(children.end(committed));
      }
    }
  }

  /// Commits what came of an attempt.
  ///
  /// @return false if it was dropped
  private boolean commit(Worker me, @Nullable AttemptWatch watched, Item item, Outcome outcome) {
    boolean cut = me.clearInterrupt();
    if (me.fenced || state.isOver() || end.isReached() || state.waits.isStale(item)) {
      watch.cut(watched, item, me.fenced);
      return false; // the run has gone on without this attempt
    }
    if (Tally.isClosed(item.place)) {
      watch.cut(watched, item, false);
      superseded(item);
      return false;
    }
    if (outcome instanceof Outcome.Failed(var error, _) && isCut(me, cut, error)) {
      watch.cut(watched, item, false);
      state.putBack(item);
      return false;
    }
    var out = section.begin();
    watch.applying(watched);
    section.apply(item, outcome, out);
    commit(out);
    return true;
  }

  /// An attempt has come back that is of no use any more.
  private void superseded(Item item) {
    LOG.info(
        "run {}: an attempt of {} is superseded and has no effect: the join of its group has fired"
            + " without it, or failed",
        run.id(),
        item);
    state.closing().drop(item);
  }

  /// Whether a worker may keep the state to itself.
  private boolean isLinear() {
    return writer == null
        && !watch.isOn()
        && !plan.hasUndos
        && crew.isSingle()
        && ((crew.isSequential() && !plan.hasLimits) || state.queue.ready.isEmpty())
        && permits.isIdle()
        && state.queue.firstDue() == 0
        && !state.closing().hasUntouched()
        && state.waits.open() == 0;
  }

  /// Whether an attempt failed because the run, or the caller of `run`, was interrupted; that is no
  /// failure of the item.
  private boolean isCut(Worker me, boolean interruptedByRun, Throwable error) {
    if (interruptedByRun) {
      return true;
    }
    if (me.caller && error instanceof InterruptedException) {
      Thread.currentThread().interrupt(); // for who waits for the run's end
      stop();
      return true;
    }
    return false;
  }

  // --- events

  /// Somebody asks for a cancel of a run that goes on.
  ///
  /// @param compensates whether what was done is to be undone
  void cancel(boolean compensates) {
    var out = section.begin();
    state.cancel(compensates);
    commitFromOutside(out);
    if (crew.isEmpty()) {
      quiet();
    }
  }

  /// Somebody sends a signal to a run that goes on.
  ///
  /// @param payload its value as it is stored
  SignalAnswer signal(Awaited to, Object value, byte[] payload) {
    var out = section.begin();
    var answer = state.waits.signal(to, value, payload, out);
    if (out != null || answer == SignalAnswer.DELIVERED) {
      commitFromOutside(out); // what is late too: the wait may have ended in a commit on its way
      spawn();
    }
    return answer;
  }

  private void commitFromOutside(@Nullable CommitBuilder out) {
    try {
      commit(out);
    } catch (TreadleException e) {
      broken(e);
      throw e;
    }
  }

  /// Ends an event: makes it durable, shows it, and lets go on what it has released.
  private void commit(@Nullable CommitBuilder out) {
    boolean over = state.isOver();
    if (state.closing().takeFresh()) {
      crew.interruptDropped();
    }
    if (over || state.isEnding()) {
      section.noteInFlight(crew, out);
      stopAll();
    }
    var context = state.context;
    var status = state.status();
    int outputs = state.outputs().size();
    long sequence = out == null ? watch.seal(shown.sequence() + 1, state) : store(out);
    shown.advance(sequence, status, outputs, context);
    watch.durable(sequence);
    if (over) {
      complete(state.result());
    } else if (!state.isOver()) {
      if (out != null) {
        state.queue.release(out.released());
      }
      children.watch();
      wakeLater();
    }
  }

  /// Makes an event durable; gives the lock up meanwhile.
  ///
  /// @return the number of its commit
  private long store(CommitBuilder out) {
    if (writer == null) {
      throw new IllegalStateException("a transient run stores nothing");
    }
    var pending = writer.submit(out, state);
    long sequence = watch.seal(writer.sequence(), state);
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
    return sequence;
  }

  // --- timers

  private void wakeLater() {
    if (!stop) {
      timers.wakeAt(state.queue.firstWake());
    }
  }

  /// Takes the lock.
  private void wake() {
    lock.lock();
    try {
      timers.woken();
      if (!stop) {
        state.queue.wake(executor.time().now().toEpochMilli());
        spawn();
        wakeLater();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- the end

  /// Nothing new starts from now on.
  private void stop() {
    stop = true;
    permits.close();
  }

  /// Nothing new starts from now on, and what is being executed is interrupted.
  private void stopAll() {
    if (stop) {
      return;
    }
    stop();
    crew.interrupt();
    if (state.isEnding() && crew.isExecuting()) {
      timers.beginGrace();
    }
  }

  /// Takes the lock.
  private void graceIsOver() {
    lock.lock();
    try {
      if (!state.isEnding() || end.isReached()) {
        return;
      }
      crew.fence();
      if (crew.isEmpty()) {
        // a durable end waits for the store, and the thread of the timers must not
        crew.detached(this::quietIfEmpty);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Takes the lock.
  private void quietIfEmpty() {
    lock.lock();
    try {
      if (crew.isEmpty()) {
        quiet();
      }
    } finally {
      lock.unlock();
    }
  }

  private void cancelChildren() {
    settling = true;
    try {
      children.cancel();
    } finally {
      settling = false;
    }
  }

  /// No worker is left.
  private void quiet() {
    if (end.isReached() || settling) {
      return;
    }
    if (state.isEnding()) {
      cancelChildren();
    }
    if (end.isReached()) {
      return;
    }
    if (state.isEnding() && state.undos.areDue(state.status(), run.compensation())) {
      undo();
    } else if (state.isEnding()) {
      settling = true;
      try {
        var out = section.begin();
        state.settle();
        commit(out);
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
      wakeLater();
    }
  }

  /// All attempts of a run that fails have come back or were given up: what was done is undone, by
  /// items like any other.
  private void undo() {
    if (halt == null) {
      state.undos.begin();
      permits = new RunPermits(lock, crew, this::spawn); // what waited there never goes on
      stop = false;
      state.queue.wake(executor.time().now().toEpochMilli());
    }
  }

  /// The store has failed: the run stops here, whatever its state.
  void broken(TreadleException e) {
    stop();
    crew.interrupt();
    complete(e);
  }

  /// Nothing new starts from now on, and the run is left as it is when the last attempt is back.
  void halt(TreadleException why) {
    halt = why;
    stop();
    if (crew.isEmpty()) {
      quiet();
    }
  }

  /// Interrupts what is being executed.
  void interrupt() {
    crew.interrupt();
  }

  private void complete(Object how) {
    if (end.reach(how)) {
      watch.ended(how, state.status());
      children.end();
      whenOver.run();
    }
  }

  /// Does something with each item that is being executed.
  void eachRunning(Consumer<Item> what) {
    crew.each(what);
  }

  /// Does something with each item that is pending. Not for a run whose steps are not counted: its
  /// worker may have the state to itself.
  void eachPending(Consumer<Item> what) {
    state.each(what);
    permits.each(what);
    crew.each(what);
    watch.eachUnderway(what);
  }

  /// Whether a thread is executing a step of the run.
  boolean isExecuting(Thread thread) {
    return crew.isExecuting(thread);
  }

  /// Whether nothing new may start. May be called without the lock.
  boolean isStopping() {
    return stop;
  }
}
