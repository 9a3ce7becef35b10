package dev.treadle.executor;

import dev.treadle.executor.spi.CheckpointStore;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/// Settings of a [WorkflowExecutor]. Each may be set once. Not safe for use by many threads.
public final class ExecutorBuilder {
  /// How many items of one run are executed side by side unless set; the design's figure.
  private static final int PARALLELISM = 256;

  private @Nullable CheckpointStore store;
  private @Nullable Integer parallelism;
  private @Nullable PayloadLimits limits;
  private @Nullable TimeSource time;
  private @Nullable ThreadFactory threads;

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

  /// Makes the executor.
  ///
  /// @return a new executor
  public WorkflowExecutor build() {
    return new ExecutorImpl(
        store,
        parallelism == null ? PARALLELISM : parallelism,
        limits == null ? PayloadLimits.defaults() : limits,
        time == null ? TimeSource.system() : time,
        threads == null ? Thread.ofVirtual().name("treadle-step-", 0).factory() : threads);
  }

  private static void unset(String property, @Nullable Object value) {
    if (value != null) {
      throw new IllegalStateException(property + " was already set");
    }
  }
}
