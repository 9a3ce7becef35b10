package dev.treadle.bench.durable;

import dev.treadle.bench.About;
import dev.treadle.bench.Measured;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/// Durable steps in the peers.
@About(
    title = "Durable steps in the peers",
    text =
        """
        Runs of ten steps with parcels of about 200 bytes, per step. What each makes durable before it goes on:

        - `treadle`: as its store, see above.
        - `dbos` (DBOS Transact): the start of a workflow and the result of each step, in PostgreSQL. Steps that were done are not done again after a death: the workflow's code is replayed up to there.
        - `dbScheduler` (db-scheduler): the ten steps are ten executions of one instance, which carries the parcel; each execution is picked and rescheduled in PostgreSQL, with the parcel. It polls every millisecond, by lock-and-fetch, with 32 threads.
        - `langGraph4j` with its file saver: after each node it rewrites a file with all checkpoints of the run. It never forces that file to the device: durable against the death of the process at best, not of the machine, and a death amid rewriting costs the whole run.

        PostgreSQL is the embedded one, on the same file system, with `fsync`, `synchronous_commit` and `full_page_writes` on, which the benchmark checks; so every commit there is forced before the client goes on. The peers on it can run on several machines, which Treadle on these stores can't; that is a part of what they pay for.
        """,
    chapter = About.Chapter.DURABLE,
    unit = "step",
    by = "runs",
    each = RunsShape.STEPS)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DurablePeersBenchmark extends Measured {
  /// The subject.
  ///
  /// @param shape how many runs
  /// @param subject set up
  /// @return how many runs
  /// @throws Exception if a run fails
  @Benchmark
  public int treadle(RunsShape shape, TreadleRuns subject) throws Exception {
    return shape.all("Treadle", subject::run);
  }

  /// LangGraph4j with its file saver.
  ///
  /// @param shape how many runs
  /// @param peer set up
  /// @return how many runs
  /// @throws Exception if a run fails
  @Benchmark
  public int langGraph4j(RunsShape shape, LangGraphRuns peer) throws Exception {
    return shape.all("LangGraph4j", peer::run);
  }

  /// db-scheduler on PostgreSQL.
  ///
  /// @param shape how many runs
  /// @param peer set up
  /// @return how many runs
  /// @throws Exception if a run fails
  @Benchmark
  public int dbScheduler(RunsShape shape, DbSchedulerRuns peer) throws Exception {
    return shape.all("db-scheduler", peer::run);
  }

  /// DBOS on PostgreSQL.
  ///
  /// @param shape how many runs
  /// @param peer set up
  /// @return how many runs
  /// @throws Exception if a run fails
  @Benchmark
  public int dbos(RunsShape shape, DbosRuns peer) throws Exception {
    return shape.all("DBOS", peer::run);
  }
}
