package dev.treadle.bench.dispatch;

import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.WorkflowExecutor;
import java.util.List;
import java.util.stream.LongStream;

/// A fork of numbers, something done to each, and a join that adds them up.
final class ForkShape {
  private ForkShape() {}

  static Workflow<Object, Integer, Long> workflow(dev.treadle.Fn<Long, Long> each) {
    var fork = Step.split("fork", Integer.class, Long.class, ForkShape::items);
    var work = Step.map("work", Long.class, Long.class, each);
    var join = Step.join("join", Long.class, Long.class, ForkShape::sum);
    return Workflow.builder("fork")
        .start(fork)
        .edge(fork, work)
        .join(fork, work, join)
        .end(join)
        .build();
  }

  static List<Long> items(int count) {
    return LongStream.range(Shapes.FIRST, Shapes.FIRST + count).boxed().toList();
  }

  static Long sum(List<Long> values) {
    long sum = 0;
    for (var value : values) {
      sum += value;
    }
    return sum;
  }

  static Long run(WorkflowExecutor executor, Workflow<Object, Integer, Long> fork, int items)
      throws InterruptedException {
    return executor.run(fork, items);
  }

  /// What comes out if one is added to each item.
  static Long expected(int items) {
    return LongStream.range(Shapes.FIRST, Shapes.FIRST + items).map(x -> x + 1).sum();
  }
}
