package dev.treadle.bench.scale;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.bench.durable.Parcel;
import dev.treadle.executor.WorkflowExecutor;

/// One run that goes round a loop.
final class StepsWork implements Work {
  @Override
  public String dimension() {
    return "steps of a run";
  }

  @Override
  public long units(int size) {
    return size;
  }

  @Override
  public void run(WorkflowExecutor executor, int size, Runnable probe) throws Exception {
    var loop = Step.map("loop", Parcel.class, Parcel.class, Parcel::next);
    var done =
        Step.map(
            "done",
            Parcel.class,
            Parcel.class,
            parcel -> {
              probe.run();
              return parcel;
            });
    var workflow =
        Workflow.builder("steps" + size)
            .start(loop)
            .branch(loop)
            .when(Parcel.class)
            .and(parcel -> parcel.count() < size)
            .to(loop)
            .otherwise(done)
            .end(done)
            .build();
    long count = executor.run(workflow, Parcel.first()).count();
    if (count != size) {
      throw new IllegalStateException(count + " steps, not " + size);
    }
  }
}
