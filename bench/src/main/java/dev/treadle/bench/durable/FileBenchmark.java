package dev.treadle.bench.durable;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.checkpoint.file.FileCheckpointStore;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.Retention;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Runs of ten steps on the file store, per commit (a run of ten steps has eleven), beside a bare
/// loop that appends as many bytes to a file: forced each, and 256 with one force. Payloads of
/// about 200 bytes.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class FileBenchmark {
  private static final int STEPS = 10;
  private static final int COMMITS = STEPS + 1;
  private static final int RUNS = 1_000;
  private static final int BATCH = 256;

  /// What a commit of these runs takes in the journal.
  private static final int BYTES = 480;

  private static final long LONGEST_FILE = 1L << 26;

  private Path folder;
  private WorkflowExecutor executor;
  private Workflow<Object, Parcel, Parcel> ten;
  private final Parcel parcel = new Parcel("x", "y".repeat(150), 0);
  private final ByteBuffer commit = ByteBuffer.allocate(BYTES);
  private FileChannel raw;
  private long end;

  /// A payload.
  public record Parcel(String id, String text, long count) {}

  @Setup(Level.Trial)
  public void open() throws IOException {
    folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "bench");
    var steps = new ArrayList<Step<Object, Parcel, Parcel>>();
    for (int i = 0; i < STEPS; i++) {
      steps.add(
          Step.map(
              "step" + i,
              Parcel.class,
              Parcel.class,
              p -> new Parcel(p.id(), p.text(), p.count() + 1)));
    }
    var builder = Workflow.builder("ten").start(steps.getFirst());
    for (var step : steps.subList(1, STEPS)) {
      builder = builder.then(step);
    }
    ten = builder.end(steps.getLast()).build();
    executor =
        WorkflowExecutor.create(
            FileCheckpointStore.open(
                folder.resolve("runs"), o -> o.withRetention(Retention.last(10_000))));
    raw =
        FileChannel.open(
            folder.resolve("raw"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    executor.close();
    raw.close();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  @OperationsPerInvocation(COMMITS)
  public Parcel oneRun() throws InterruptedException {
    return executor.run(ten, parcel);
  }

  @Benchmark
  @OperationsPerInvocation(COMMITS * RUNS)
  public int thousandRuns() throws InterruptedException {
    var threads = new ArrayList<Thread>(RUNS);
    var handles = new RunHandle<?>[RUNS];
    for (int i = 0; i < RUNS; i++) {
      int at = i;
      threads.add(Thread.startVirtualThread(() -> handles[at] = executor.start(ten, parcel)));
    }
    int done = 0;
    for (int i = 0; i < RUNS; i++) {
      threads.get(i).join();
      handles[i].await();
      done++;
    }
    return done;
  }

  @Benchmark
  public void rawAppend() throws IOException {
    append();
    raw.force(false);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void rawBatch() throws IOException {
    for (int i = 0; i < BATCH; i++) {
      append();
    }
    raw.force(false);
  }

  private void append() throws IOException {
    if (end > LONGEST_FILE) {
      raw.truncate(0);
      end = 0;
    }
    end += raw.write(commit.clear(), end);
  }
}
