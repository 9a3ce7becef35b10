package dev.treadle.examples.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunId;
import dev.treadle.TreadleException;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.Recovery;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.StepFailedException;
import dev.treadle.executor.WorkflowExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class PagingTest {
  private static final RunId ID = RunId.of("the-ledger");
  private static final int LINES = 2_000;
  private static final Sum EXPECTED =
      new Sum(LINES, IntStream.range(0, LINES).asLongStream().sum());

  @TempDir Path folder;

  private LedgerFile ledger(int pageBytes) throws IOException {
    var text =
        IntStream.range(0, LINES)
            .mapToObj(n -> "order-" + n + ";" + n)
            .collect(Collectors.joining("\n"));
    return new LedgerFile(Files.writeString(folder.resolve("ledger.csv"), text), pageBytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 100, 4096, 1_000_000})
  void pagesOfAnySize_addUpToTheWhole(int pageBytes) throws Exception {
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.run(new LedgerWorkflow(ledger(pageBytes)).build(), new Cursor(0)))
          .isEqualTo(EXPECTED);
    }
  }

  @Test
  void anEmptyFile_addsUpToNothing() throws Exception {
    var file = new LedgerFile(Files.createFile(folder.resolve("empty.csv")), 100);
    try (var executor = WorkflowExecutor.create()) {
      assertThat(executor.run(new LedgerWorkflow(file).build(), new Cursor(0)))
          .isEqualTo(Sum.nothing());
    }
  }

  @Test
  void aRunIsAsSmallAtTheLastPageAsAtTheFirst() throws Exception {
    var store = MemoryCheckpointStore.create();
    try (var executor = WorkflowExecutor.create(store)) {
      executor.run(new LedgerWorkflow(ledger(200)).build(), new Cursor(0), ID);
    }
    try (var reader = store.reopen()) {
      // input, context, deltas that are yet to be folded, output
      assertThat(reader.entries(ID, -1, 10_000)).hasSizeLessThan(200);
      assertThat(reader.find(ID).orElseThrow().sequence()).isGreaterThan(2 * 100);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 25})
  void afterADeath_theRunGoesOnAtItsPage_andNoPageCountsTwice(int lastPage) throws Exception {
    var ledger = ledger(1_000);
    var next = new AtomicReference<MemoryCheckpointStore>();
    var store = MemoryCheckpointStore.create();
    var reads = new ConcurrentHashMap<Cursor, Integer>();
    Pages dying =
        cursor -> {
          if (reads.merge(cursor, 1, Integer::sum) == 1 && reads.size() == lastPage) {
            next.set(store.reopen()); // nothing that this process does is kept from now on
          }
          return ledger.read(cursor);
        };
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(TreadleException.class)
          .isThrownBy(() -> executor.run(new LedgerWorkflow(dying).build(), new Cursor(0), ID));
    }
    try (var executor = WorkflowExecutor.create(next.get())) {
      var answers = executor.recover(new LedgerWorkflow(dying).build());
      assertThat(answers).hasSize(1).allMatch(Recovery.Resumed.class::isInstance);
      assertThat(((Recovery.Resumed) answers.getFirst()).handle().await())
          .isEqualTo(new RunResult.Completed<>(EXPECTED));
    }
    assertThat(reads.values().stream().filter(times -> times > 1))
        .as("only the page that was being read at the death was read again")
        .hasSize(1);
  }

  @Test
  void aLineThatFitsNoPage_isAnErrorThatSaysWhere() throws Exception {
    var ledger = ledger(8);
    try (var executor = WorkflowExecutor.create()) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(new LedgerWorkflow(ledger).build(), new Cursor(0)))
          .withMessageContaining("has a line of more than 8 bytes, at offset 0");
    }
  }
}
