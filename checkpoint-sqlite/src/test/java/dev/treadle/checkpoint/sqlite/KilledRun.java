package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// The program that [KillTest] kills: starts or resumes one run of a workflow with a fork, a nested
/// fork, a branch and a join. Each execution of a step appends a line to a log, which no crash of
/// the process can take back.
final class KilledRun {
  static final int WIDTH = 12;
  static final int DEPTH = 4;

  /// What each step's commit adds to the context: the execution's label, once.
  record Counts(Map<String, Integer> byLabel) {
    Counts plus(String label) {
      var more = new TreeMap<>(byLabel);
      more.merge(label, 1, Integer::sum);
      return new Counts(more);
    }
  }

  private final Path log;

  private KilledRun(Path log) {
    this.log = log;
  }

  public static void main(String[] arguments) throws InterruptedException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var workflow = new KilledRun(Path.of(arguments[1])).workflow();
    try (var executor =
        WorkflowExecutor.builder()
            .store(SqliteCheckpointStore.open(Path.of(arguments[0])))
            .parallelism(4)
            .build()) {
      var id = RunId.of(arguments[2]);
      var handle = executor.start(workflow, WIDTH, id);
      out.println("started");
      var result = handle.await();
      while (result instanceof RunResult.Quarantined<String>) { // killed too soon, time and again
        result = executor.resume(workflow, id).await();
      }
      if (result instanceof RunResult.Completed<String>(var output)) {
        out.println(output);
      }
    }
  }

  private Workflow<Counts, Integer, String> workflow() {
    var in = Step.in(Counts.class);
    var list =
        in.of(
            "list",
            Integer.class,
            Integer.class,
            (ctx, n) -> done(ctx, n, Transition.nextAll(range(0, n))));
    var look =
        in.of("look", Integer.class, Integer.class, (ctx, n) -> done(ctx, n, Transition.next(n)));
    var even =
        in.of("even", Integer.class, Integer.class, (ctx, n) -> done(ctx, n, Transition.next(n)));
    var inner =
        in.of(
            "inner",
            Integer.class,
            Integer.class,
            (ctx, n) -> done(ctx, n, Transition.nextAll(range(n * 10, DEPTH))));
    var deep =
        in.of("deep", Integer.class, Integer.class, (ctx, n) -> done(ctx, n, Transition.next(n)));
    var innerSum =
        Step.join(
            "innerSum",
            Integer.class,
            Integer.class,
            all -> logged("innerSum", all, all.stream().mapToInt(n -> n).sum()));
    var total =
        Step.join(
            "total", Integer.class, String.class, all -> logged("total", all, all.toString()));
    return Workflow.builder("killed", Counts.class, () -> new Counts(Map.of()))
        .start(list)
        .edge(list, look)
        .branch(look)
        .when(Integer.class)
        .and(n -> n % 2 == 0)
        .to(even)
        .otherwise(inner)
        .edge(inner, deep)
        .join(inner, deep, innerSum)
        .join(list, even, total)
        .join(list, innerSum, total)
        .end(total)
        .build();
  }

  private static List<Integer> range(int from, int count) {
    return IntStream.range(from, from + count).boxed().toList();
  }

  private <O> Transition<O> done(StepContext<Counts> ctx, Object input, Transition<O> answer) {
    var label = ctx.step() + ":" + input;
    ctx.update(counts -> counts.plus(label));
    return logged(ctx.step(), input, answer);
  }

  /// The work of a step: some time, and a trace of having run.
  private <T> T logged(String step, Object input, T answer) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
    try {
      Files.writeString(
          log, step + ":" + input + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer;
  }
}
