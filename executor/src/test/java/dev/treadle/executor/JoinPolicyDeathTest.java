package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.TypeRef;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.RunHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is stored of groups that close early, and what death makes of it (design, 3.6).
@Timeout(60)
final class JoinPolicyDeathTest {
  private static final Duration DAYS = Duration.ofDays(3);

  private final ManualTime time = new ManualTime();
  private final Map<String, Integer> executions = new ConcurrentHashMap<>();

  private WorkflowExecutor executor(
      dev.treadle.executor.spi.CheckpointStore store, int parallelism) {
    return WorkflowExecutor.builder().store(store).time(time).parallelism(parallelism).build();
  }

  private Step<Object, Integer, Integer> counted(
      String name, dev.treadle.Fn<Integer, Transition<Integer>> code) {
    return Step.of(
        name,
        Integer.class,
        Integer.class,
        (ctx, n) -> {
          executions.merge(name + " " + n, 1, Integer::sum);
          return code.apply(n);
        });
  }

  /// Five branches of which one, the third, arrives first; in front of it are a failed one, a group
  /// that waits for days, a retry that does, and behind it more. Then a tolerating join twice: once
  /// met, and once failed with a fallback.
  private Workflow<Object, Integer, String> racing() {
    var outer = Step.split("outer", Integer.class, Integer.class, n -> List.of(1, 2, 3, 4, 5, n));
    var choose = counted("choose", Transition::next);
    var broken =
        counted(
            "broken",
            n -> {
              throw new IllegalStateException("broken " + n);
            });
    var later =
        counted(
                "later",
                n -> {
                  throw new IllegalStateException("later " + n);
                })
            .retry(RetryPolicy.fixed(DAYS));
    var inner = Step.split("inner", Integer.class, Integer.class, n -> List.of(n * 10, n * 10 + 1));
    var wait = counted("wait", n -> n % 10 == 0 ? Transition.next(n) : Transition.after(DAYS, n));
    var innerJoin = Step.join("inner-join", Integer.class, Integer.class, List::getFirst);
    var win = counted("win", Transition::next);
    var join = Step.join("join", Integer.class, Integer.class, List::getFirst);
    var again = Step.split("again", Integer.class, Integer.class, n -> List.of(n, n + 1, n + 2));
    var some =
        counted(
            "some",
            n -> {
              if (n == 4) {
                throw new IllegalStateException("some " + n);
              }
              return Transition.next(n);
            });
    var tolerant = Step.join("tolerant", Integer.class, Integer.class, List::getLast);
    var third = Step.split("third", Integer.class, Integer.class, n -> List.of(n, n + 1, n + 2));
    var most =
        counted(
            "most",
            n -> {
              if (n != 5) {
                throw new IllegalStateException("most " + n);
              }
              return Transition.next(n);
            });
    var failing = Step.join("failing", Integer.class, String.class, List::toString);
    var rescue =
        Step.types(TypeRef.listOf(Integer.class), TypeRef.of(String.class))
            .<Object>of(
                "rescue",
                (ctx, list) -> Transition.next(list + " " + ctx.failure().orElseThrow().message()));
    return Workflow.builder("racing")
        .start(outer)
        .edge(outer, choose)
        .branch(choose)
        .when(Integer.class)
        .and(n -> n == 1)
        .to(broken)
        .when(Integer.class)
        .and(n -> n == 2)
        .to(inner)
        .when(Integer.class)
        .and(n -> n == 4)
        .to(later)
        .otherwise(win)
        .edge(inner, wait)
        .join(inner, wait, innerJoin)
        .join(outer, innerJoin, join)
        .join(outer, broken, join)
        .join(outer, later, join)
        .join(outer, win, join)
        .policy(join, JoinPolicy.first())
        .edge(join, again)
        .edge(again, some)
        .join(again, some, tolerant)
        .policy(tolerant, JoinPolicy.tolerating(1))
        .edge(tolerant, third)
        .edge(third, most)
        .join(third, most, failing)
        .policy(failing, JoinPolicy.tolerating(1))
        .onFailure(failing, rescue)
        .end(failing)
        .end(rescue)
        .build();
  }

  private static final String RACED = "[5] most 6";

  @ParameterizedTest
  @CsvSource({"false,1", "true,1", "false,8", "true,8"})
  void deathAtEveryCommit_resurrectsNothingThatWasDropped(boolean written, int parallelism)
      throws Exception {
    var workflow = racing();
    // side by side, the order of commits decides who is first, and who fails
    var expected = Pattern.compile(parallelism == 1 ? Pattern.quote(RACED) : "\\[5?] most \\d+");
    var whole = FaultyStore.create();
    try (var executor = executor(whole, parallelism)) {
      assertThat(executor.run(workflow, 6, Flows.ID)).matches(expected);
    }
    int appends = whole.appends();
    for (int k = 2; k <= appends; k++) {
      var store = FaultyStore.create().unknown(k, written);
      executions.clear();
      boolean died = false;
      try (var executor = executor(store, parallelism)) {
        executor.run(workflow, 6, Flows.ID);
      } catch (CommitUnknownException e) {
        died = true;
      }
      assertThat(died || parallelism > 1).isTrue();
      var next = store.reopen();
      try (var executor = executor(next, parallelism)) {
        assertThat(executor.run(workflow, 6, Flows.ID))
            .as("death at append %d", k)
            .matches(expected);
      }
      if (parallelism == 1) {
        assertThat(executions.values()).as("at append %d", k).allMatch(times -> times <= 2);
        assertThat(executions.values().stream().filter(times -> times == 2).count())
            .as("steps executed twice, at append %d", k)
            .isLessThanOrEqualTo(written ? 0 : 1);
      }
      assertThat(kinds(next.reopen())).containsOnlyKeys(Entry.Kind.INPUT, Entry.Kind.OUTPUT);
    }
  }

  private static Map<Entry.Kind, List<Entry>> kinds(MemoryCheckpointStore store) {
    var kinds = new HashMap<Entry.Kind, List<Entry>>();
    store
        .entries(Flows.ID, -1, 10_000)
        .forEach(entry -> kinds.computeIfAbsent(entry.kind(), _ -> new ArrayList<>()).add(entry));
    store.close();
    return kinds;
  }

  /// A race whose winner waits for a while, so that the run can be looked at behind the join.
  private Workflow<Object, Integer, String> waiting(JoinPolicy policy) {
    var fork = Flows.upTo("fork");
    var inner = Step.split("inner", Integer.class, Integer.class, n -> List.of(n, n));
    var each = counted("each", n -> n == 0 ? Transition.next(n) : Transition.after(DAYS, n));
    var innerJoin = Step.join("inner-join", Integer.class, Integer.class, List::getFirst);
    var join = Flows.text("join");
    var sleep = Step.sleep("sleep", String.class, Duration.ofHours(1));
    var end = Step.map("end", String.class, String.class, text -> text);
    // due before all that is dropped, so that nobody comes across that
    var begin = Step.map("begin", Integer.class, Integer.class, n -> n);
    var tick = Step.sleep("tick", Integer.class, Duration.ofHours(2));
    var builder =
        Workflow.builder("waiting")
            .start(begin)
            .edge(begin, tick)
            .sink(tick)
            .edge(begin, fork)
            .edge(fork, inner)
            .edge(inner, each)
            .join(inner, each, innerJoin)
            .join(fork, innerJoin, join)
            .policy(join, policy)
            .edge(join, sleep);
    return builder.edge(sleep, end).end(end).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void entriesOfDroppedItems_goAfterARestart_andATimerOfTheDroppedIsNotTheRuns(boolean dies)
      throws Exception {
    var workflow = waiting(JoinPolicy.first());
    var store = MemoryCheckpointStore.create();
    try (var first = executor(store, 1)) {
      var handle = first.start(workflow, 4, Flows.ID);
      time.awaitTimer(Duration.ofHours(1));
      Flows.awaitStatus(handle, dev.treadle.RunStatus.WAITING);
      assertThat(first.find(Flows.ID).flatMap(RunHeader::dueAt))
          .isEqualTo(Optional.of(ManualTime.BEGIN.plus(Duration.ofHours(1))));
      if (!dies) {
        time.advance(Duration.ofHours(1));
        time.awaitTimer(Duration.ofHours(2));
        time.advance(Duration.ofHours(1));
        assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[0]"));
        return;
      }
      var later = new ManualTime();
      var next = FaultyStore.over(store.reopen());
      try (var executor = WorkflowExecutor.builder().store(next).time(later).build()) {
        var resumed = Flows.resumed(executor.recover(workflow));
        later.awaitTimer(Duration.ofHours(1));
        later.advance(Duration.ofHours(1));
        later.awaitTimer(Duration.ofHours(2));
        later.advance(Duration.ofHours(1));
        assertThat(Flows.end(resumed)).isEqualTo(new RunResult.Completed<>("[0]"));
        // the first commit after the death marks a start, and removes six items, three groups and
        // the one they were in
        var removed =
            next.commits(Flows.ID).getFirst().removes().stream()
                .mapToLong(range -> range.last() - range.first() + 1)
                .sum();
        assertThat(removed).isEqualTo(10);
      }
    }
  }

  @Test
  void aRunningProcess_removesWhatWasDropped_whenItIsTouched() throws Exception {
    var fork = Flows.upTo("fork");
    var each = counted("each", Transition::next);
    var join = Flows.text("join");
    var a = Step.map("a", String.class, String.class, text -> text);
    var b = Step.map("b", String.class, String.class, text -> text);
    var workflow =
        Workflow.builder("queued")
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .policy(join, JoinPolicy.first())
            .edge(join, a)
            .edge(a, b)
            .end(b)
            .build();
    var store = FaultyStore.create();
    try (var executor = executor(store, 1)) {
      assertThat(executor.run(workflow, 5, Flows.ID)).isEqualTo("[0]");
    }
    // start, fork, each 0, then the join, whose turn comes behind the dropped items
    var commit = store.commits(Flows.ID).get(3);
    assertThat(commit.removes().stream().mapToLong(range -> range.last() - range.first() + 1).sum())
        .as("the join's item, its value, four dropped items and their group")
        .isEqualTo(7);
  }

  @Test
  void aPolicyIsCode_anotherOneDecidesAfterARestart_andWhatItCannotMeanIsAMisfit()
      throws Exception {
    var store = MemoryCheckpointStore.create();
    var each =
        Step.<Object, Integer, Integer>of(
            "each",
            Integer.class,
            Integer.class,
            (_, n) -> {
              if (n == 0) {
                throw new IllegalStateException("broken");
              }
              return n == 1 ? Transition.next(n) : Transition.after(DAYS, n);
            });
    try (var executor = executor(store, 1)) {
      executor.start(Flows.fork(JoinPolicy.tolerating(2), each), 4, Flows.ID);
      time.awaitTimer(DAYS);
    }
    var again = store.reopen();
    try (var executor = executor(again, 1)) {
      var answers = executor.recover(Flows.fork(JoinPolicy.all(), each));
      assertThat(answers.getFirst()).isInstanceOf(Recovery.DoesNotFit.class);
      assertThat(answers.getFirst().toString())
          .contains(
              "fork \"fork\" has an open group with 1 failed items, but join \"join\" tolerates"
                  + " none now");
    }
    var last = again.reopen();
    time.advance(DAYS);
    try (var executor = executor(last, 1)) {
      var handle = Flows.resumed(executor.recover(Flows.fork(JoinPolicy.first(), each)));
      assertThat(Flows.end(handle)).isEqualTo(new RunResult.Completed<>("[1]"));
    }
  }
}
