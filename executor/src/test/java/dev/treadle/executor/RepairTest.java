package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Repair of failed runs. Most have a fork of which one item fails.
@Timeout(30)
final class RepairTest {
  private final FaultyStore store = FaultyStore.create();
  private final ManualTime time = new ManualTime();
  private final Set<Integer> broken = ConcurrentHashMap.newKeySet();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final List<String> keys = Collections.synchronizedList(new ArrayList<>());

  private final Workflow<Object, Integer, String> workflow =
      Flows.fork(Step.of("each", Integer.class, Integer.class, this::each));

  private Transition<Integer> each(StepContext<Object> ctx, int n) throws IOException {
    seen.add(n + " at " + ctx.attempt());
    if (broken.contains(n)) {
      keys.add(ctx.idempotencyKey());
      throw new IOException("item " + n);
    }
    if (n >= 100) {
      keys.add(ctx.idempotencyKey());
    }
    return Transition.next(n);
  }

  private WorkflowExecutor sequential(FaultyStore where) {
    return WorkflowExecutor.builder().store(where).time(time).parallelism(1).build();
  }

  private void fail(WorkflowExecutor executor) throws InterruptedException {
    broken.add(1);
    Flows.failed(executor.start(workflow, 4, Flows.ID));
  }

  private static long only(RunRepair<?> repair) {
    assertThat(repair.items()).hasSize(1);
    return repair.items().getFirst().sequence();
  }

  @Test
  void repair_listsTheFailedItems_withStepInputAndFailure() throws Exception {
    try (var executor = sequential(store)) {
      fail(executor);
      var item = executor.repair(workflow, Flows.ID).items().getFirst();
      assertThat(item.step()).isEqualTo("each");
      assertThat(item.input()).isEqualTo(1);
      assertThat(item.failure().message()).isEqualTo("item 1");
      assertThat(item.sequence()).isPositive();
      assertThat(item)
          .hasToString("item " + item.sequence() + " of step each: java.io.IOException");
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSkippedItem_isConsumedWithoutSuccessors_andItsJoinFires(boolean dies) throws Exception {
    try (var executor = sequential(store)) {
      fail(executor);
      var repair = executor.repair(workflow, Flows.ID);
      repair.skip(only(repair));
      assertThat(repair.items()).isEmpty();
      assertThat(executor.find(Flows.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
      if (!dies) {
        assertThat(Flows.end(repair.resume())).isEqualTo(new RunResult.Completed<>("[0, 2, 3]"));
      }
    }
    if (dies) {
      try (var executor = Flows.durable(store.reopen(), time)) {
        assertThat(executor.repair(workflow, Flows.ID).items()).isEmpty();
        assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>("[0, 2, 3]"));
      }
    }
    assertThat(seen).containsExactlyInAnyOrder("0 at 1", "1 at 1", "2 at 1", "3 at 1");
  }

  @Test
  void aSkippedLastItem_letsItsJoinFireInTheRepairsCommit() throws Exception {
    broken.add(3);
    try (var executor = sequential(store)) {
      Flows.failed(executor.start(workflow, 4, Flows.ID));
      var repair = executor.repair(workflow, Flows.ID);
      repair.skip(only(repair));
      var commit = store.commits(Flows.ID).getLast();
      assertThat(commit.header().status()).isEqualTo(RunStatus.FAILED);
      assertThat(commit.puts()).extracting(entry -> entry.step()).containsExactly("join");
      assertThat(Flows.end(repair.resume())).isEqualTo(new RunResult.Completed<>("[0, 1, 2]"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunOfWhichNothingIsLeft_drainsWhenItIsResumed(boolean holds) throws Exception {
    var first =
        Step.<Object, Integer, Integer>of(
            "first", Integer.class, Integer.class, (_, n) -> Transition.nextAll(List.of(n, -n)));
    var second =
        Step.<Object, Integer, Integer>of(
            "second",
            Integer.class,
            Integer.class,
            (_, n) -> {
              if (n > 0) {
                throw new IOException("no");
              }
              return holds ? Transition.hold() : Transition.nextAll(List.of());
            });
    var both = Workflow.builder("both").start(first).edge(first, second).end(second).build();
    try (var executor = Flows.durable(store, time)) {
      Flows.failed(executor.start(both, 1, Flows.ID));
      Flows.failed(executor.resume(both, Flows.ID)); // what was left is done, one item fails again
      var repair = executor.repair(both, Flows.ID);
      repair.skip(only(repair));
      var end = Flows.end(repair.resume());
      if (holds) {
        assertThat(end).isInstanceOf(RunResult.Stalled.class);
      } else {
        assertThat(end).isInstanceOf(RunResult.CompletedWithoutOutput.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anItemIsDrivenAgainWithAnotherInput_alsoAfterDeath(boolean dies) throws Exception {
    try (var executor = sequential(store)) {
      fail(executor);
      var repair = executor.repair(workflow, Flows.ID);
      repair.retry(only(repair), 100);
      assertThat(repair.items()).isEmpty();
      if (!dies) {
        assertThat(Flows.end(repair.resume()))
            .isEqualTo(new RunResult.Completed<>("[0, 100, 2, 3]"));
      }
    }
    if (dies) {
      try (var executor = Flows.durable(store.reopen(), time)) {
        assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
            .isEqualTo(new RunResult.Completed<>("[0, 100, 2, 3]"));
      }
    }
    assertThat(seen).contains("1 at 1", "100 at 2");
  }

  @Test
  void theNumberOfRepairs_isPartOfTheIdempotencyKey() throws Exception {
    broken.addAll(List.of(1, 100));
    try (var executor = sequential(store)) {
      Flows.failed(executor.start(workflow, 4, Flows.ID));
      var first = executor.repair(workflow, Flows.ID);
      first.retry(only(first), 100);
      Flows.failed(first.resume());
      Flows.failed(executor.resume(workflow, Flows.ID)); // no repair: the same key
      var second = executor.repair(workflow, Flows.ID);
      second.retry(only(second), 101);
      assertThat(Flows.end(second.resume())).isEqualTo(new RunResult.Completed<>("[0, 101, 2, 3]"));
    }
    assertThat(keys).hasSize(4);
    var plain = keys.getFirst();
    assertThat(keys).containsExactly(plain, plain + ".1", plain + ".1", plain + ".2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachRepairIsADurableCommit(boolean written) throws Exception {
    // start, fork, 0, FAILING, FAILED, the repair
    var faulty = store.unknown(6, written);
    try (var executor = sequential(faulty)) {
      fail(executor);
      var repair = executor.repair(workflow, Flows.ID);
      long item = only(repair);
      assertThatExceptionOfType(CommitUnknownException.class)
          .isThrownBy(() -> repair.retry(item, 100));
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> repair.skip(item))
          .withMessageContaining("begin another repair");
    }
    broken.clear();
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(executor.repair(workflow, Flows.ID).items()).hasSize(written ? 0 : 1);
      assertThat(Flows.end(executor.resume(workflow, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(written ? "[0, 100, 2, 3]" : "[0, 1, 2, 3]"));
    }
  }

  @Test
  void anItemAboutWhichNothingIsSaid_isTriedAgainWithItsInput() throws Exception {
    try (var executor = sequential(store)) {
      fail(executor);
      broken.clear();
      assertThat(Flows.end(executor.repair(workflow, Flows.ID).resume()))
          .isEqualTo(new RunResult.Completed<>("[0, 1, 2, 3]"));
    }
  }

  @Test
  void aFailedJoin_isDrivenAgainWithAnotherList() throws Exception {
    var fork = Flows.upTo("fork");
    var each = Flows.plus("each", 0);
    var join =
        Step.join(
            "join",
            Integer.class,
            String.class,
            list -> {
              if (list.size() > 2) {
                throw new IOException("too many");
              }
              return list.toString();
            });
    var joining =
        Workflow.builder("joining")
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .end(join)
            .build();
    try (var executor = Flows.durable(store, time)) {
      Flows.failed(executor.start(joining, 3, Flows.ID));
      var repair = executor.repair(joining, Flows.ID);
      assertThat(repair.items().getFirst().input()).isEqualTo(List.of(0, 1, 2));
      repair.retry(only(repair), List.of(7));
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(Flows.end(executor.resume(joining, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>("[7]"));
    }
  }

  @Test
  void aWrongInput_isAnErrorThatNamesStepAndType() throws Exception {
    try (var executor = sequential(store)) {
      fail(executor);
      var repair = executor.repair(workflow, Flows.ID);
      long item = only(repair);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> repair.retry(item, "secret"))
          .withMessage(
              "step \"each\" takes a java.lang.Integer, but the new input of item "
                  + item
                  + " is a java.lang.String");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> repair.skip(999))
          .withMessage(
              "run the-run has no failed item 999; it has [item " + item + " of step each]");
      repair.skip(item); // the repair is as good as before
      assertThat(Flows.end(repair.resume())).isEqualTo(new RunResult.Completed<>("[0, 2, 3]"));
      assertThatExceptionOfType(RunConflictException.class).isThrownBy(repair::resume);
    }
  }

  @Test
  void runsThatAreUnknown_drivenHere_orNotFailed_areTypedErrors() throws Exception {
    var inStep = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var wait =
        Flows.only(
            Step.map(
                "wait",
                Integer.class,
                Integer.class,
                n -> {
                  inStep.countDown();
                  Flows.await(mayEnd);
                  return n;
                }));
    try (var executor = Flows.durable(store, time)) {
      assertThatExceptionOfType(UnknownRunException.class)
          .isThrownBy(() -> executor.repair(wait, Flows.ID));
      var handle = executor.start(wait, 1, Flows.ID);
      Flows.await(inStep);
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.repair(wait, Flows.ID))
          .withMessageContaining("goes on here");
      mayEnd.countDown();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>(1));
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.repair(wait, Flows.ID))
          .withMessageContaining("is COMPLETED; only a failed run can be repaired");
    }
    try (var executor = WorkflowExecutor.create()) {
      assertThatExceptionOfType(UnknownRunException.class)
          .isThrownBy(() -> executor.repair(wait, Flows.ID));
    }
  }

  @Test
  void aRepairOfARunThatWasResumedOtherwise_isRefused() throws Exception {
    try (var executor = sequential(store)) {
      fail(executor);
      var repair = executor.repair(workflow, Flows.ID);
      long item = only(repair);
      Flows.failed(executor.resume(workflow, Flows.ID));
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> repair.skip(item))
          .withMessageContaining("changed by somebody else");
      var next = executor.repair(workflow, Flows.ID);
      next.skip(only(next));
      assertThat(Flows.end(next.resume())).isEqualTo(new RunResult.Completed<>("[0, 2, 3]"));
    }
  }

  @Test
  void aCompensatedRun_cannotBeRepaired() throws Exception {
    var trips = new Trips();
    var trip = trips.workflow();
    try (var executor = Flows.durable(store, time)) {
      Flows.failed(executor.start(trip, 7, Flows.ID));
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.repair(trip, Flows.ID))
          .withMessageContaining("has undone what it did");
    }
  }

  @Test
  void aRepairedRunThatFailsAgain_canStillBeCompensated_withTheKeyOfTheRepair() throws Exception {
    var done = Collections.synchronizedList(new ArrayList<String>());
    var charge =
        Step.<Object, Integer, Integer>of(
            "charge",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              if (n < 0) {
                throw new IOException("negative");
              }
              keys.add(ctx.idempotencyKey());
              return Transition.next(n);
            });
    var fail =
        Step.map(
            "fail",
            Integer.class,
            String.class,
            _ -> {
              throw new IOException("no");
            });
    var refund =
        Step.undo("refund", charge, it -> done.add(it.input() + " " + it.idempotencyKey()));
    var paying =
        Workflow.builder("paying")
            .start(charge)
            .then(fail)
            .compensate(charge, refund)
            .end(fail)
            .build();
    try (var executor = Flows.durable(store, time)) {
      Flows.failed(executor.start(paying, -1, Flows.ID));
      var repair = executor.repair(paying, Flows.ID);
      repair.retry(only(repair), 5);
      assertThat(Flows.failed(repair.resume()).undos().undone()).isEqualTo(1);
    }
    assertThat(keys).hasSize(1);
    assertThat(keys.getFirst()).endsWith(".1");
    assertThat(done).containsExactly("5 " + keys.getFirst());
  }
}
