package dev.treadle.bench.durable;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.checkpoint.sqlite.SqliteCheckpointStore;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.WorkflowExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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

/// Runs of ten steps on SQLite with `synchronous=FULL`, per commit (a run of ten steps has eleven),
/// beside the same three statements in a bare loop: a transaction each, and 256 to a transaction.
/// Payloads of about 200 bytes.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class SqliteBenchmark {
  private static final int STEPS = 10;
  private static final int COMMITS = STEPS + 1;
  private static final int RUNS = 1_000;
  private static final int BATCH = 256;

  private Path folder;
  private WorkflowExecutor executor;
  private Workflow<Object, Parcel, Parcel> ten;
  private final Parcel parcel = new Parcel("x", "y".repeat(150), 0);
  private Connection raw;
  private long next;

  /// A payload.
  public record Parcel(String id, String text, long count) {}

  @Setup(Level.Trial)
  public void open() throws IOException, SQLException {
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
    executor = WorkflowExecutor.create(SqliteCheckpointStore.open(folder.resolve("runs.db")));
    raw = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("raw.db"));
    try (var statement = raw.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute(
          "CREATE TABLE entry (run INTEGER, id INTEGER, payload BLOB, PRIMARY KEY (run, id))"
              + " WITHOUT ROWID");
      statement.execute("CREATE TABLE run (no INTEGER PRIMARY KEY, sequence INTEGER)");
      statement.execute("INSERT INTO run VALUES (1, 0)");
    }
    raw.setAutoCommit(false);
  }

  @TearDown(Level.Trial)
  public void close() throws IOException, SQLException {
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
  public void rawTransaction() throws SQLException {
    statements(1);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void rawBatch() throws SQLException {
    statements(BATCH);
  }

  private void statements(int commits) throws SQLException {
    try (var advance = raw.prepareStatement("UPDATE run SET sequence = ? WHERE no = 1");
        var remove = raw.prepareStatement("DELETE FROM entry WHERE run = 1 AND id = ?");
        var put = raw.prepareStatement("INSERT INTO entry VALUES (1, ?, ?)")) {
      var payload = new byte[200];
      for (int i = 0; i < commits; i++) {
        next++;
        advance.setLong(1, next);
        advance.executeUpdate();
        remove.setLong(1, next - 1);
        remove.executeUpdate();
        put.setLong(1, next);
        put.setBytes(2, payload);
        put.executeUpdate();
      }
      raw.commit();
    }
  }
}
