package dev.treadle.bench.durable;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// How many runs go on at once.
@State(Scope.Benchmark)
public class RunsShape {
  static final int STEPS = 10;

  /// The number of runs; with one, each waits for the one before.
  @Param({"1", "100", "1000", "10000"})
  public int runs;

  private boolean warm;

  /// Does something for each run, at once, on a virtual thread each.
  ///
  /// @param subject who, for messages
  /// @param run what; answers the last parcel
  /// @return how many runs there were
  int all(String subject, Callable<Parcel> run) throws Exception {
    if (runs == 1 || !warm) {
      // the first of all loads classes; many virtual threads that wait for one another's would hold
      // all carriers of a small machine
      Parcel.check(subject, run.call(), STEPS);
      warm = true;
    }
    return runs == 1 ? 1 : allAtOnce(subject, run);
  }

  private int allAtOnce(String subject, Callable<Parcel> run) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var ends = new ArrayList<Future<Parcel>>(runs);
      for (int i = 0; i < runs; i++) {
        ends.add(threads.submit(run));
      }
      for (var end : ends) {
        Parcel.check(subject, get(end, threads), STEPS);
      }
    }
    return runs;
  }

  private static Parcel get(Future<Parcel> end, ExecutorService threads)
      throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      threads.shutdownNow(); // the others need not come to an end
      throw new IllegalStateException(e.getCause());
    }
  }
}
