package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunStatus;
import dev.treadle.executor.spi.StepCommit;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a commit costs at the boundary of JDBC.
final class StatementCountTest {
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
      store.find(Runs.header("a", 1, 1, RunStatus.RUNNING).id());
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

  private static List<StepCommit> batch(long sequence) {
    return IntStream.range(0, 100).mapToObj(i -> Runs.linear("run-" + i, sequence)).toList();
  }
}
