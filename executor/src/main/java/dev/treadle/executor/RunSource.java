package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Drives a workflow from a source: one run for each element of a stream, an iterator or a queue,
/// or for each tick of a clock.
///
/// ```java
/// var summary = executor.source(fulfilment)
///     .atOnce(32)
///     .ids(order -> RunId.of("order-" + order.id()))
///     .goOnAfterFailures((order, error) -> rejected.add(order))
///     .from(orders.stream());
/// ```
///
/// At most [#atOnce] runs are in flight, and nothing is taken from the source before there is room
/// for its run. The driving methods return when the source has ended and all its runs have too. It
/// ends
///
/// - when it has no more elements;
/// - at the first run that fails, stalls or is cancelled, whose exception is thrown when the others
///   in flight are done; unless [#goOnAfterFailures] is set;
/// - when the source, one of the functions given here, the store or the executor fails, which is
///   thrown in the same way;
/// - at [#stop];
/// - when the driving thread is interrupted. Runs in flight are waited for; a second interrupt
///   leaves them where they are. The thread's interrupt is set again at the return.
///
/// For one use: each property may be set once, and one driving method be called. Not safe for use
/// by many threads, except [#stop].
///
/// @param <I> the type of the elements, which are the runs' inputs
/// @param <O> the type of the runs' outputs
public final class RunSource<I, O> {
  /// How many runs are in flight unless set.
  private static final int AT_ONCE = 16;

  private final WorkflowExecutor executor;
  private final Workflow<?, I, O> workflow;
  private final TimeSource time;
  private final Supplier<ThreadFactory> threads;

  private @Nullable Integer atOnce;
  private @Nullable Function<? super I, RunId> ids;
  private @Nullable BiConsumer<? super I, ? super O> outputs;
  private @Nullable BiConsumer<? super I, ? super RuntimeException> failures;
  private final SourceDrive drive = new SourceDrive();

  RunSource(
      WorkflowExecutor executor,
      Workflow<?, I, O> workflow,
      TimeSource time,
      Supplier<ThreadFactory> threads) {
    this.executor = executor;
    this.workflow = Objects.requireNonNull(workflow, "workflow");
    this.time = time;
    this.threads = threads;
  }

  // --- properties

  /// How many runs may be in flight.
  ///
  /// @param runs from 1; 16 unless set
  /// @return this
  public RunSource<I, O> atOnce(int runs) {
    unset("atOnce", atOnce);
    if (runs < 1) {
      throw new IllegalArgumentException(
          "a source has at least 1 run in flight at once, was " + runs);
    }
    atOnce = runs;
    return this;
  }

  /// The id of each element's run. In a durable executor an element that comes again, after a
  /// restart say, is not run again: its finished run gives the stored output, and an unfinished one
  /// goes on. A run that has failed counts as failed again; only `resume` goes on with it. This
  /// holds as long as the store keeps the finished run.
  ///
  /// @param id from an element to the id of its run; called once for each, by the thread that takes
  ///   it from the source
  /// @return this
  public RunSource<I, O> ids(Function<? super I, RunId> id) {
    unset("ids", ids);
    ids = Objects.requireNonNull(id, "ids");
    return this;
  }

  /// Hears the output of each run that has one: an element and what `run` returns for it.
  ///
  /// @param handler called by the threads of the runs, several at once
  /// @return this
  public RunSource<I, O> onOutput(BiConsumer<? super I, ? super O> handler) {
    unset("onOutput", outputs);
    outputs = Objects.requireNonNull(handler, "onOutput");
    return this;
  }

  /// Has the source go on after runs that fail, stall, are cancelled, or can't begin because their
  /// element can't be stored or their id is another run's.
  ///
  /// @param handler hears each such element and what `run` throws for it; called by the threads of
  ///   the runs, several at once
  /// @return this
  public RunSource<I, O> goOnAfterFailures(
      BiConsumer<? super I, ? super RuntimeException> handler) {
    unset("goOnAfterFailures", failures);
    failures = Objects.requireNonNull(handler, "goOnAfterFailures");
    return this;
  }

  // --- driving

  /// Runs the workflow for each element of a stream. The stream is read by the calling thread, one
  /// element after another, and closed as soon as nothing more is taken from it.
  ///
  /// @param stream the elements, none of them null
  /// @return what was done
  /// @throws RunException of the first run that failed, unless [#goOnAfterFailures] is set
  public SourceSummary from(Stream<? extends I> stream) {
    var runs = begin();
    return drive.over(() -> {
      try (stream) {
        if (drive.awaitRoom()) {
          var _ = stream.sequential().allMatch(element -> runs.launch(element) && hasRoom());
        }
      }
    });
  }

  /// Runs the workflow for each element of an iterator, which is asked by the calling thread.
  ///
  /// @param elements the elements, none of them null
  /// @return what was done
  /// @throws RunException of the first run that failed, unless [#goOnAfterFailures] is set
  public SourceSummary from(Iterator<? extends I> elements) {
    Objects.requireNonNull(elements, "elements");
    var runs = begin();
    return drive.over(() -> {
      while (drive.awaitRoom() && elements.hasNext()) {
        runs.launch(elements.next());
      }
    });
  }

  /// Runs the workflow for each element of a queue, until the last, a stop, an interrupt or a
  /// failure. An element that was taken is always run.
  ///
  /// @param queue the elements
  /// @param last tells the element after which nothing more is taken, and which is not run itself;
  ///   called by a thread of its own
  /// @return what was done
  /// @throws RunException of the first run that failed, unless [#goOnAfterFailures] is set
  public SourceSummary from(BlockingQueue<? extends I> queue, Predicate<? super I> last) {
    Objects.requireNonNull(queue, "queue");
    Objects.requireNonNull(last, "last");
    var runs = begin();
    return drive.overOnThread(
        threads.get(),
        () -> {
          while (drive.awaitRoom()) {
            I element = queue.take();
            if (last.test(element)) {
              return;
            }
            runs.launch(element);
          }
        });
  }

  /// Runs the workflow at each tick until stopped: as [#every(Duration, long, Function)] without a
  /// last.
  ///
  /// @param period the time between two ticks, more than zero
  /// @param input from a tick to the input of its run
  /// @return what was done
  /// @throws RunException of the first run that failed, unless [#goOnAfterFailures] is set
  public SourceSummary every(Duration period, Function<? super Tick, ? extends I> input) {
    return every(period, Long.MAX_VALUE, input);
  }

  /// Runs the workflow at each tick of the executor's time. The first is due one period from now,
  /// and number n is due n periods from now, however long runs take: ticks do not drift.
  ///
  /// A tick for which there is no room waits for it. Those that become due meanwhile are skipped
  /// and counted, but for the newest: when there is room, that one is run at once. So late runs
  /// never pile up.
  ///
  /// @param period the time between two ticks, more than zero
  /// @param count the number of the last tick, from 1; skipped ones count
  /// @param input from a tick to the input of its run; called by the calling thread
  /// @return what was done
  /// @throws RunException of the first run that failed, unless [#goOnAfterFailures] is set
  public SourceSummary every(
      Duration period, long count, Function<? super Tick, ? extends I> input) {
    Objects.requireNonNull(input, "input");
    if (!period.isPositive() || count < 1) {
      throw new IllegalArgumentException(
          "ticks need a period above zero and a count of 1 or more, was "
              + period
              + " and "
              + count);
    }
    var runs = begin();
    var ticks = new SourceTicks(time, drive, period, count);
    return drive.over(() -> {
      for (var tick = ticks.next(); tick != null; tick = ticks.next()) {
        runs.launch(input.apply(tick));
      }
    });
  }

  /// Takes nothing more from the source; runs in flight are waited for. May be called by any
  /// thread, also before the source is driven. A stream or an iterator that is being asked for its
  /// next element is not interrupted.
  public void stop() {
    drive.stop();
  }

  /// Whether to take one more, for code that can't throw.
  private boolean hasRoom() {
    try {
      return drive.awaitRoom();
    } catch (InterruptedException e) {
      drive.interrupted();
      return false;
    }
  }

  private SourceRuns<I, O> begin() {
    drive.begin(atOnce == null ? AT_ONCE : atOnce, failures != null);
    return new SourceRuns<>(executor, workflow, drive, threads.get(), ids, outputs, failures);
  }

  private static void unset(String property, @Nullable Object value) {
    if (value != null) {
      throw new IllegalStateException(property + " was already set");
    }
  }
}
