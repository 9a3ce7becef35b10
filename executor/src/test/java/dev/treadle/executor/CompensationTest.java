package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.Done;
import dev.treadle.RetryPolicy;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a run undoes when it fails or is cancelled.
@Timeout(30)
final class CompensationTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Trips trips = new Trips();
  private final FaultyStore store = FaultyStore.create();
  private final ManualTime time = new ManualTime();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? Flows.durable(store, time) : WorkflowExecutor.builder().time(time).build();
  }

  private List<Entry> stored() {
    return store.commits(Trips.ID).stream().flatMap(commit -> commit.puts().stream()).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatFails_undoesWhatHadCommitted_inReverseCommitOrder_onceEach(boolean durable)
      throws Exception {
    try (var executor = executor(durable)) {
      var failed = Flows.failed(executor.start(trips.workflow(), 7, Trips.ID));
      assertThat(failed.failure().step()).isEqualTo("pay");
      assertThat(failed.undos()).isEqualTo(new UndoReport(3, 0, List.of()));
    }
    assertThat(trips.log)
        .containsExactly(
            "book flight 7",
            "book hotel 11",
            "book car 11",
            "undo car 11",
            "undo hotel 11",
            "undo flight 7");
    assertThat(trips.done)
        .containsExactly(
            new Done<>(11, List.of("car of 11"), true, trips.keys.get(2)),
            new Done<>(11, List.of("hotel of 11"), true, trips.keys.get(1)),
            new Done<>(7, List.of("flight of 7"), true, trips.keys.get(0)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatCompletes_undoesNothing_andKeepsNoUndoEntry(boolean durable) throws Exception {
    trips.broken.set(false);
    try (var executor = executor(durable)) {
      assertThat(executor.run(trips.workflow(), 7, Trips.ID)).isEqualTo("car of 11, paid");
    }
    if (durable) {
      try (var reader = store.reopen()) {
        assertThat(reader.entries(Trips.ID, -1, 100))
            .extracting(Entry::kind)
            .containsExactly(Entry.Kind.INPUT, Entry.Kind.OUTPUT);
      }
    }
    assertThat(trips.undone()).isEmpty();
  }

  @Test
  void eachCommitOfAStepWithAnUndo_writesItsUndoEntry_andEachUndoRemovesIt() throws Exception {
    try (var executor = executor(true)) {
      Flows.failed(executor.start(trips.workflow(), 7, Trips.ID));
    }
    var commits = store.commits(Trips.ID);
    assertThat(commits)
        .extracting(commit -> commit.header().status())
        .containsExactly(
            RunStatus.RUNNING, // start
            RunStatus.RUNNING, // flight
            RunStatus.RUNNING, // one
            RunStatus.RUNNING, // hotel
            RunStatus.RUNNING, // two
            RunStatus.RUNNING, // car
            RunStatus.FAILING, // pay
            RunStatus.FAILING, // undo car
            RunStatus.FAILING, // undo hotel
            RunStatus.FAILED); // undo flight
    for (int booking : new int[] {1, 3, 5}) {
      assertThat(commits.get(booking).puts())
          .extracting(Entry::kind)
          .containsExactlyInAnyOrder(Entry.Kind.ITEM, Entry.Kind.UNDO);
    }
    for (int undo = 7; undo < 10; undo++) {
      assertThat(commits.get(undo).removes()).hasSize(1);
      assertThat(commits.get(undo).puts()).isEmpty();
    }
    var undos = stored().stream().filter(entry -> entry.kind() == Entry.Kind.UNDO).toList();
    assertThat(undos).extracting(Entry::step).containsExactly("flight", "hotel", "car");
    assertThat(undos).extracting(Entry::id).isSorted();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theRunStaysFailing_untilAllUndosAreDone_andRunThrowsOnlyThen(boolean durable)
      throws Exception {
    var inUndo = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var charge = trips.book("charge");
    var fail = failing(String.class);
    var undo =
        Step.undo(
            "refund",
            charge,
            _ -> {
              inUndo.countDown();
              Flows.await(mayEnd);
            });
    var workflow =
        Workflow.builder("slow")
            .start(charge)
            .then(fail)
            .compensate(charge, undo)
            .end(fail)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 1, Trips.ID);
      Flows.await(inUndo);
      assertThat(handle.status()).isEqualTo(RunStatus.FAILING);
      assertThat(handle.await(Duration.ofMillis(1))).isEmpty();
      assertThat(handle.cancel()).isEqualTo(RunStatus.FAILING);
      mayEnd.countDown();
      assertThat(Flows.failed(handle).undos().undone()).isEqualTo(1);
      assertThat(handle.status()).isEqualTo(RunStatus.FAILED);
    }
  }

  private static <T> Step<Object, T, String> failing(Class<T> type) {
    return Step.map(
        "fail",
        type,
        String.class,
        _ -> {
          throw new IOException("no");
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUndo_hasItsOwnRetryPolicy_andWaitsForItsTime(boolean durable) throws Exception {
    trips.retrying(RetryPolicy.fixed(HOUR).maxAttempts(3));
    trips.brokenUndos.add("hotel");
    try (var executor = executor(durable)) {
      var handle = executor.start(trips.workflow(), 7, Trips.ID);
      time.awaitTimer(HOUR);
      assertThat(handle.status()).isEqualTo(RunStatus.FAILING);
      assertThat(trips.undone()).containsExactly("undo car 11", "undo hotel 11");
      assertThat(executor.find(Trips.ID).orElseThrow().dueAt())
          .hasValue(ManualTime.BEGIN.plus(HOUR));
      time.advance(HOUR);
      time.awaitTimer(HOUR.multipliedBy(2));
      trips.brokenUndos.clear();
      time.advance(HOUR);
      assertThat(Flows.failed(handle).undos()).isEqualTo(new UndoReport(3, 0, List.of()));
    }
    assertThat(trips.undone())
        .containsExactly(
            "undo car 11", "undo hotel 11", "undo hotel 11", "undo hotel 11", "undo flight 7");
  }

  @Test
  void theWaitOfAnUndosRetry_outlivesTheProcess_andItsFailuresCount() throws Exception {
    trips.retrying(RetryPolicy.fixed(HOUR).maxAttempts(2));
    trips.brokenUndos.add("hotel");
    var workflow = trips.workflow();
    try (var dead = Flows.durable(store, time)) {
      assertThat(dead.start(workflow, 7, Trips.ID).id()).isEqualTo(Trips.ID);
      time.awaitTimer(HOUR);
      var later = new ManualTime();
      try (var executor = Flows.durable(store.reopen(), later)) {
        var handle = Flows.resumed(executor.recover(workflow));
        later.awaitTimer(HOUR);
        assertThat(handle.status()).isEqualTo(RunStatus.FAILING);
        assertThat(trips.undone()).containsExactly("undo car 11", "undo hotel 11");
        later.advance(HOUR);
        assertThat(Flows.failed(handle).undos().failures())
            .extracting(failure -> failure.failure().attempt())
            .containsExactly(2);
      }
    }
    assertThat(trips.undone())
        .containsExactly("undo car 11", "undo hotel 11", "undo hotel 11", "undo flight 7");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUndoThatFailsForGood_isReported_andDoesNotStopTheRest(boolean durable) throws Exception {
    trips.brokenUndos.add("car");
    trips.brokenUndos.add("hotel");
    var workflow = trips.workflow();
    try (var executor = executor(durable)) {
      assertThatExceptionOfType(StepFailedException.class)
          .isThrownBy(() -> executor.run(workflow, 7, Trips.ID))
          .withMessageContaining("step \"pay\" failed")
          .withMessageContaining("2 of 3 undos failed")
          .withCauseInstanceOf(IOException.class)
          .satisfies(e -> assertReport(e.undos()));
    }
    assertThat(trips.undone()).containsExactly("undo car 11", "undo hotel 11", "undo flight 7");
    if (durable) {
      try (var executor = Flows.durable(store.reopen(), time)) {
        assertReport(Flows.failed(executor.start(workflow, 7, Trips.ID)).undos());
      }
    }
  }

  private void assertReport(UndoReport report) {
    assertThat(report.undone()).isEqualTo(1);
    assertThat(report.failed()).isEqualTo(2);
    assertThat(report.failures())
        .extracting(UndoFailure::step, UndoFailure::idempotencyKey)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("car", trips.keys.get(2)),
            org.assertj.core.groups.Tuple.tuple("hotel", trips.keys.get(1)));
    assertThat(report.failures().getFirst().failure().step()).isEqualTo("undo-car");
    assertThat(report.failures().getFirst().failure().message()).isEqualTo("no undo of car");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theReportNamesTheFirstTwentyFailures_andCountsAll(boolean durable) throws Exception {
    trips.brokenUndos.add("each");
    var fork = Flows.upTo("fork");
    var each = trips.book("each");
    var join =
        Step.join(
            "join",
            String.class,
            String.class,
            _ -> {
              throw new IOException("x".repeat(100));
            });
    var workflow =
        Workflow.builder("many")
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .compensate(each, trips.undo(each))
            .end(join)
            .build();
    try (var executor = executor(durable)) {
      var report = Flows.failed(executor.start(workflow, 30, Trips.ID)).undos();
      assertThat(report.failed()).isEqualTo(30);
      assertThat(report.failures()).hasSize(20);
    }
    assertThat(trips.undone()).hasSize(30);
  }

  // --- cancel

  private Workflow<Object, Integer, String> blocking(CountDownLatch inStep) {
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
    return Workflow.builder("blocking")
        .start(flight)
        .then(wait)
        .compensate(flight, trips.undo(flight))
        .end(wait)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCancel_compensatesOnlyIfAskedFor(boolean durable) throws Exception {
    var inStep = new CountDownLatch(1);
    try (var executor = executor(durable)) {
      var handle = executor.start(blocking(inStep), 7, Trips.ID);
      Flows.await(inStep);
      assertThat(handle.cancel()).isIn(RunStatus.CANCELLING, RunStatus.CANCELLED);
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
      assertThat(handle.cancelAndCompensate()).isEqualTo(RunStatus.CANCELLED);
    }
    assertThat(trips.undone()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCancelThatCompensates_undoes_andIsCancelledThen(boolean durable) throws Exception {
    var inStep = new CountDownLatch(1);
    var workflow = blocking(inStep);
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 7, Trips.ID);
      Flows.await(inStep);
      assertThat(handle.cancelAndCompensate()).isIn(RunStatus.CANCELLING, RunStatus.CANCELLED);
      assertThat(Flows.end(handle))
          .isEqualTo(new RunResult.Cancelled<>(new UndoReport(1, 0, List.of())));
      assertThat(handle.status()).isEqualTo(RunStatus.CANCELLED);
    }
    assertThat(trips.undone()).containsExactly("undo flight 7");
    if (durable) {
      try (var executor = Flows.durable(store.reopen(), time)) {
        assertThatExceptionOfType(RunCancelledException.class)
            .isThrownBy(() -> executor.run(workflow, 7, Trips.ID))
            .satisfies(e -> assertThat(e.undos().undone()).isEqualTo(1));
        assertThat(executor.find(Trips.ID).orElseThrow().status()).isEqualTo(RunStatus.CANCELLED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFailedUndo_isToldByACancelledRun(boolean durable) throws Exception {
    trips.brokenUndos.add("flight");
    var inStep = new CountDownLatch(1);
    try (var executor = executor(durable)) {
      var handle = executor.start(blocking(inStep), 7, Trips.ID);
      Flows.await(inStep);
      handle.cancelAndCompensate();
      var end = (RunResult.Cancelled<String>) Flows.end(handle);
      assertThat(end.undos().failures()).extracting(UndoFailure::step).containsExactly("flight");
    }
  }

  // --- what the undo gets

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUndo_getsAllOutputs_ofNextAll_holdAndAfter(boolean durable) throws Exception {
    var seen = Collections.synchronizedList(new ArrayList<String>());
    var many =
        Step.<Object, Integer, Integer>of(
            "many", Integer.class, Integer.class, (_, _) -> Transition.nextAll(List.of(1, 2, 3)));
    var some =
        Step.<Object, Integer, Integer>of(
            "some",
            Integer.class,
            Integer.class,
            (_, n) ->
                n == 1
                    ? Transition.hold()
                    : n == 2 ? Transition.after(HOUR, 22) : Transition.nextAll(List.of()));
    var fail = failing(Integer.class);
    var workflow =
        Workflow.builder("outputs")
            .start(many)
            .then(some)
            .then(fail)
            .compensate(many, Step.undo("u1", many, it -> seen.add("many " + told(it))))
            .compensate(some, Step.undo("u2", some, it -> seen.add("some " + told(it))))
            .end(fail)
            .build();
    try (var executor =
        durable
            ? WorkflowExecutor.builder().store(store).time(time).parallelism(1).build()
            : WorkflowExecutor.builder().time(time).parallelism(1).build()) {
      var handle = executor.start(workflow, 0, Trips.ID);
      time.awaitTimer(HOUR);
      time.advance(HOUR);
      assertThat(Flows.failed(handle).failure().step()).isEqualTo("fail");
    }
    assertThat(seen)
        .containsExactly(
            "some 3 [] true", "some 2 [22] true", "some 1 [] true", "many 0 [1, 2, 3] true");
  }

  private static String told(Done<Integer, Integer> done) {
    return done.input() + " " + done.outputs() + " " + done.known();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theUndoOfABatch_getsTheLists(boolean durable) throws Exception {
    var seen = Collections.synchronizedList(new ArrayList<Done<List<Integer>, List<Integer>>>());
    var first =
        Step.types(dev.treadle.TypeRef.of(Integer.class), dev.treadle.TypeRef.listOf(Integer.class))
            .map("first", n -> List.of(n, n + 1));
    var batch = Step.batch(Flows.plus("batch", 10), 2);
    var fail =
        Step.types(dev.treadle.TypeRef.listOf(Integer.class), dev.treadle.TypeRef.of(String.class))
            .map(
                "fail",
                _ -> {
                  throw new IOException("no");
                });
    var workflow =
        Workflow.builder("batches")
            .start(first)
            .then(batch)
            .then(fail)
            .compensate(batch, Step.undo("undo", batch, seen::add))
            .end(fail)
            .build();
    try (var executor = executor(durable)) {
      Flows.failed(executor.start(workflow, 1, Trips.ID));
    }
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().input()).isEqualTo(List.of(1, 2));
    assertThat(seen.getFirst().outputs()).isEqualTo(List.of(List.of(11, 12)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUndo_seesAndChangesTheContext_andHasAKeyAndAttemptsOfItsOwn(boolean durable)
      throws Exception {
    var seen = Collections.synchronizedList(new ArrayList<String>());
    var keys = Collections.synchronizedList(new ArrayList<String>());
    var in = Step.in(Flows.Count.class);
    var add =
        in.of(
            "add",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              keys.add(ctx.idempotencyKey());
              ctx.update(count -> count.plus(n));
              return Transition.next(n * 10);
            });
    var more =
        in.of(
            "more",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              keys.add(ctx.idempotencyKey());
              ctx.update(count -> count.plus(n));
              return Transition.next(n);
            });
    var fail = failing(Integer.class);
    var undo =
        in.undo(
                "undo-add",
                add,
                (ctx, done) -> {
                  keys.add(ctx.idempotencyKey());
                  seen.add(ctx.step() + " " + ctx.state().value() + " " + ctx.attempt());
                  if (ctx.attempt() == 1) {
                    throw new IOException("once");
                  }
                  ctx.update(count -> count.plus(-done.input()));
                })
            .retry(RetryPolicy.fixed(Duration.ZERO));
    var undoMore =
        in.undo("undo-more", more, (ctx, done) -> ctx.update(c -> c.plus(-done.input())));
    var workflow =
        Workflow.builder("counting", Flows.Count.class, () -> new Flows.Count(0))
            .start(add)
            .then(more)
            .then(fail)
            .compensate(add, undo)
            .compensate(more, undoMore)
            .end(fail)
            .build();
    try (var executor = executor(durable)) {
      Flows.failed(executor.start(workflow, 3, Trips.ID));
    }
    assertThat(seen).containsExactly("undo-add 3 1", "undo-add 3 2");
    assertThat(keys).hasSize(4);
    assertThat(keys.get(2)).isEqualTo(keys.get(3));
    assertThat(keys.stream().distinct()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFailedStepIsNotUndone_butItsFallbackIs(boolean durable) throws Exception {
    var charge =
        Step.<Object, Integer, String>of(
            "charge", Integer.class, String.class, (_, _) -> Transition.abort("no"));
    var other = trips.book("other");
    var fail = failing(String.class);
    var workflow =
        Workflow.builder("fallback")
            .start(charge)
            .then(fail)
            .onFailure(charge, other)
            .edge(other, fail)
            .compensate(charge, trips.undo(charge))
            .compensate(other, trips.undo(other))
            .end(fail)
            .build();
    try (var executor = executor(durable)) {
      Flows.failed(executor.start(workflow, 7, Trips.ID));
    }
    assertThat(trips.undone()).containsExactly("undo other 7");
  }

  // --- the limit

  /// Loops over one step until it has been executed so many times, then fails.
  private Workflow<Object, Integer, String> loop(AtomicInteger undone, int times) {
    var work = Flows.plus("work", 1).retry(RetryPolicy.fixed(Duration.ZERO).maxAttempts(5));
    var fail = failing(Integer.class);
    return Workflow.builder("loop")
        .start(work)
        .branch(work)
        .when(Integer.class)
        .and(n -> n < times)
        .to(work)
        .otherwise(fail)
        .compensate(work, Step.undo("undo", work, _ -> undone.incrementAndGet()))
        .end(fail)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tenThousandExecutionsCanBeUndone(boolean durable) throws Exception {
    var undone = new AtomicInteger();
    try (var executor = executor(durable)) {
      var failed = Flows.failed(executor.start(loop(undone, 10_000), 0, Trips.ID));
      assertThat(failed.failure().step()).isEqualTo("fail");
      assertThat(failed.undos().undone()).isEqualTo(10_000);
    }
    assertThat(undone).hasValue(10_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theCommitThatWouldBeOneTooMany_failsItsItemOnce_withoutRetry(boolean durable)
      throws Exception {
    var undone = new AtomicInteger();
    try (var executor = executor(durable)) {
      var failed = Flows.failed(executor.start(loop(undone, 10_001), 0, Trips.ID));
      assertThat(failed.failure().step()).isEqualTo("work");
      assertThat(failed.failure().attempt()).isEqualTo(1);
      assertThat(failed.failure().message())
          .contains("step \"work\"")
          .contains("10000 committed executions");
    }
    assertThat(undone).hasValue(10_000);
  }

  // --- resume, and compensation on request

  @Test
  void aCompensatedRun_cannotBeResumed_theStoredOutcomeIsAnswered() throws Exception {
    var workflow = trips.workflow();
    try (var executor = executor(true)) {
      Flows.failed(executor.start(workflow, 7, Trips.ID));
      trips.broken.set(false);
      var again = Flows.failed(executor.resume(workflow, Trips.ID));
      assertThat(again.failure().step()).isEqualTo("pay");
      assertThat(again.undos().undone()).isEqualTo(3);
    }
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(Flows.failed(executor.resume(workflow, Trips.ID)).undos().undone()).isEqualTo(3);
      assertThat(Flows.failed(executor.compensate(workflow, Trips.ID)).undos().undone())
          .isEqualTo(3);
      assertThat(executor.recover(workflow)).isEmpty();
    }
    assertThat(trips.log).hasSize(6);
  }

  @Test
  void aFailedRunWithoutEntriesToUndo_staysResumable() throws Exception {
    var fail =
        Step.map(
            "fail",
            Integer.class,
            String.class,
            n -> {
              if (trips.broken.get()) {
                throw new IOException("no");
              }
              return n + " done";
            });
    var workflow =
        Workflow.builder("one")
            .start(fail)
            .compensate(fail, Step.undo("undo", fail, _ -> trips.log.add("undone")))
            .end(fail)
            .build();
    try (var executor = executor(true)) {
      assertThat(Flows.failed(executor.start(workflow, 7, Trips.ID)).undos())
          .isEqualTo(UndoReport.NONE);
      assertThat(Flows.failed(executor.compensate(workflow, Trips.ID)).undos())
          .isEqualTo(UndoReport.NONE);
      trips.broken.set(false);
      assertThat(Flows.end(executor.resume(workflow, Trips.ID)))
          .isEqualTo(new RunResult.Completed<>("7 done"));
    }
    assertThat(trips.log).isEmpty();
  }

  private RunHandle<String> startOnRequest(
      WorkflowExecutor executor, Workflow<Object, Integer, String> workflow) {
    return executor.start(
        workflow, 7, options -> options.withId(Trips.ID).withCompensation(Compensation.ON_REQUEST));
  }

  @Test
  void onRequest_keepsAFailedRunResumable() throws Exception {
    var workflow = trips.workflow();
    try (var executor = executor(true)) {
      assertThat(Flows.failed(startOnRequest(executor, workflow)).undos())
          .isEqualTo(UndoReport.NONE);
    }
    trips.broken.set(false);
    try (var executor = Flows.durable(store.reopen(), time)) {
      assertThat(Flows.end(executor.resume(workflow, Trips.ID)))
          .isEqualTo(new RunResult.Completed<>("car of 11, paid"));
    }
    assertThat(trips.undone()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onRequest_undoesWhenAsked_alsoAfterDeath(boolean dies) throws Exception {
    var workflow = trips.workflow();
    // start, five steps, FAILING, FAILED, asked, undo car
    var faulty = dies ? store.unknownAfter(10) : store;
    try (var executor = Flows.durable(faulty, time)) {
      Flows.failed(startOnRequest(executor, workflow));
      var handle = executor.compensate(workflow, Trips.ID);
      if (!dies) {
        assertThat(Flows.failed(handle).undos()).isEqualTo(new UndoReport(3, 0, List.of()));
      }
    }
    if (dies) {
      try (var executor = Flows.durable(store.reopen(), time)) {
        assertThat(executor.find(Trips.ID).orElseThrow().status()).isEqualTo(RunStatus.FAILING);
        assertThat(Flows.failed(executor.resume(workflow, Trips.ID)).undos())
            .isEqualTo(new UndoReport(3, 0, List.of()));
      }
    }
    assertThat(trips.undone()).containsExactly("undo car 11", "undo hotel 11", "undo flight 7");
  }

  @Test
  void onRequest_ofATransientRun_undoesNothing() throws Exception {
    var workflow = trips.workflow();
    try (var executor = executor(false)) {
      assertThat(Flows.failed(startOnRequest(executor, workflow)).undos())
          .isEqualTo(UndoReport.NONE);
      assertThatExceptionOfType(UnknownRunException.class)
          .isThrownBy(() -> executor.compensate(workflow, Trips.ID))
          .withMessageContaining("a transient run is forgotten at its end");
    }
    assertThat(trips.undone()).isEmpty();
  }

  @Test
  void compensate_isForFailedRunsOnly() throws Exception {
    var inStep = new CountDownLatch(1);
    var workflow = blocking(inStep);
    try (var executor = executor(true)) {
      assertThatExceptionOfType(UnknownRunException.class)
          .isThrownBy(() -> executor.compensate(workflow, Trips.ID));
      var handle = executor.start(workflow, 7, Trips.ID);
      Flows.await(inStep);
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.compensate(workflow, Trips.ID))
          .withMessageContaining("goes on here");
      handle.cancel();
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Cancelled<>());
      assertThatExceptionOfType(RunConflictException.class)
          .isThrownBy(() -> executor.compensate(workflow, Trips.ID))
          .withMessageContaining("is CANCELLED; only a failed run can be compensated");
    }
  }
}
