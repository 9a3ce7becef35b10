package dev.treadle.bench.durable;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.bench.About;
import dev.treadle.bench.Folders;
import dev.treadle.bench.Measured;
import dev.treadle.executor.WorkflowExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// Whether a commit costs more when much is pending.
@About(
    title = "A commit against the length of the queue",
    text =
        "One run with so many pending items: all but one wait for their turn at a step that is held"
            + " up, and the one goes round a loop, a commit each time. Per commit of the loop; it"
            + " should not depend on the length.",
    chapter = About.Chapter.DURABLE,
    unit = "commit",
    each = QueueLengthBenchmark.ROUNDS)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class QueueLengthBenchmark extends Measured {
  /// How many commits an invocation waits for.
  public static final int ROUNDS = 1_000;

  /// How many items are pending.
  @Param({"1", "100", "10000", "100000"})
  public int queue;

  /// The name of a [StoreKind].
  @Param({"memory", "file", "sqliteFull", "sqliteNormal"})
  public String store = "memory";

  private final Semaphore go = new Semaphore(0);
  private final Semaphore done = new Semaphore(0);
  private final CountDownLatch held = new CountDownLatch(1);
  private @Nullable Path folder;
  private @Nullable WorkflowExecutor executor;

  /// Starts the run and waits until its queue is as long as wanted.
  ///
  /// @throws IOException if there is no folder for the store
  /// @throws InterruptedException if interrupted
  @Setup(Level.Trial)
  public void open() throws IOException, InterruptedException {
    folder = Folders.make();
    executor = WorkflowExecutor.builder().store(StoreKind.of(store).open(folder)).build();
    executor.start(workflow(), 0L);
    done.acquire(); // the loop has been reached, so the fork is committed
  }

  private Workflow<Object, Long, Void> workflow() {
    var fork =
        Step.split(
            "fork",
            Long.class,
            Long.class,
            _ -> LongStream.range(0, queue).map(i -> -i).boxed().toList());
    var sort = Step.map("sort", Long.class, Long.class, value -> value);
    var loop = Step.map("loop", Long.class, Long.class, this::round);
    var hold =
        Step.map(
                "hold",
                Long.class,
                Long.class,
                value -> {
                  held.await();
                  return value;
                })
            .concurrency(1);
    return Workflow.builder("queue")
        .start(fork)
        .branch(fork)
        .when(Long.class)
        .and(value -> value == 0)
        .to(loop)
        .otherwise(hold)
        .branch(loop)
        .when(Long.class)
        .and(value -> value >= 0)
        .to(loop)
        .otherwise(sort)
        .sink(hold)
        .sink(sort)
        .build();
  }

  /// The loop stops at every so many rounds until the next invocation.
  private Long round(Long value) throws InterruptedException {
    if (value % ROUNDS == 0) {
      done.release();
      go.acquire();
    }
    return value + 1;
  }

  /// Leaves the run where it is.
  ///
  /// @throws IOException if the store can't be deleted
  @TearDown(Level.Trial)
  public void close() throws IOException {
    Objects.requireNonNull(executor).close(Duration.ZERO);
    Folders.delete(Objects.requireNonNull(folder));
  }

  /// How much the store's files hold.
  ///
  /// @return in bytes
  /// @throws IOException if they can't be read
  public long stored() throws IOException {
    return Folders.size(Objects.requireNonNull(folder));
  }

  /// The subject.
  ///
  /// @throws InterruptedException if interrupted
  @Benchmark
  public void treadle() throws InterruptedException {
    go.release();
    done.acquire();
  }
}
