package dev.treadle.bench.durable;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Ten executions of one instance in db-scheduler: each reschedules it with the next parcel, the
/// last one removes it.
@State(Scope.Benchmark)
public class DbSchedulerRuns {
  private static final int THREADS = 32;
  private static final double FETCH_FROM = 1.0;
  private static final double FETCH_TO = 8.0;

  private static final String TABLE =
      """
      CREATE TABLE scheduled_tasks (
        task_name text NOT NULL,
        task_instance text NOT NULL,
        task_data bytea,
        execution_time timestamp with time zone NOT NULL,
        picked boolean NOT NULL,
        picked_by text,
        last_success timestamp with time zone,
        last_failure timestamp with time zone,
        consecutive_failures integer,
        last_heartbeat timestamp with time zone,
        version bigint NOT NULL,
        priority smallint,
        PRIMARY KEY (task_name, task_instance))
      """;

  private final AtomicLong number = new AtomicLong();
  private final Map<String, CompletableFuture<Parcel>> ends = new ConcurrentHashMap<>();
  private @Nullable Postgres postgres;
  private @Nullable Scheduler scheduler;

  /// Starts the server and the scheduler.
  ///
  /// @throws IOException if the server can't be started
  /// @throws SQLException if it does not answer
  @Setup(Level.Trial)
  public void open() throws IOException, SQLException {
    postgres = Postgres.start();
    postgres.execute(TABLE);
    postgres.execute("CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)");
    postgres.execute("CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");
    var step =
        Tasks.custom("step", Parcel.class)
            .onFailure((complete, operations) -> {
              operations.remove();
              Objects.requireNonNull(ends.remove(complete.getExecution().getId()))
                  .completeExceptionally(complete.getCause().orElseThrow());
            })
            .execute(this::execute);
    scheduler =
        Scheduler.create(postgres.source(), step)
            .threads(THREADS)
            .pollingInterval(Duration.ofMillis(1))
            .pollUsingLockAndFetch(FETCH_FROM, FETCH_TO)
            .enableImmediateExecution()
            .build();
    scheduler.start();
  }

  private CompletionHandler<Parcel> execute(
      TaskInstance<Parcel> instance, ExecutionContext context) {
    var next = instance.getData().next();
    if (next.count() < RunsShape.STEPS) {
      return (complete, operations) -> operations.reschedule(complete, Instant.now(), next);
    }
    return (complete, operations) -> {
      operations.remove();
      Objects.requireNonNull(ends.remove(instance.getId())).complete(next);
    };
  }

  /// Stops both.
  ///
  /// @throws IOException if the server can't be stopped
  @TearDown(Level.Trial)
  public void close() throws IOException {
    Objects.requireNonNull(scheduler).stop();
    Objects.requireNonNull(postgres).close();
  }

  Parcel run() throws ExecutionException, InterruptedException {
    var id = "run" + number.incrementAndGet();
    var end = new CompletableFuture<Parcel>();
    ends.put(id, end);
    Objects.requireNonNull(scheduler)
        .schedule(new TaskInstance<>("step", id, Parcel.first()), Instant.now());
    return end.get();
  }
}
