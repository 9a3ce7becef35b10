package dev.treadle.executor;

import dev.treadle.executor.spi.CheckpointStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Settings of a [WorkflowExecutor]. Each may be set once. Not safe for use by many threads.
public final class ExecutorBuilder {
  /// How many items of one run are executed side by side unless set; the design's figure.
  private static final int PARALLELISM = 256;

  /// How many events wait for the listeners at most unless set: a few megabytes.
  private static final int LISTENER_QUEUE = 16_384;

  private @Nullable CheckpointStore store;
  private @Nullable Integer parallelism;
  private @Nullable Integer maxRuns;
  private @Nullable PayloadLimits limits;
  private @Nullable TimeSource time;
  private @Nullable ThreadFactory threads;
  private final List<RunListener> listeners = new ArrayList<>(0);
  private @Nullable Integer listenerQueue;
  private @Nullable Boolean mdc;
  private @Nullable ThreadFactory storeThreads;
  private @Nullable Supplier<ReentrantLock> locks;
  private @Nullable Boolean countSteps;

  ExecutorBuilder() {}

  /// Makes the executor durable.
  ///
  /// @param where where step commits go; the executor closes it
  /// @return this builder
  public ExecutorBuilder store(CheckpointStore where) {
    unset("store", store);
    store = Objects.requireNonNull(where, "store");
    return this;
  }

  /// How many items of one run are executed side by side at most. At 1, strictly in the order of
  /// their creation.
  ///
  /// @param items from 1; 256 unless set
  /// @return this builder
  public ExecutorBuilder parallelism(int items) {
    unset("parallelism", parallelism);
    if (items < 1) {
      throw new IllegalArgumentException("parallelism must be 1 or more, was " + items);
    }
    parallelism = items;
    return this;
  }

  /// How many runs the executor drives at once at most. Whoever starts or resumes one more waits
  /// until another has ended, first come, first served; or is refused with an
  /// [ExecutorFullException], if asked to by [RunOptions#withoutWaiting], and always inside a step,
  /// since the step's own run could be the one that is waited for. An id that exists and needs no
  /// driving, because its run is driven here or over, needs no room.
  ///
  /// Runs that wait for a timer or a permit count: they are live. A run that a step starts by
  /// [dev.treadle.StepContext#start] does not until it is recovered: the commit of that step can't
  /// wait for others to end.
  ///
  /// @param runs from 1; any number unless set
  /// @return this builder
  public ExecutorBuilder maxRuns(int runs) {
    unset("maxRuns", maxRuns);
    if (runs < 1) {
      throw new IllegalArgumentException("maxRuns must be 1 or more, was " + runs);
    }
    maxRuns = runs;
    return this;
  }

  /// How large a stored value may be.
  ///
  /// @param most the limits; [PayloadLimits#defaults] unless set
  /// @return this builder
  public ExecutorBuilder payloadLimits(PayloadLimits most) {
    unset("payloadLimits", limits);
    limits = Objects.requireNonNull(most, "payloadLimits");
    return this;
  }

  /// Where the time comes from.
  ///
  /// @param source the source; the system's clock unless set
  /// @return this builder
  public ExecutorBuilder time(TimeSource source) {
    unset("time", time);
    time = Objects.requireNonNull(source, "time");
    return this;
  }

  /// What makes the threads on which steps run.
  ///
  /// @param factory the factory; virtual threads unless set
  /// @return this builder
  public ExecutorBuilder threads(ThreadFactory factory) {
    unset("threads", threads);
    threads = Objects.requireNonNull(factory, "threads");
    return this;
  }

  /// Adds a listener. May be called several times; all are told everything, one after another on
  /// one thread. Where somebody listens, each step costs the making of two events, also in a
  /// transient run.
  ///
  /// @param told the listener
  /// @return this builder
  public ExecutorBuilder listener(RunListener told) {
    listeners.add(Objects.requireNonNull(told, "listener"));
    return this;
  }

  /// How many events wait for the listeners at most. When so many wait, new ones are dropped and
  /// counted.
  ///
  /// @param events from 1; 16,384 unless set
  /// @return this builder
  public ExecutorBuilder listenerQueue(int events) {
    unset("listenerQueue", listenerQueue);
    if (events < 1) {
      throw new IllegalArgumentException("listenerQueue must be 1 or more, was " + events);
    }
    listenerQueue = events;
    return this;
  }

  /// Whether the threads that execute steps say so in SLF4J's mapped diagnostic context, as
  /// `treadle.run`, `treadle.workflow` and `treadle.step`, so that what step code logs can carry
  /// it.
  ///
  /// Unless set, they do where the logger has such a context, but for the step's name in linear
  /// stretches of transient runs, whose loop is too quick for it; set to true, there too.
  ///
  /// @param wanted whether they do
  /// @return this builder
  public ExecutorBuilder mdc(boolean wanted) {
    unset("mdc", mdc);
    mdc = wanted;
    return this;
  }

  /// For simulations: what makes the thread of the store, a platform thread unless set, and the
  /// locks. Nothing but a platform thread will do for a store that calls native code.
  ExecutorBuilder simulated(ThreadFactory store, Supplier<ReentrantLock> simulatedLocks) {
    storeThreads = store;
    locks = simulatedLocks;
    return this;
  }

  /// Whether the steps of transient runs are counted for [RunHandle#progress]. Those of durable
  /// runs always are, and those of all runs where somebody listens. Counting costs a linear
  /// transient run its quick loop.
  ///
  /// @param wanted whether they are counted; not unless set
  /// @return this builder
  public ExecutorBuilder countSteps(boolean wanted) {
    unset("countSteps", countSteps);
    countSteps = wanted;
    return this;
  }

  /// Makes the executor.
  ///
  /// @return a new executor
  public WorkflowExecutor build() {
    var source = time == null ? TimeSource.system() : time;
    return build(source, watch(source));
  }

  /// Makes an executor that others watch than was said.
  WorkflowExecutor build(TimeSource source, Watch watch) {
    return new ExecutorImpl(
        store,
        parallelism == null ? PARALLELISM : parallelism,
        maxRuns == null ? null : new RunBound(maxRuns),
        limits == null ? PayloadLimits.defaults() : limits,
        source,
        threading(),
        watch);
  }

  private Watch watch(TimeSource source) {
    var queue =
        listeners.isEmpty()
            ? null
            : new ListenerQueue(
                listeners,
                listenerQueue == null ? LISTENER_QUEUE : listenerQueue,
                Thread.ofPlatform().daemon().name("treadle-listeners-", 0).factory());
    var context = Mdc.of(mdc);
    var log = new RunLog(LoggerFactory.getLogger(RunLog.class), context);
    return new Watch(queue, source, Boolean.TRUE.equals(countSteps), context, log);
  }

  private Threading threading() {
    return new Threading(
        threads == null ? Thread.ofVirtual().name("treadle-step-", 0).factory() : threads,
        storeThreads == null
            ? Thread.ofPlatform().name("treadle-store-", 0).factory()
            : storeThreads,
        locks == null ? ReentrantLock::new : locks);
  }

  private static void unset(String property, @Nullable Object value) {
    if (value != null) {
      throw new IllegalStateException(property + " was already set");
    }
  }
}
