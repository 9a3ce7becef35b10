package dev.treadle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StoreDamagedException;
import dev.treadle.executor.spi.WriteRefusedException;
import dev.treadle.testkit.FaultyStore.Operation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A store that fails as told, and what an executor makes of it.
@Timeout(60)
final class FaultyStoreTest {
  private static final RunId ID = RunId.of("the-run");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final MemoryCheckpointStore data = MemoryCheckpointStore.create();
  private final FaultyStore store = FaultyStore.over(data);
  private final AtomicInteger executions = new AtomicInteger();

  private final Workflow<Object, Integer, Integer> workflow = workflow();

  /// A start, then one commit for each of two steps.
  private Workflow<Object, Integer, Integer> workflow() {
    var first =
        Step.map(
            "first",
            Integer.class,
            Integer.class,
            n -> {
              executions.incrementAndGet();
              return n + 1;
            });
    var last = Step.map("last", Integer.class, Integer.class, n -> n * 2);
    return Workflow.builder("two").start(first).then(last).end(last).build();
  }

  @Test
  void aRefusedWrite_isTriedAgain_andTheStepIsNotRunAgain() throws Exception {
    store.at(Operation.APPEND, 2, Fault.refused());
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(workflow, 20, ID)).isEqualTo(42);
    }
    assertThat(store.calls(Operation.APPEND)).isEqualTo(4);
    assertThat(executions).hasValue(1);
  }

  @Test
  void writesThatAreRefusedFromACallOn_suspendTheRun_untilTheStoreIsHealed() throws Exception {
    store.from(Operation.APPEND, 2, Fault.refused());
    try (var executor = WorkflowExecutor.create(store)) {
      var handle = executor.start(workflow, 20, ID);
      store.awaitCalls(Operation.APPEND, 4, LIMIT);
      assertThat(handle.status()).isEqualTo(RunStatus.SUSPENDED);
      store.heal();
      assertThat(handle.await(LIMIT)).contains(new RunResult.Completed<>(42));
    }
    assertThat(executions).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUnknownOutcome_failsTheRun_andTheNextOpenDecides(boolean written) throws Exception {
    store.at(Operation.APPEND, 2, Fault.unknown(written));
    try (var executor = WorkflowExecutor.create(store)) {
      assertThatExceptionOfType(CommitUnknownException.class)
          .isThrownBy(() -> executor.run(workflow, 20, ID));
    }
    try (var executor = WorkflowExecutor.create(data.reopen())) {
      assertThat(executor.run(workflow, 20, ID)).isEqualTo(42);
    }
    assertThat(executions).hasValue(written ? 1 : 2);
  }

  @Test
  void afterAnUnknownOutcome_theStoreIsClosed() {
    store.at(Operation.DELETE, 1, Fault.unknown(false));
    assertThatExceptionOfType(CommitUnknownException.class)
        .isThrownBy(() -> store.delete(ID))
        .withMessage("memory: a test says that the outcome of DELETE is unknown");
    store.heal();
    assertThatExceptionOfType(CommitUnknownException.class).isThrownBy(() -> store.find(ID));
    assertThat(store.calls(Operation.FIND)).isZero();
    store.close();
  }

  @Test
  void aDelay_holdsTheCallBackUntilTheTimeHasPassed() throws Exception {
    var time = new VirtualTime();
    store.at(Operation.APPEND, 2, Fault.delayed(Duration.ofHours(1), time));
    try (var executor = WorkflowExecutor.builder().store(store).time(time).build()) {
      var handle = executor.start(workflow, 20, ID);
      store.awaitCalls(Operation.APPEND, 2, LIMIT);
      assertThat(time.awaitTimer(LIMIT)).isEqualTo(VirtualTime.BEGIN.plus(Duration.ofHours(1)));
      time.advance(Duration.ofHours(1).minusMillis(1));
      assertThat(handle.await(Duration.ofMillis(20))).isEmpty();
      assertThat(store.calls(Operation.APPEND)).isEqualTo(2);
      time.advance(Duration.ofMillis(1));
      assertThat(handle.await(LIMIT)).contains(new RunResult.Completed<>(42));
    }
  }

  @Test
  void damage_isToldOfTheRunThatIsRead_orOfAll() {
    store
        .at(Operation.FIND, 1, Fault.damaged())
        .at(Operation.ENTRIES, 1, Fault.damaged())
        .at(Operation.LIST, 2, Fault.damaged());
    assertThatExceptionOfType(StoreDamagedException.class)
        .isThrownBy(() -> store.find(ID))
        .satisfies(e -> assertThat(e.run()).contains(ID));
    assertThatExceptionOfType(StoreDamagedException.class)
        .isThrownBy(() -> store.entries(ID, -1, 1))
        .satisfies(e -> assertThat(e.run()).contains(ID));
    assertThat(store.list(RunQuery.all(1))).isEmpty();
    assertThatExceptionOfType(StoreDamagedException.class)
        .isThrownBy(() -> store.list(RunQuery.all(1)))
        .satisfies(e -> assertThat(e.run()).isEmpty());
    assertThat(store.find(ID)).as("once").isEmpty();
  }

  @Test
  void eachOperation_countsForItself() {
    store.at(Operation.DISCARD, 2, Fault.refused());
    store.discardUnfinished(ID);
    assertThat(store.delete(ID)).isFalse();
    assertThatExceptionOfType(WriteRefusedException.class)
        .isThrownBy(() -> store.discardUnfinished(ID))
        .withMessage("memory: a test refuses DISCARD");
    store.discardUnfinished(ID);
    assertThat(store.calls(Operation.DISCARD)).isEqualTo(3);
    assertThat(store.calls(Operation.DELETE)).isEqualTo(1);
  }

  @Test
  void faultsThatMakeNoSense_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.at(Operation.FIND, 1, Fault.unknown(true)))
        .withMessage("a read, such as FIND, can't be Unknown[written=true]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.from(Operation.APPEND, 1, Fault.damaged()))
        .withMessage("a write, such as APPEND, can't be Damaged[]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.at(Operation.APPEND, 0, Fault.refused()))
        .withMessage("call 0 of APPEND can't fail: there were 0 calls, and they count from 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fault.delayed(Duration.ZERO, new VirtualTime()));
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> store.awaitCalls(Operation.LIST, 1, Duration.ofMillis(1)))
        .withMessage("the store had 0 calls of LIST, not 1, within PT0.001S");
  }

  /// Without a fault it keeps what the store behind it keeps.
  @Nested
  final class WithoutFaults extends CheckpointStoreContract {
    private @Nullable MemoryCheckpointStore latest;

    @Override
    protected CheckpointStore open() {
      latest = latest == null ? MemoryCheckpointStore.create() : latest.reopen();
      return FaultyStore.over(latest);
    }

    @Override
    protected CheckpointStore openOver(CheckpointStore former) {
      return open();
    }
  }
}
