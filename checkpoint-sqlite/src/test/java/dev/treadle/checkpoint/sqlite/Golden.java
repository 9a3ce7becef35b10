package dev.treadle.checkpoint.sqlite;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import dev.treadle.executor.spi.StepCommit;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What lies in the golden databases, one for each released version of the tables. [#main] writes
/// the one of the present version; a file that was released is never written again.
final class Golden {
  static final RunId FAILED = RunId.of("failed");
  static final List<StepCommit> COMMITS =
      List.of(
          commit(header("order-1", RunStatus.RUNNING, 4), entries("é\u0000", 4)),
          commit(header("order-2", RunStatus.COMPLETED, 2), entries("out", 2)),
          commit(header("order-3", RunStatus.WAITING, 1), entries("x".repeat(9_000), 1)));

  private Golden() {}

  public static void main(String[] arguments) throws InterruptedException {
    var file = Path.of(arguments[0]);
    try (var store = SqliteCheckpointStore.open(file)) {
      store.append(COMMITS);
      var more = header("order-1", RunStatus.RUNNING, 5);
      store.append(
          List.of(
              new StepCommit(
                  next(more),
                  List.of(),
                  List.of(Runs.entry(4, Entry.Kind.ITEM, "part")),
                  false,
                  List.of())));
    }
    try (var executor = WorkflowExecutor.create(SqliteCheckpointStore.open(file))) {
      executor.start(workflow(true), 20, FAILED).await();
    }
  }

  /// Fails at its second step, or adds 2 to what it was given.
  static Workflow<Object, Integer, Integer> workflow(boolean fails) {
    var first = Step.map("first", Integer.class, Integer.class, n -> n + 1);
    var second =
        Step.map(
            "second",
            Integer.class,
            Integer.class,
            n -> {
              if (fails) {
                throw new IllegalStateException("not yet");
              }
              return n + 1;
            });
    return Workflow.builder("golden").start(first).then(second).end(second).build();
  }

  private static StepCommit commit(RunHeader header, List<Entry> puts) {
    return new StepCommit(header, List.of(), puts, true, List.of());
  }

  private static List<Entry> entries(String payload, int count) {
    return List.of(
            Runs.entry(0, Entry.Kind.INPUT, payload),
            Runs.entry(1, Entry.Kind.ITEM, payload),
            Runs.entry(2, Entry.Kind.OUTPUT, payload),
            Runs.entry(3, Entry.Kind.CONTEXT, ""))
        .subList(0, count);
  }

  private static RunHeader header(String run, RunStatus status, long nextId) {
    return new RunHeader(
        RunId.of(run),
        "orders",
        status,
        status == RunStatus.WAITING ? "for a timer" : "",
        1,
        nextId,
        Runs.CREATED,
        Runs.CREATED.plusMillis(5),
        status == RunStatus.WAITING ? Optional.of(Runs.CREATED.plusSeconds(9)) : Optional.empty(),
        Map.of("customer", run),
        "{}");
  }

  private static RunHeader next(RunHeader header) {
    return Runs.header(header.id().value(), 2, header.nextId(), header.status());
  }
}
