package dev.treadle.executor;

import dev.treadle.RunStatus;
import dev.treadle.TreadleException;
import dev.treadle.executor.RunProgress.StepProgress;
import dev.treadle.executor.spi.RunHeader;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A run that is driven here, as everybody else sees it: what can be asked of it and what it looks
/// like. Its [RunDriver] does the work. Safe for use by many threads: each method takes the run's
/// lock.
final class LiveRun {
  /// How long attempts in flight may take to come back when a run ends; the design's figure.
  static final Duration GRACE = Duration.ofSeconds(30);

  final RunIdentity run;
  final RunWatch watch;

  /// Whether the run counts for the executor's bound.
  private boolean room;

  private final Plan plan;
  private final @Nullable RunWriter writer;
  private final ReentrantLock lock;

  // guarded by lock
  private final RunState state;
  private final RunDriver driver;
  private final RunEnd end;
  private final Shown shown;

  LiveRun(
      ExecutorImpl executor,
      Plan plan,
      RunIdentity run,
      RunState state,
      @Nullable RunWriter writer) {
    this.lock = executor.threading().locks().get();
    this.plan = plan;
    this.run = run;
    this.state = state;
    this.writer = writer;
    this.watch = new RunWatch(executor.watch(), run, plan, writer != null);
    this.driver =
        new RunDriver(
            lock,
            executor,
            plan,
            run,
            state,
            writer,
            watch,
            how -> {
              watch.ended(how, state.status());
              executor.ended(this);
            });
    this.end = driver.end;
    this.shown = driver.shown;
  }

  /// The run counts for the executor's bound. Before it becomes live.
  void takeRoom() {
    room = true;
  }

  boolean hasRoom() {
    return room;
  }

  Plan plan() {
    return plan;
  }

  // --- what can be asked of it

  /// Drives the run, on the caller's thread if no deadline may have to interrupt that, and returns
  /// when it is over.
  Object drive() throws InterruptedException {
    lock.lock();
    try {
      if (run.deadline() == null) {
        driver.join();
      } else {
        driver.launch();
      }
      return Objects.requireNonNull(end.await(-1));
    } catch (InterruptedException e) {
      driver.interrupt(); // what runs beside would go on for a run that nobody drives
      driver.ending.halt(
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
      driver.launch();
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

  /// Asks for a cancel; see [RunHandle#cancel].
  ///
  /// @param compensates whether what was done is to be undone
  RunStatus cancel(boolean compensates) {
    lock.lock();
    try {
      if (!state.isOver() && state.isDoomed()) {
        return state.status();
      }
      if (state.isOver() || end.isReached()) {
        return finalStatus();
      }
      driver.cancel(compensates);
      return shown.status();
    } finally {
      lock.unlock();
    }
  }

  /// Sends a signal; see [WorkflowExecutor#signal].
  ///
  /// @param payload its value as it is stored
  /// @return null if the run is not driven here any more
  @Nullable SignalAnswer signal(Awaited to, Object value, byte[] payload) {
    lock.lock();
    try {
      if (state.isOver() || end.isReached()) {
        if (end.awaitUninterruptibly() instanceof TreadleException failure) {
          throw failure;
        }
        return null;
      }
      if (state.status() == RunStatus.CANCELLING) {
        throw SignalSender.over(run.id(), RunStatus.CANCELLING);
      }
      return driver.signal(to, value, payload);
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
      driver.ending.halt(why);
    } finally {
      lock.unlock();
    }
  }

  /// The run's store takes no commits any more.
  void storeEnded(TreadleException reason) {
    lock.lock();
    try {
      driver.ending.broken(reason);
    } finally {
      lock.unlock();
    }
  }

  /// Interrupts what is being executed, after [#halt].
  void interrupt() {
    lock.lock();
    try {
      driver.interrupt();
    } finally {
      lock.unlock();
    }
  }

  // --- what it looks like

  /// What is being done for the run.
  ///
  /// @param running the numbers of the items that are being executed
  /// @param steps how far each step has come, if they are counted
  record Doing(Set<Long> running, Map<String, StepProgress> steps) {}

  /// What is being done for the run; null if its end is reached.
  @Nullable Doing doing() {
    lock.lock();
    try {
      if (end.isReached()) {
        return null;
      }
      var running = new HashSet<Long>();
      driver.eachRunning(item -> running.add(item.sequence));
      return new Doing(running, progress().steps());
    } finally {
      lock.unlock();
    }
  }

  RunProgress progress() {
    if (!watch.counts()) {
      return new RunProgress(false, Map.of());
    }
    lock.lock();
    try {
      var running = new HashMap<PlanStep, Long>();
      var pending = new HashMap<PlanStep, Long>();
      if (!shown.status().isFinal()) {
        driver.eachRunning(item -> running.merge(item.step, 1L, Long::sum));
        var seen = new HashSet<Long>(); // what is being committed may wait already
        driver.eachPending(item -> {
          if (seen.add(item.sequence)) {
            pending.merge(item.step, 1L, Long::sum);
          }
        });
      }
      var steps = new LinkedHashMap<String, StepProgress>();
      for (var placed : plan.workflow.graph().steps()) {
        var step = plan.step(placed.step().name());
        steps.put(
            step.name,
            new StepProgress(
                watch.counted.completed(step),
                watch.counted.failures(step),
                running.getOrDefault(step, 0L),
                pending.getOrDefault(step, 0L)));
      }
      return new RunProgress(true, steps);
    } finally {
      lock.unlock();
    }
  }

  RunStatus shownStatus() {
    lock.lock();
    try {
      boolean suspended =
          !end.isReached() && writer != null && writer.committer().refusal() != null;
      if (suspended) {
        return RunStatus.SUSPENDED;
      }
      var status = shown.status();
      // what was waiting may have been woken, and that is no commit
      return status == RunStatus.WAITING ? state.status() : status;
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

  /// What is known of a transient run.
  RunHeader header() {
    lock.lock();
    try {
      boolean on = !driver.ending.isStopping();
      return shown.header(run, plan, on ? state.queue.firstDue() : 0, on);
    } finally {
      lock.unlock();
    }
  }

  /// How the run ended, or null if it has not; see [#await].
  @Nullable Object result() {
    lock.lock();
    try {
      return end.result();
    } finally {
      lock.unlock();
    }
  }

  /// What the failing step threw, if it was here.
  @Nullable Throwable cause() {
    lock.lock();
    try {
      return driver.section.cause();
    } finally {
      lock.unlock();
    }
  }

  @Nullable Object shownContext() {
    lock.lock();
    try {
      return shown.context();
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

  /// Whether the calling thread executes a step of this run.
  boolean isExecutedByCaller() {
    lock.lock();
    try {
      return driver.isExecuting(Thread.currentThread());
    } finally {
      lock.unlock();
    }
  }
}
