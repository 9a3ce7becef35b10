package dev.treadle.bench.scale;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.bench.durable.Parcel;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs of ten steps, all at once. They wait at their first step until all have been started.
final class RunsWork implements Work {
  private static final int STEPS = 10;

  @Override
  public String dimension() {
    return "concurrent runs";
  }

  @Override
  public long units(int size) {
    return (long) size * (STEPS + 1);
  }

  @Override
  public void run(WorkflowExecutor executor, int size, Runnable probe) throws Exception {
    var open = new CountDownLatch(1);
    var workflow = workflow(size, open);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var starts = new ArrayList<Future<dev.treadle.executor.RunHandle<Parcel>>>(size);
      for (int i = 0; i < size; i++) {
        starts.add(threads.submit(() -> executor.start(workflow, Parcel.first())));
      }
      for (var start : starts) {
        start.get();
      }
      probe.run();
      open.countDown();
      for (var start : starts) {
        start.get().await();
      }
    }
  }

  private static Workflow<Object, Parcel, Parcel> workflow(int size, CountDownLatch open) {
    var first =
        Step.map(
            "first",
            Parcel.class,
            Parcel.class,
            parcel -> {
              open.await();
              return parcel.next();
            });
    var chain = Workflow.builder("runs" + size).start(first);
    var last = first;
    for (int i = 1; i < STEPS; i++) {
      last = Step.map("step" + i, Parcel.class, Parcel.class, Parcel::next);
      chain = chain.then(last);
    }
    return chain.end(last).build();
  }
}
