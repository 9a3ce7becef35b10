package dev.treadle.checkpoint.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.checkpoint.sqlite.FaultyDriver.Fault;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.proof.FolderInMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;

/// Every operation of the driver fails in turn, in every way, and the promises hold.
final class FaultSweepTest {
  private static final List<Fault> FAULTS =
      Stream.of(false, true)
          .flatMap(forEver ->
              Stream.of(
                  new Fault(SQLiteErrorCode.SQLITE_IOERR_WRITE, false, forEver),
                  new Fault(SQLiteErrorCode.SQLITE_IOERR_FSYNC, true, forEver),
                  new Fault(SQLiteErrorCode.SQLITE_IOERR_READ, false, forEver),
                  new Fault(SQLiteErrorCode.SQLITE_FULL, false, forEver),
                  new Fault(SQLiteErrorCode.SQLITE_BUSY, false, forEver),
                  new Fault(SQLiteErrorCode.SQLITE_NOMEM, false, forEver),
                  new Fault(SQLiteErrorCode.SQLITE_CORRUPT, false, forEver),
                  new Fault(null, true, forEver)))
          .toList();

  @TempDir(factory = FolderInMemory.class)
  private Path folder;

  private Path template = Path.of("");
  private long trials;
  private long failures;

  @BeforeEach
  void makeTemplate() {
    template = folder.resolve("template.db");
    FaultTrial.template(template);
  }

  /// In each build each operation fails in some of the ways, and `allWays` has the others.
  @Test
  void eachOperation_failing_losesNothingAndDoublesNothing() throws IOException {
    ways(8);
  }

  @Test
  void aSecondFaultDuringRecovery_losesNothingAndDoublesNothing() throws IOException {
    pairs(61, 17);
  }

  @Test
  @Tag("soak")
  void allWays_loseNothingAndDoubleNothing() throws IOException {
    ways(1);
  }

  @Test
  @Tag("soak")
  void allPairs_ofFaults_loseNothingAndDoubleNothing() throws IOException {
    pairs(1, 1);
  }

  @Test
  void plantedBug_unknownOutcomeTakenForSuccess_isCaught() {
    assertCaught(0, (file, driver) -> new Liar(FaultTrial.open(file, driver)));
  }

  @Test
  void plantedBug_failedForceTakenForARefusal_isCaught() {
    assertCaught(
        1,
        (file, driver) ->
            FaultTrial.open(
                file,
                (url, config) -> new Mapped(driver.connect(url, config)).connection(true, false)));
  }

  @Test
  void plantedBug_commitsThatAreNoTransactions_areCaught() {
    assertCaught(
        0,
        (file, driver) ->
            FaultTrial.open(
                file,
                (url, config) -> new Mapped(driver.connect(url, config)).connection(false, true)));
  }

  private void ways(int step) throws IOException {
    var operations = operations();
    for (int way = 0; way < FAULTS.size(); way++) {
      for (long at = 1L + way % step; at <= operations; at += step) {
        trial(FaultTrial::open, at, FAULTS.get(way), 0);
      }
    }
    say(operations);
  }

  private void pairs(int step, int secondStep) throws IOException {
    var operations = operations();
    for (var fault : FAULTS) {
      if (!fault.forEver()) {
        for (long at = 1; at <= operations; at += step) {
          for (int second = 1; second <= 60; second += secondStep) {
            trial(FaultTrial::open, at, fault, second);
          }
        }
      }
    }
    say(operations);
  }

  private long operations() throws IOException {
    var driver = new FaultyDriver(0, FAULTS.getFirst());
    new FaultTrial(folder.resolve("runs.db"), FaultTrial::open, driver, 0).run(template);
    assertThat(driver.count()).isGreaterThan(100);
    return driver.count();
  }

  private void trial(FaultTrial.Maker maker, long at, Fault fault, int second) throws IOException {
    var driver = new FaultyDriver(at, fault);
    try {
      failures += new FaultTrial(folder.resolve("runs.db"), maker, driver, second).run(template);
    } catch (AssertionError e) {
      throw new AssertionError("operation " + at + ", " + fault + ", then after " + second, e);
    }
    assertThat(driver.hasFired()).isTrue();
    trials++;
  }

  private void say(long operations) {
    System.out.printf(
        "%d trials of %d operations, %d failures met%n", trials, operations, failures);
  }

  private void assertCaught(int way, FaultTrial.Maker maker) {
    assertThatThrownBy(
            () -> {
              var operations = operations();
              for (long at = 1; at <= operations; at++) {
                trial(maker, at, FAULTS.get(way), 0);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("operation ");
    System.out.printf("caught after %d trials%n", trials);
  }

  /// Says that all is well where nobody knows.
  private record Liar(CheckpointStore store) implements ForwardingStore {
    @Override
    public List<Integer> append(List<StepCommit> batch) {
      try {
        return store.append(batch);
      } catch (CommitUnknownException e) {
        return List.of();
      }
    }
  }
}
