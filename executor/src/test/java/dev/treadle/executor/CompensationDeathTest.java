package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.Done;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Compensation across deaths, and of attempts whose outcome nobody knows.
@Timeout(60)
final class CompensationDeathTest {
  private final ManualTime time = new ManualTime();

  /// How the next process goes on with the run.
  enum How {
    RECOVER,
    RESUME,
    START
  }

  private static RunHandle<?> goOn(
      WorkflowExecutor executor, Workflow<?, Integer, ?> workflow, How how) {
    return switch (how) {
      case RECOVER -> Flows.resumed(executor.recover(workflow));
      case RESUME -> executor.resume(workflow, Trips.ID);
      case START -> executor.start(workflow, 7, Trips.ID);
    };
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void deathAtEveryCommit_undoesNothingTwiceThatWasWritten_andSkipsNothing(How how)
      throws Exception {
    for (boolean written : new boolean[] {false, true}) {
      for (int k = 2; k <= 10; k++) { // ten commits: see CompensationTest
        var store = FaultyStore.create().unknown(k, written);
        dieAndGoOn(new Trips(), store, how, written, k);
      }
    }
  }

  private void dieAndGoOn(Trips trips, FaultyStore store, How how, boolean written, int k)
      throws Exception {
    var workflow = trips.workflow();
    try (var executor = Flows.durable(store, time)) {
      assertThatExceptionOfType(CommitUnknownException.class)
          .isThrownBy(() -> executor.run(workflow, 7, Trips.ID));
    }
    var log = List.copyOf(trips.log);
    var next = FaultyStore.over(store.reopen());
    try (var executor = Flows.durable(next, time)) {
      boolean over = written && k == 10;
      var handle = over ? executor.resume(workflow, Trips.ID) : goOn(executor, workflow, how);
      var failed = Flows.failed(handle);
      assertThat(failed.failure().step()).isEqualTo("pay");
      assertThat(failed.undos()).as("death at %d", k).isEqualTo(new UndoReport(3, 0, List.of()));
      assertThat(executor.find(Trips.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILED);
    }
    assertThat(distinct(trips.undone()))
        .as("undone in order after death at %d", k)
        .containsExactly("undo car 11", "undo hotel 11", "undo flight 7");
    int twice = written ? 0 : 1;
    assertThat(trips.log).hasSizeBetween(6, 6 + twice);
    if (written && k > 7) {
      assertThat(trips.log.subList(log.size(), trips.log.size()))
          .as("what the next process undid")
          .doesNotContainAnyElementsOf(log);
    }
    counts(trips).forEach((done, times) -> assertThat(times).as(done).isLessThanOrEqualTo(2));
  }

  private static List<String> distinct(List<String> lines) {
    return lines.stream().distinct().toList();
  }

  private static Map<String, Integer> counts(Trips trips) {
    var counts = new TreeMap<String, Integer>();
    trips.log.forEach(line -> counts.merge(line, 1, Integer::sum));
    return counts;
  }

  /// The commits are start, flight, again, hotel, CANCELLING, undo hotel, undo flight.
  @ParameterizedTest
  @CsvSource({"5,true", "6,false", "6,true", "7,false", "7,true"})
  void deathWhileACancelCompensates_goesOnCompensating(int append, boolean written)
      throws Exception {
    var trips = new Trips();
    var inStep = new CountDownLatch(1);
    var flight = trips.book("flight");
    var again = trips.again("again");
    var hotel = trips.book("hotel");
    var wait =
        Step.map(
            "wait",
            String.class,
            String.class,
            text -> {
              inStep.countDown();
              Flows.blockForever();
              return text;
            });
    var workflow =
        Workflow.builder("waiting")
            .start(flight)
            .then(again)
            .then(hotel)
            .then(wait)
            .compensate(flight, trips.undo(flight))
            .compensate(hotel, trips.undo(hotel))
            .end(wait)
            .build();
    var store = FaultyStore.create();
    store = store.unknown(append, written);
    try (var executor = Flows.durable(store, time)) {
      var handle = executor.start(workflow, 7, Trips.ID);
      Flows.await(inStep);
      assertThatExceptionOfType(CommitUnknownException.class)
          .isThrownBy(() -> {
            handle.cancelAndCompensate();
            Flows.end(handle);
          });
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      var end = (RunResult.Cancelled<?>) Flows.end(executor.start(workflow, 7, Trips.ID));
      assertThat(end.undos().undone()).isEqualTo(2);
    }
    assertThat(distinct(trips.undone())).containsExactly("undo hotel 11", "undo flight 7");
  }

  /// A death before the commit would leave a run that goes on with what was undone already.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsUndone_beforeTheCancelOrTheDeadlineIsDurable(boolean deadline) throws Exception {
    var trips = new Trips();
    var inStep = new CountDownLatch(1);
    var undoing = new CountDownLatch(1);
    var durable = new CountDownLatch(1);
    var flight = trips.book("flight");
    var wait =
        Step.map(
            "wait",
            String.class,
            String.class,
            text -> {
              inStep.countDown();
              Flows.blockForever();
              return text;
            });
    var undo = Step.undo("undo", flight, _ -> undoing.countDown());
    var workflow =
        Workflow.builder("undoing")
            .start(flight)
            .then(wait)
            .compensate(flight, undo)
            .end(wait)
            .build();
    var store = FaultyStore.create().blockAt(3, durable);
    try (var executor = Flows.durable(store, time)) {
      var handle =
          executor.start(
              workflow, 7, options -> options.withId(Trips.ID).withTimeLimit(Duration.ofDays(1)));
      Flows.await(inStep);
      Thread.ofVirtual()
          .start(() -> {
            if (deadline) {
              time.advance(Duration.ofDays(1));
            } else {
              handle.cancelAndCompensate();
            }
          });
      store.awaitAppends(3);
      assertThat(undoing.await(200, TimeUnit.MILLISECONDS)).isFalse();
      durable.countDown();
      Flows.await(undoing);
      assertThat(Flows.end(handle))
          .isInstanceOf(deadline ? RunResult.DeadlinePassed.class : RunResult.Cancelled.class);
    }
  }

  // --- unknown outcomes

  private final List<Done<Integer, Integer>> undone =
      Collections.synchronizedList(new ArrayList<>());
  private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch inFlight = new CountDownLatch(1);

  /// What the charge of item 1 does while item 0 fails.
  private interface Charge {
    int charge(int number) throws Exception;
  }

  /// A fork whose first item fails while the second is charging.
  private Workflow<Object, Integer, String> charging(Charge code) {
    var fork = Flows.upTo("fork");
    var charge =
        Step.<Object, Integer, Integer>of(
            "charge",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              if (n == 0) {
                Flows.await(inFlight);
                throw new IOException("item 0");
              }
              keys.add(ctx.idempotencyKey());
              inFlight.countDown();
              return dev.treadle.Transition.next(code.charge(n));
            });
    var join = Flows.text("join");
    return Workflow.builder("charging")
        .start(fork)
        .edge(fork, charge)
        .join(fork, charge, join)
        .compensate(charge, Step.undo("refund", charge, undone::add))
        .end(join)
        .build();
  }

  /// Waits and lets no interrupt disturb that.
  private static void awaitDeaf(CountDownLatch latch) {
    boolean open = false;
    while (!open) {
      try {
        latch.await();
        open = true;
      } catch (InterruptedException _) {
        open = latch.getCount() == 0;
      }
    }
  }

  private WorkflowExecutor executor(FaultyStore store, boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAttemptAbandonedAfterItsGrace_isCompensatedAsUnknown(boolean durable) throws Exception {
    var mayReturn = new CountDownLatch(1);
    var returned = new CountDownLatch(1);
    var workflow =
        charging(n -> {
          awaitDeaf(mayReturn);
          returned.countDown();
          return n;
        });
    try (var executor = executor(FaultyStore.create(), durable)) {
      var handle = executor.start(workflow, 2, Trips.ID);
      time.awaitTimer(LiveRun.GRACE);
      assertThat(undone).isEmpty();
      time.advance(LiveRun.GRACE);
      assertThat(Flows.failed(handle).undos()).isEqualTo(new UndoReport(1, 0, List.of()));
      mayReturn.countDown();
      Flows.await(returned);
    }
    assertThat(undone).containsExactly(new Done<>(1, List.of(), false, keys.getFirst()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAttemptThatCommitsWithinItsGrace_isCompensatedAsKnown(boolean durable) throws Exception {
    var workflow =
        charging(n -> {
          try {
            Flows.blockForever();
          } catch (InterruptedException _) {
            return n + 10;
          }
          return n;
        });
    try (var executor = executor(FaultyStore.create(), durable)) {
      assertThat(Flows.failed(executor.start(workflow, 2, Trips.ID)).undos().undone()).isEqualTo(1);
    }
    assertThat(undone).containsExactly(new Done<>(1, List.of(11), true, keys.getFirst()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAttemptThatIsInterrupted_isCompensatedAsUnknown(boolean durable) throws Exception {
    var workflow =
        charging(n -> {
          Flows.blockForever();
          return n;
        });
    try (var executor = executor(FaultyStore.create(), durable)) {
      Flows.failed(executor.start(workflow, 2, Trips.ID));
    }
    assertThat(undone).containsExactly(new Done<>(1, List.of(), false, keys.getFirst()));
  }

  @Test
  void anAttemptInFlightAtADeathWhileFailing_isCompensatedAsUnknown() throws Exception {
    var mayReturn = new CountDownLatch(1);
    var workflow =
        charging(n -> {
          awaitDeaf(mayReturn);
          return n;
        });
    var store = FaultyStore.create();
    try (var dead = Flows.durable(store, time)) {
      Flows.awaitStatus(dead.start(workflow, 2, Trips.ID), RunStatus.FAILING);
      var later = new ManualTime();
      try (var executor = Flows.durable(store.reopen(), later)) {
        var handle = executor.resume(workflow, Trips.ID);
        assertThat(Flows.failed(handle).undos()).isEqualTo(new UndoReport(1, 0, List.of()));
      }
      mayReturn.countDown();
      dead.close(Duration.ZERO);
    }
    assertThat(undone).containsExactly(new Done<>(1, List.of(), false, keys.getFirst()));
  }

  @Test
  void aCloseWhileUndoing_leavesTheRest_andTheNextProcessGoesOn() throws Exception {
    var inUndo = new CountDownLatch(1);
    var trips = new Trips();
    var first = trips.book("first");
    var again = trips.again("again");
    var second = trips.book("second");
    var fail =
        Step.map(
            "fail",
            String.class,
            String.class,
            _ -> {
              throw new IOException("no");
            });
    var rounds = new java.util.concurrent.atomic.AtomicInteger();
    var slow =
        Step.undo(
            "slow",
            second,
            (Done<Integer, String> _) -> {
              if (rounds.getAndIncrement() == 0) {
                inUndo.countDown();
                Flows.blockForever();
              }
            });
    var workflow =
        Workflow.builder("closing")
            .start(first)
            .then(again)
            .then(second)
            .then(fail)
            .compensate(first, trips.undo(first))
            .compensate(second, slow)
            .end(fail)
            .build();
    var store = FaultyStore.create();
    try (var executor = Flows.durable(store, time)) {
      var handle = executor.start(workflow, 7, Trips.ID);
      Flows.await(inUndo);
      assertThat(executor.close(Duration.ZERO)).containsExactly(Trips.ID);
      assertThatExceptionOfType(ExecutorClosedException.class).isThrownBy(handle::await);
    }
    assertThat(trips.undone()).isEmpty();
    try (var executor = Flows.durable(store.reopen(), time)) {
      var handle = Flows.resumed(executor.recover(workflow));
      assertThat(Flows.failed(handle).undos()).isEqualTo(new UndoReport(2, 0, List.of()));
    }
    assertThat(rounds).hasValue(2);
    assertThat(trips.undone()).containsExactly("undo first 7");
  }
}
