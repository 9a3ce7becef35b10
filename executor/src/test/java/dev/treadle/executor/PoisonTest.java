package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Signal;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunQuery;
import dev.treadle.executor.spi.StepCommit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Steps that kill their process. A death is simulated by leaving an executor as it is and opening
/// its store again, which fences it.
@Timeout(60)
final class PoisonTest {
  private final List<WorkflowExecutor> dead = new ArrayList<>();
  private final CountDownLatch afterTest = new CountDownLatch(1);

  /// The numbers that kill, and what was executed, of the present life.
  private final Set<Integer> deadly = ConcurrentHashMap.newKeySet();

  private final ConcurrentLinkedQueue<Integer> executed = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch death = new CountDownLatch(1);
  private FaultyStore store = FaultyStore.create();

  @AfterEach
  void end() {
    afterTest.countDown();
    dead.forEach(executor -> assertThat(executor.close(Duration.ZERO)).isNotNull());
  }

  /// What every step does: executions of a dead process do not come back.
  private int work(int number) {
    executed.add(number);
    if (deadly.contains(number)) {
      death.countDown();
      Flows.await(afterTest);
    }
    return number;
  }

  private Step<Object, Integer, Integer> working(String name) {
    return Step.map(name, Integer.class, Integer.class, this::work);
  }

  private final Workflow<Object, Integer, Integer> linear = Flows.only(working("work"));
  private final Workflow<Object, Integer, String> forked = Flows.fork(working("each"));

  /// The next life of the process.
  private WorkflowExecutor live() {
    return live(8, TimeSource.system());
  }

  private WorkflowExecutor live(int parallelism, TimeSource time) {
    store = FaultyStore.over(store.reopen());
    executed.clear();
    death = new CountDownLatch(1);
    var executor =
        WorkflowExecutor.builder().store(store).parallelism(parallelism).time(time).build();
    dead.add(executor);
    return executor;
  }

  private static List<String> recoveries(List<Recovery> answers) {
    return answers.stream()
        .map(answer -> answer.id() + " " + answer.getClass().getSimpleName())
        .toList();
  }

  private static void ends(List<Recovery> answers, String id) throws InterruptedException {
    for (var answer : answers) {
      if (answer instanceof Recovery.Resumed(var run, var handle) && run.value().equals(id)) {
        assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
        return;
      }
    }
    throw new AssertionError(id + " was not resumed: " + answers);
  }

  /// Looks into the store without closing it, which would pass for a clean end.
  private List<Entry> marks(RunId run) {
    return store.reopen().entries(run, -1, 1_000).stream()
        .filter(entry -> entry.kind() == Entry.Kind.MARK)
        .toList();
  }

  private static long marksIn(List<StepCommit> commits) {
    return commits.stream()
        .flatMap(commit -> commit.puts().stream())
        .filter(entry -> entry.kind() == Entry.Kind.MARK)
        .count();
  }

  @Test
  void stepThatKillsItsProcess_endsInQuarantineAfterThreeStrikes_whileOthersComplete()
      throws Exception {
    deadly.add(7);
    var first = live();
    for (int i : new int[] {1, 7, 3}) {
      assertThat(first.start(linear, i, RunId.of("run-" + i)).id()).isNotNull();
    }
    Flows.await(death); // the first: nobody knows yet who was in flight
    for (int strike = 1; strike <= 3; strike++) {
      var executor = live();
      assertThat(executor.start(linear, 10 + strike, RunId.of("new-" + strike)).id()).isNotNull();
      var answers = executor.recover(linear);
      assertThat(recoveries(answers)).contains("run-7 Resumed");
      Flows.await(death); // it runs when everything else is done
    }
    var executor = live();
    var answers = executor.recover(linear);
    assertThat(recoveries(answers)).containsExactly("run-7 Quarantined");
    assertThat(executed).isEmpty();
    var header = executor.find(RunId.of("run-7")).orElseThrow();
    assertThat(header.status()).isEqualTo(RunStatus.QUARANTINED);
    assertThat(header.reason())
        .isEqualTo("item 3 of step work was in flight at three unclean deaths");
    assertThat(executor.runs(RunQuery.all(99)))
        .filteredOn(run -> run.status() == RunStatus.COMPLETED)
        .extracting(run -> run.id().value())
        .containsExactly("new-1", "new-2", "new-3", "run-1", "run-3");
    assertThat(recoveries(live().recover(linear)))
        .as("told again")
        .containsExactly("run-7 Quarantined");
  }

  private WorkflowExecutor quarantined() throws InterruptedException {
    deadly.add(7);
    assertThat(live().start(linear, 7, Flows.ID).id()).isNotNull();
    Flows.await(death);
    for (int strike = 1; strike <= 3; strike++) {
      assertThat(live().recover(linear)).hasSize(1);
      Flows.await(death);
    }
    var executor = live();
    assertThat(recoveries(executor.recover(linear))).containsExactly("the-run Quarantined");
    return executor;
  }

  @Test
  void quarantinedRun_isReportedByItsId_andOnlyResumeGoesOn() throws Exception {
    try (var executor = quarantined()) {
      assertThatExceptionOfType(RunQuarantinedException.class)
          .isThrownBy(() -> executor.run(linear, 7, Flows.ID))
          .withMessage(
              "run the-run: is in quarantine: item 3 of step \"work\" was in flight at three"
                  + " unclean deaths; resume(workflow, id) tries it again");
      assertThat(Flows.end(executor.start(linear, 7, Flows.ID)))
          .isEqualTo(new RunResult.Quarantined<>("work", 3));
      assertThat(executed).isEmpty();
      deadly.clear();
      assertThat(Flows.end(executor.resume(linear, Flows.ID)))
          .isEqualTo(new RunResult.Completed<>(7));
    }
  }

  @Test
  void explicitResume_clearsTheStrikes() throws Exception {
    assertThat(quarantined().resume(linear, Flows.ID).id()).isEqualTo(Flows.ID);
    Flows.await(death);
    for (int strike = 1; strike <= 3; strike++) {
      assertThat(recoveries(live().recover(linear)))
          .as("strike %d", strike)
          .containsExactly("the-run Resumed");
      Flows.await(death);
      if (strike == 1) { // also of a run that is not in quarantine
        assertThat(live().resume(linear, Flows.ID).id()).isEqualTo(Flows.ID);
        Flows.await(death);
      }
    }
  }

  @Test
  void normalLife_paysNothing() throws Exception {
    try (var executor = live()) {
      assertThat(executor.run(forked, 5, Flows.ID)).startsWith("[0, 1");
    }
    int appends = store.commits(Flows.ID).size();
    assertThat(marksIn(store.commits(Flows.ID))).isZero();
    deadly.add(3);
    try (var executor = live()) { // a close is no death, whatever it cuts short
      assertThat(executor.start(forked, 5, RunId.of("b")).id()).isNotNull();
      Flows.await(death);
      afterTest.countDown();
    }
    deadly.clear();
    try (var executor = live()) {
      for (var answer : executor.recover(forked)) {
        assertThat(Flows.end(((Recovery.Resumed) answer).handle()))
            .isInstanceOf(RunResult.Completed.class);
      }
      assertThat(executor.run(forked, 5, RunId.of("c"))).startsWith("[0, 1");
    }
    assertThat(store.commits(RunId.of("c"))).hasSize(appends);
    assertThat(marksIn(store.batches().stream().flatMap(List::stream).toList())).isZero();
  }

  @Test
  void firstExecutionAfterAnUncleanDeath_isPrecededByADurableMark() throws Exception {
    deadly.add(7);
    assertThat(live().start(linear, 7, Flows.ID).id()).isNotNull();
    Flows.await(death);
    assertThat(live().recover(linear)).hasSize(1);
    Flows.await(death);
    assertThat(store.commits(Flows.ID)).hasSize(1);
    assertThat(marksIn(store.commits(Flows.ID))).isEqualTo(1);
    deadly.clear();
    try (var executor = live()) {
      ends(executor.recover(linear), "the-run");
    }
    assertThat(store.commits(Flows.ID))
        .as("the strike is counted, the next start is marked, and the end removes all")
        .hasSize(3);
    assertThat(marks(Flows.ID)).isEmpty();
  }

  @Test
  void itemsThatNeverStarted_getNoStrike_howeverOftenTheProcessDies() throws Exception {
    deadly.add(0);
    var one = live(1, TimeSource.system());
    assertThat(one.start(forked, 4, Flows.ID).id()).isNotNull();
    Flows.await(death);
    for (int life = 1; life <= 2; life++) {
      assertThat(live(1, TimeSource.system()).recover(forked)).hasSize(1);
      Flows.await(death);
      if (life == 1) {
        assertThat(marks(Flows.ID)).as("of the first item only").hasSize(1);
      } else {
        assertThat(executed).as("suspects run last").containsExactly(1, 2, 3, 0);
      }
    }
    assertThat(marks(Flows.ID)).hasSize(1);
  }

  @Test
  void itemsThatWait_getNoStrike_howeverOftenTheProcessDies() throws Exception {
    var go = Signal.of("go", Integer.class);
    var awaits = Step.await("awaits", Integer.class, go, n -> "k" + n);
    var sleeps = Step.sleep("sleeps", Integer.class, Duration.ofHours(1));
    var fork = Flows.upTo("fork");
    var waiting =
        Workflow.builder("waiting")
            .start(fork)
            .edge(fork, awaits)
            .edge(fork, sleeps)
            .end(awaits)
            .end(sleeps)
            .build();
    var time = new ManualTime();
    Flows.awaitStatus(live(8, time).start(waiting, 1, Flows.ID), RunStatus.WAITING);
    for (int deaths = 1; deaths <= 5; deaths++) {
      var handle = Flows.resumed(live(8, time).recover(waiting));
      Flows.awaitStatus(handle, RunStatus.WAITING);
      assertThat(marksIn(store.commits(Flows.ID))).as("after %d deaths", deaths).isZero();
    }
    try (var executor = live(8, time)) {
      var answers = executor.recover(waiting);
      assertThat(executor.signal(Flows.ID, go, "k0", 1)).isEqualTo(SignalAnswer.DELIVERED);
      time.advance(Duration.ofHours(1));
      ends(answers, Flows.ID.value());
    }
  }

  @Test
  void suspects_runOneAtATime_overAllRuns() throws Exception {
    var inFlight = new CountDownLatch(6);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var lives = new AtomicInteger();
    var step =
        Step.map(
            "step",
            Integer.class,
            Integer.class,
            n -> {
              if (lives.get() < 2) {
                inFlight.countDown();
                Flows.await(afterTest);
              }
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              Thread.onSpinWait();
              running.decrementAndGet();
              return n;
            });
    var three = Flows.fork(step);
    var first = live();
    assertThat(first.start(three, 3, RunId.of("a")).id()).isNotNull();
    assertThat(first.start(three, 3, RunId.of("b")).id()).isNotNull();
    Flows.await(inFlight);
    lives.set(1);
    assertThat(live().recover(three)).hasSize(2); // all six are marked and in flight
    awaitMarks(6);
    lives.set(2);
    try (var executor = live()) {
      var answers = executor.recover(three);
      ends(answers, "a");
      ends(answers, "b");
    }
    assertThat(most).hasValue(1);
  }

  private void awaitMarks(int count) throws InterruptedException {
    for (int i = 0; i < 20_000; i++) {
      if (marksIn(store.batches().stream().flatMap(List::stream).toList()) == count) {
        return;
      }
      assertThat(new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS)).isFalse();
    }
    throw new AssertionError("no " + count + " marks");
  }

  /// Two runs that have killed a process each, of which the second will not any more.
  private void leaveTwoSuspects() throws Exception {
    deadly.add(1);
    deadly.add(2);
    var first = live();
    assertThat(first.start(linear, 1, RunId.of("a")).id()).isNotNull();
    assertThat(first.start(linear, 2, RunId.of("b")).id()).isNotNull();
    awaitExecuted(2);
    assertThat(live().recover(linear)).hasSize(2);
    awaitExecuted(2);
    deadly.remove(2);
  }

  @Test
  void suspectThatNeverEnds_keepsOthersWaitingForAWhileOnly() throws Exception {
    leaveTwoSuspects();
    var time = new ManualTime();
    var answers = live(8, time).recover(linear);
    Flows.await(death);
    assertThat(executed).containsExactly(1);
    time.advance(Suspects.PATIENCE);
    ends(answers, "b");
  }

  private void awaitExecuted(int count) throws InterruptedException {
    for (int i = 0; i < 20_000 && executed.size() < count; i++) {
      assertThat(new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(executed).hasSize(count);
  }

  @Test
  void suspectThatRunsAnother_doesNotWaitForItForEver() throws Exception {
    var executors = new ArrayList<WorkflowExecutor>();
    var outer =
        Step.map(
            "outer",
            Integer.class,
            Integer.class,
            n -> executors.getLast().run(linear, n, RunId.of("inner")));
    var workflow = Flows.chain("outer", outer, Flows.plus("last", 0));
    deadly.add(7);
    executors.add(live());
    assertThat(executors.getLast().start(workflow, 7, Flows.ID).id()).isNotNull();
    Flows.await(death);
    executors.add(live());
    assertThat(executors.getLast().recover(workflow)).hasSize(2);
    Flows.await(death);
    deadly.clear();
    var time = new ManualTime();
    executors.add(live(8, time));
    var answers = executors.getLast().recover(workflow);
    var handle = ((Recovery.Resumed) answers.getLast()).handle();
    // the inner one waits for the outer, which waits for it
    for (int i = 0; i < 20_000 && handle.await(Duration.ofMillis(1)).isEmpty(); i++) {
      time.advance(Suspects.PATIENCE);
    }
    ends(answers, "the-run");
  }

  @Test
  void cancelOfARunThatWaitsForItsTurn_isDoneAtOnce_andLetsOthersGoOn() throws Exception {
    leaveTwoSuspects();
    var answers = live().recover(linear);
    Flows.await(death);
    assertThat(((Recovery.Resumed) answers.get(1)).handle().cancel())
        .isEqualTo(RunStatus.CANCELLED);
    assertThat(executed).containsExactly(1);
  }
}
