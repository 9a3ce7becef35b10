package dev.treadle.executor;

import dev.treadle.TreadleException;
import java.time.Instant;
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

  // the state is the worker's while it is solo
  private final RunState state;
  private final Crew crew;
  private final Runnable spawning;
  private RunPermits permits;
  private final RunTimers timers;
  private final RunChildren children;

  final CommitSection section;
  final Shown shown;
  final RunEnd end;
  final Ending ending;

  /// @param whenOver told once how the run has ended, when it will not go on here
  RunDriver(
      ReentrantLock lock,
      ExecutorImpl executor,
      Plan plan,
      RunIdentity run,
      RunState state,
      @Nullable RunWriter writer,
      RunWatch watch,
      Consumer<Object> whenOver) {
    this.lock = lock;
    this.executor = executor;
    this.plan = plan;
    this.run = run;
    this.state = state;
    this.writer = writer;
    this.watch = watch;
    this.crew = new Crew(executor.threads(), executor.parallelism());
    this.spawning = this::spawn;
    this.permits = new RunPermits(lock, crew, spawning);
    this.children = new RunChildren(lock, executor, state, spawning);
    this.timers = new RunTimers(executor.time());
    this.section =
        new CommitSection(run, plan, state, writer, executor.time(), executor.attempt(), watch);
    this.shown = new Shown(state);
    this.end = new RunEnd(lock);
    this.ending = new Ending(lock, this, run, state, crew, timers, children, end, whenOver);
  }

  // --- workers

  /// Begins to drive the run on virtual threads.
  void launch() {
    open();
    ending.watchDeadline();
    spawn();
    if (crew.isEmpty()) {
      ending.quiet();
    }
  }

  /// Drives the run on the calling thread until there is no item for it; there may be some for
  /// other threads.
  void join() {
    open();
    crew.join();
    work(true, null);
  }

  /// A run that was loaded may be ending already, and may have been resumed since.
  private void open() {
    if (state.isEnding() || state.isOver()) {
      ending.stopStarting();
    }
    shown.resumed(state.status());
    if (state.queue.probation != null && !ending.isStopping()) {
      state.queue.probation.open(state.queue.ready);
    }
    if (state.queue.firstWake() != 0) {
      state.queue.wake(executor.time().now().toEpochMilli());
      state.queue.inSequence(); // what was due before is no later than the others
    }
    watch.opened(state);
    if (!ending.isStopping()) {
      children.watch();
    }
  }

  /// Starts one more worker if there is work for it.
  private void spawn() {
    if (ending.isStopping()) {
      return;
    }
    var probation = state.queue.probation;
    if (probation != null) {
      probation.askForTurn(state.queue.ready, this::turnGranted);
    }
    if (permits.hasNext(state.queue.ready) || (probation != null && probation.hasTurn())) {
      crew.grow(this::onNewThread);
    }
  }

  /// Takes the lock.
  private void onNewThread() {
    lock.lock();
    try {
      crew.begun();
      work(false, null);
    } finally {
      lock.unlock();
    }
  }

  /// Executes items until there is none for this thread.
  ///
  /// @param first what to do before, or null
  private void work(boolean caller, @Nullable Consumer<Worker> first) {
    var me = new Worker(new StepContextImpl(run, plan, Thread.currentThread(), -1), caller);
    var scope = watch.enter();
    try {
      if (first != null) {
        first.accept(me);
      }
      for (var item = take(me); item != null; item = take(me)) {
        spawn();
        begin(me, item);
      }
    } catch (TreadleException e) {
      ending.broken(e);
    } catch (RuntimeException | Error e) { // a fault of the library, or no memory
      ending.broken(new UnexpectedErrorException(run.id(), e));
      throw e;
    } finally {
      watch.leave(scope);
      crew.leave(me);
      if (crew.isEmpty()) {
        ending.quiet();
      }
    }
  }

  /// The next item for a worker, or null if there is none.
  private @Nullable Item take(Worker me) {
    if (ending.isStopping() || state.isOver() || me.fenced) {
      return null;
    }
    var probation = state.queue.probation;
    var item =
        probation == null
            ? permits.nextWanted(state)
            : probation.take(state.queue.ready, permits, () -> permits.nextWanted(state));
    if (item == null || !me.caller || !Timeouts.applyTo(item)) {
      return item;
    }
    crew.handOver(() -> work(other -> takeOver(other, item)));
    return null;
  }

  /// Executes an item that the caller's thread has left to another, unless the run stands still
  /// since.
  private void takeOver(Worker me, Item item) {
    if (ending.isStopping() || state.isOver()) {
      state.putBack(item);
      giveBack(RunPermits.limit(item));
    } else {
      begin(me, item);
    }
  }

  /// Gives back a permit that was not used. Others may be next, whose locks are not to be taken
  /// here.
  private void giveBack(@Nullable StepLimit limit) {
    if (limit != null) {
      crew.detached(limit::release);
    }
  }

  /// Takes the lock.
  private void work(Consumer<Worker> first) {
    lock.lock();
    try {
      work(false, first);
    } finally {
      lock.unlock();
    }
  }

  /// Executes an item, after what an unclean death asks for.
  private void begin(Worker me, Item item) {
    var probation = state.queue.probation;
    if (probation == null) {
      execute(me, item);
      return;
    }
    boolean begun = false;
    try {
      begun = mark(item, probation);
      if (begun) {
        execute(me, item);
      } else {
        state.putBack(item);
      }
    } finally {
      probation.back(item);
      if (!begun) {
        giveBack(RunPermits.limit(item));
      }
    }
  }

  /// Marks that the execution of an item begins, if that is due; gives the lock up meanwhile.
  ///
  /// @return whether it may begin
  private boolean mark(Item item, Probation probation) {
    var out = probation.mustMark(item) ? section.begin() : null;
    if (out != null) {
      probation.mark(item, state, out);
      commit(out);
    }
    return !ending.isStopping() && !state.isOver();
  }

  /// Takes the lock.
  private void turnGranted() {
    lock.lock();
    try {
      if (state.queue.probation != null) {
        state.queue.probation.granted();
        spawn();
      }
    } finally {
      lock.unlock();
    }
  }

  private void execute(Worker me, Item first) {
    var attempt = executor.attempt();
    var item = first;
    var limit = RunPermits.limit(first);
    Outcome outcome;
    me.ctx.begin(item, shown.context());
    crew.beginStep(me, item);
    boolean limited = Timeouts.applyTo(first);
    if (limited) {
      Timeouts.begin(me, first, attempt, executor.time(), () -> timeIsOver(me, first));
    }
    boolean solo = !limited && isLinear();
    me.watched = watch.begin(item, solo);
    lock.unlock();
    try {
      if (solo) {
        var last = Solo.execute(ending, state, me, attempt, item);
        item = last.item();
        outcome = last.outcome();
      } else {
        outcome = attempt.execute(item, me.ctx);
      }
      outcome = ChildStarts.prepare(executor, run.deadline(), outcome);
    } finally {
      if (limit != null) {
        limit.release(); // the code has returned, and no lock is held
      }
      watch.executed(me.watched);
      lock.lock();
      crew.endStep(me);
      Timeouts.end(me);
    }
    me.ctx.end();
    boolean committed = false;
    try {
      committed = comeBack(me, item, outcome);
    } finally {
      if (outcome instanceof Outcome.Starting(_, var started)) {
        children.started(started.end(committed));
      }
    }
  }

  /// An attempt has come back.
  ///
  /// @return whether what came of it was committed
  private boolean comeBack(Worker me, Item item, Outcome outcome) {
    boolean cut = me.clearInterrupt();
    if (me.fenced) {
      late(me, item, outcome);
    } else if (ending.isReached() || state.waits.isStale(item)) {
      watch.cut(me.watched, item, false); // the run has gone on without this attempt
    } else if (outcome instanceof Outcome.NotBegun
        || (outcome instanceof Outcome.Failed(var error, _, _)
            && !Tally.isClosed(item.place)
            && isCut(me, cut, error))) {
      watch.cut(me.watched, item, false);
      state.putBack(item);
    } else {
      return commit(me, item, outcome);
    }
    return false;
  }

  /// An attempt has come back that was given up before.
  private void late(Worker me, Item item, Outcome outcome) {
    if (me.replaced) {
      Timeouts.late(run, item, outcome);
    } else {
      watch.cut(me.watched, item, true);
    }
  }

  /// An attempt has come back that is of no use any more.
  private void superseded(Worker worker, Item item) {
    watch.cut(worker.watched, item, false);
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
    if (me.caller && Failures.tellsOfAnInterrupt(error)) {
      Thread.currentThread().interrupt(); // for who waits for the run's end
      ending.stopStarting();
      return true;
    }
    return false;
  }

  // --- attempts whose time is over

  /// The worker goes out of the run, and another takes its place and commits the failure. Takes the
  /// lock.
  private void timeIsOver(Worker slow, Item item) {
    lock.lock();
    try {
      if (Timeouts.isOn(slow, item)) {
        slow.replaced = true;
        crew.replace(slow, () -> work(_ -> fail(slow, item)));
      }
    } finally {
      lock.unlock();
    }
  }

  private void fail(Worker slow, Item item) {
    Outcome outcome;
    lock.unlock();
    try { // the policy is the user's code
      outcome = executor.attempt().failed(item, Timeouts.interrupt(slow, item), slow.since);
    } finally {
      lock.lock();
    }
    if (ending.isReached()) {
      watch.cut(slow.watched, item, false);
    } else {
      commit(slow, item, outcome);
    }
  }

  // --- events

  /// Somebody asks for a cancel of a run that goes on.
  ///
  /// @param compensates whether what was done is to be undone
  void cancel(boolean compensates) {
    var out = section.begin();
    state.cancel(compensates);
    ending.decide(() -> commitFromOutside(out));
  }

  /// Somebody sends a signal to a run that goes on.
  ///
  /// @param payload its value as it is stored
  SignalAnswer signal(Awaited to, Object value, byte[] payload) {
    var out = section.begin();
    var answer = state.waits.signal(to, value, payload, out);
    watch.signalled(to, answer);
    if (out != null || answer == SignalAnswer.DELIVERED) {
      commitFromOutside(out); // what is late too: the wait may have ended in a commit on its way
      spawn();
    } else {
      watch.tellGathered();
    }
    return answer;
  }

  private void commitFromOutside(@Nullable CommitBuilder out) {
    try {
      commit(out);
    } catch (TreadleException e) {
      ending.broken(e);
      throw e;
    }
  }

  /// The run is not done by its deadline.
  void miss(Instant deadline) {
    var out = section.begin();
    state.miss(deadline);
    commit(out);
  }

  /// No attempt is in flight any more in a run that is failing or being cancelled.
  void settle() {
    var out = section.begin();
    state.settle();
    commit(out);
  }

  /// Commits what came of an attempt.
  ///
  /// @return false if it was dropped
  private boolean commit(Worker worker, Item item, Outcome outcome) {
    if (Tally.isClosed(item.place)) {
      superseded(worker, item);
      return false;
    }
    var out = section.begin();
    watch.applying(worker.watched);
    section.apply(item, outcome, out);
    commit(out);
    return true;
  }

  /// Ends an event: makes it durable, shows it, and lets go on what it has released.
  private void commit(@Nullable CommitBuilder out) {
    boolean over = state.isOver();
    if (state.closing().takeFresh()) {
      crew.interruptDropped();
    }
    if (over || state.isEnding()) {
      section.noteInFlight(crew, out);
      ending.stopAll();
    }
    var context = state.context;
    var status = state.status();
    int outputs = state.outputs().size();
    long sequence =
        out == null || writer == null
            ? watch.seal(shown.sequence() + 1, state)
            : writer.store(out, state, lock, watch);
    shown.advance(sequence, status, outputs, context);
    watch.durable(sequence);
    if (over) {
      ending.complete(state.result());
    } else if (!state.isOver()) {
      if (out != null) {
        state.queue.release(out.released());
      }
      children.watch();
      wakeLater();
    }
  }

  // --- from ending to undoing

  /// Nothing is to wait for a permit any more.
  void closePermits() {
    permits.close();
  }

  /// All attempts of a run that fails have come back or were given up: what was done is undone, by
  /// items like any other.
  void undo() {
    state.undos.begin();
    permits = new RunPermits(lock, crew, spawning); // what waited there never goes on
    state.queue.wake(executor.time().now().toEpochMilli());
  }

  // --- waiting

  /// Goes on, or waits for the time of what waits.
  void goOn() {
    spawn();
    wakeLater();
  }

  private void wakeLater() {
    if (!ending.isStopping()) {
      timers.wakeAt(state.queue.firstWake(), this::wake);
    }
  }

  /// Takes the lock.
  private void wake() {
    lock.lock();
    try {
      timers.woken();
      if (!ending.isStopping()) {
        state.queue.wake(executor.time().now().toEpochMilli());
        goOn();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- from outside

  /// Interrupts what is being executed.
  void interrupt() {
    crew.interrupt();
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
}
