package dev.treadle.bench.scale;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.WorkflowExecutor;
import java.util.List;
import java.util.stream.IntStream;

/// A fork of numbers with a join.
final class ForkWork implements Work {
  @Override
  public String dimension() {
    return "items of a fork";
  }

  @Override
  public long units(int size) {
    return size;
  }

  @Override
  public void run(WorkflowExecutor executor, int size, Runnable probe) throws Exception {
    var fork = Step.split("fork", Integer.class, Integer.class, ForkWork::items);
    var work = Step.map("work", Integer.class, Integer.class, x -> x + 1);
    var join =
        Step.join(
            "join",
            Integer.class,
            Integer.class,
            values -> {
              probe.run(); // all values are there
              return values.size();
            });
    var workflow =
        Workflow.builder("fork" + size)
            .start(fork)
            .edge(fork, work)
            .join(fork, work, join)
            .end(join)
            .build();
    int got = executor.run(workflow, size);
    if (got != size) {
      throw new IllegalStateException(got + " of " + size + " items arrived");
    }
  }

  private static List<Integer> items(int size) {
    return IntStream.range(0, size).boxed().toList();
  }
}
