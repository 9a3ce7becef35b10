package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The program of [LargeRunsTest]: much at once, in a JVM whose heap is limited.
final class LargeRuns {
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private LargeRuns() {}

  public static void main(String[] arguments) throws InterruptedException {
    int size = Integer.parseInt(arguments[1]);
    switch (arguments[0]) {
      case "runs" -> manyRuns(size);
      case "fork" -> {
        try (var executor = WorkflowExecutor.create()) {
          fork(executor, size);
        }
      }
      case "durable-fork" -> durableFork(size, Path.of(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void manyRuns(int size) throws InterruptedException {
    var a = Step.map("a", Integer.class, Integer.class, n -> n + 1);
    var b = Step.map("b", Integer.class, Integer.class, n -> n * 2);
    var c = Step.map("c", Integer.class, Long.class, n -> n + 1L);
    var three = Workflow.builder("three").start(a).edge(a, b).edge(b, c).end(c).build();
    try (var executor = WorkflowExecutor.create()) {
      var handles = new ArrayList<RunHandle<Long>>(size);
      for (int i = 0; i < size; i++) {
        handles.add(executor.start(three, i));
      }
      long right = 0;
      for (int i = 0; i < size; i++) {
        right += handles.get(i).await().equals(new RunResult.Completed<>(2L * i + 3)) ? 1 : 0;
      }
      OUT.println(right);
    }
  }

  private static Workflow<Object, Integer, Long> forking() {
    var list =
        Step.split(
            "list", Integer.class, Integer.class, n -> IntStream.range(0, n).boxed().toList());
    var twice = Step.map("twice", Integer.class, Integer.class, n -> n * 2);
    var sum =
        Step.join("sum", Integer.class, Long.class, all -> all.stream().mapToLong(n -> n).sum());
    return Workflow.builder("forking")
        .start(list)
        .edge(list, twice)
        .join(list, twice, sum)
        .end(sum)
        .build();
  }

  private static void fork(WorkflowExecutor executor, int size) throws InterruptedException {
    OUT.println(executor.run(forking(), size));
  }

  private static void durableFork(int size, Path database) throws InterruptedException {
    var steps = new ArrayList<Step<Object, Integer, Integer>>();
    for (int i = 0; i < 10; i++) {
      steps.add(Step.map("step" + i, Integer.class, Integer.class, n -> n + 1));
    }
    var builder = Workflow.builder("small").start(steps.getFirst());
    for (var step : steps.subList(1, 10)) {
      builder = builder.then(step);
    }
    var small = builder.end(steps.getLast()).build();
    try (var executor = WorkflowExecutor.create(SqliteCheckpointStore.open(database))) {
      var large = executor.start(forking(), size, RunId.of("large"));
      var waits = new ArrayList<Long>();
      while (!large.status().isFinal()) {
        long before = System.nanoTime();
        executor.run(small, 0);
        waits.add((System.nanoTime() - before) / 1_000_000);
      }
      OUT.println(large.await());
      OUT.println(waits.size());
      waits.sort(null);
      OUT.println(quantiles(waits));
    }
  }

  private static String quantiles(List<Long> sorted) {
    return "median " + sorted.get(sorted.size() / 2) + " ms, longest " + sorted.getLast() + " ms";
  }
}
