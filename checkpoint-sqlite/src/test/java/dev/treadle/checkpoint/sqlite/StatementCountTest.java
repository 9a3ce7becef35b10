package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.proof.Jvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a commit costs at the boundary of JDBC.
final class StatementCountTest {
  private static final Path STRACE = Path.of("/usr/bin/strace");

  @TempDir private Path folder;
  private final Probe probe = new Probe();

  @Test
  void linearCommit_costsThreeStatements_andTheBatchThree() {
    try (var store = Runs.open(folder.resolve("a.db"), probe)) {
      store.append(List.of(Runs.linear("a", 1)));
      probe.executed();
      store.append(List.of(Runs.linear("a", 2)));
      assertThat(probe.executed())
          .containsExactly(
              Transactions.BEGIN,
              Transactions.EPOCH,
              RunWriter.ADVANCE,
              RunWriter.REMOVE,
              RunWriter.PUT,
              Transactions.COMMIT);
    }
  }

  @Test
  void linearCommit_firstOfAnOpeningAndNewStatus_costsThreeStatements() {
    try (var store = Runs.open(folder.resolve("a.db"), probe)) {
      store.append(List.of(Runs.linear("a", 1)));
    }
    try (var store = Runs.open(folder.resolve("a.db"), probe)) {
      store.append(List.of(Runs.linear("other", 1))); // looks for runs that are kept no longer
      probe.executed();
      store.append(List.of(Runs.linear("a", 2)));
      var waiting = Runs.linear("a", 3);
      var header = Runs.header("a", 3, 3, RunStatus.WAITING);
      store.append(
          List.of(new StepCommit(header, waiting.removes(), waiting.puts(), true, List.of())));
      assertThat(probe.executed())
          .containsExactly(
              Transactions.BEGIN,
              Transactions.EPOCH,
              RunWriter.UPDATE,
              RunWriter.REMOVE,
              RunWriter.PUT,
              Transactions.COMMIT,
              Transactions.BEGIN,
              Transactions.EPOCH,
              RunWriter.UPDATE,
              RunWriter.REMOVE,
              RunWriter.PUT,
              Transactions.COMMIT);
    }
  }

  @Test
  void batch_costsThreeStatementsACommit_andThreeInAll() {
    try (var store = Runs.open(folder.resolve("a.db"), probe)) {
      store.append(batch(1));
      probe.executed();
      store.append(batch(2));
      assertThat(probe.executed()).hasSize(3 * 100 + 3);
    }
  }

  @Test
  void linearRun_ofTheExecutor_costsThreeStatementsAStep_andOneTransaction() throws Exception {
    var step = Step.map("a", Integer.class, Integer.class, n -> n + 1);
    var other = Step.map("b", Integer.class, Integer.class, n -> n + 1);
    var last = Step.map("c", Integer.class, Integer.class, n -> n + 1);
    var workflow = Workflow.builder("linear").start(step).then(other).then(last).end(last).build();
    try (var executor = WorkflowExecutor.create(Runs.open(folder.resolve("a.db"), probe))) {
      executor.run(workflow, 1);
      probe.executed();
      executor.run(workflow, 1);
      var perCommit =
          probe.executed().stream()
              .reduce("", (all, sql) -> all + (sql.equals(Transactions.BEGIN) ? "|" : "."))
              .split("\\|", -1);
      // the start; two steps, each the epoch, three statements and the commit; the end with its
      // output
      assertThat(perCommit).hasSize(1 + 4);
      assertThat(perCommit[2]).isEqualTo(".....");
      assertThat(perCommit[3]).isEqualTo(".....");
    }
  }

  @Test
  void linearStep_costsOneSync() throws Exception {
    assumeTrue(Files.isExecutable(STRACE), "strace is not installed, so syncs are not counted");
    long few = syncs(20);
    long many = syncs(220);
    System.out.printf("syncs of a run of 20 steps: %d, of 220: %d%n", few, many);
    assertThat(many - few)
        .isBetween(200L, 202L); // one more when the log is moved into the database
  }

  private long syncs(int steps) throws Exception {
    var counts = folder.resolve("strace-" + steps);
    var process =
        Jvm.start(
            List.of(
                STRACE.toString(), "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", counts + ""),
            LinearRun.class,
            "64m",
            folder.resolve(steps + ".db").toString(),
            "" + steps);
    assertThat(process.waitFor()).isZero();
    try (var lines = Files.lines(counts)) {
      return lines.filter(line -> line.contains("sync(")).count();
    }
  }

  /// One run of so many steps, in a JVM of its own.
  static final class LinearRun {
    private LinearRun() {}

    public static void main(String[] arguments) throws InterruptedException {
      int steps = Integer.parseInt(arguments[1]);
      var loop = Step.map("loop", Integer.class, Integer.class, n -> n + 1);
      var end = Step.map("end", Integer.class, Integer.class, n -> n);
      var workflow =
          Workflow.builder("loop")
              .start(loop)
              .branch(loop)
              .when(Integer.class)
              .and(n -> n < steps)
              .to(loop)
              .otherwise(end)
              .end(end)
              .build();
      var store = SqliteCheckpointStore.open(Path.of(arguments[0]));
      try (var executor = WorkflowExecutor.create(store)) {
        executor.run(workflow, 0);
      }
    }
  }

  private static List<StepCommit> batch(long sequence) {
    return IntStream.range(0, 100).mapToObj(i -> Runs.linear("run-" + i, sequence)).toList();
  }
}
