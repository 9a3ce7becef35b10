package dev.treadle.checkpoint.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.checkpoint.file.Fault.Operation;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.ForwardingStore;
import dev.treadle.executor.spi.StepCommit;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each operation on files fails in its turn, in every way, once or from then on; then another one
/// while the store is opened again.
final class FaultSweepTest {
  private static final long BUILD = 20_000;
  private static final long SOAK = Long.getLong("treadle.soak.faults", 5_000_000);
  private static final long SEED = Long.getLong("treadle.soak.seed", 1_000_000);
  private static final int SECONDS = 40;
  private static final List<Fault> FAULTS = List.of(Fault.values());

  private final LongAdder faults = new LongAdder();

  @Test
  void eachOperation_failing_losesNothing_doublesNothing_andIsNeverTakenForDamage() {
    run(1, BUILD);
  }

  @Test
  @Tag("soak")
  void manyMoreFaults_loseNothingAndDoubleNothing() {
    run(SEED, SOAK);
  }

  @Test
  void plantedBug_unknownOutcomeTakenForSuccess_isCaught() {
    assertCaught(
        Fault.LOST, (folder, options, size) -> new Liar(WorkOnDisk.opened(folder, options, size)));
  }

  @Test
  void plantedBug_failedForceThatIsTriedAgain_isCaught() {
    assertCaught(
        Fault.LOST,
        (folder, options, size) -> WorkOnDisk.opened(new ForcingTwice(folder), options, size));
  }

  private void run(long seed, long count) {
    long trials = Seeds.until(seed, count, each -> sweep(each, WorkOnDisk::opened));
    System.out.printf("%d trials with %d faults, from seed %d on%n", trials, faults.sum(), seed);
  }

  private long sweep(long seed, WorkOnDisk.Maker maker) {
    var trial = new FaultTrial(seed, maker);
    var operations = trial.operations();
    assertThat(operations).hasSizeGreaterThan(60);
    long trials = 0;
    for (var fault : FAULTS) {
      trials += sweep(trial, operations, fault);
    }
    return trials;
  }

  private long sweep(FaultTrial trial, List<Operation> operations, Fault fault) {
    long trials = 0;
    for (int at = 0; at < operations.size(); at++) {
      for (int way = 0; way < 4 && fault.fits(operations.get(at)); way++) {
        int second = (at * 7 + way * 11) % (2 * SECONDS) - SECONDS;
        var secondFault = FAULTS.get((at + way) % FAULTS.size());
        var plan = new FaultTrial.Plan(at, fault, way > 1, second, secondFault, way % 2 == 0);
        faults.add(trial.run(plan));
        trials++;
      }
    }
    return trials;
  }

  private void assertCaught(Fault fault, WorkOnDisk.Maker maker) {
    var trial = new FaultTrial(1, maker);
    var operations = new FaultTrial(1, WorkOnDisk::opened).operations();
    assertThatThrownBy(() -> sweep(trial, operations, fault))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("new FaultTrial(1, ");
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
