package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Merge;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.IdRange;
import dev.treadle.executor.spi.StepCommit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a store gets to write.
@Timeout(20)
final class CommitShapeTest {
  private static final RunId SMALL = RunId.of("small");

  private final FaultyStore store = FaultyStore.create();

  private static Workflow<Object, Integer, Integer> chain(String name, int steps) {
    var first = Flows.plus("s1", 1);
    var chain = Workflow.builder(name).start(first);
    var last = first;
    for (int i = 2; i <= steps; i++) {
      last = Flows.plus("s" + i, 1);
      chain = chain.then(last);
    }
    return chain.end(last).build();
  }

  private static List<Entry.Kind> kinds(StepCommit commit) {
    return commit.puts().stream().map(Entry::kind).toList();
  }

  @Test
  void linearRun_hasACommitForEachStepAndOneForItsStart() throws Exception {
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(chain("chain", 5), 0, Flows.ID)).isEqualTo(5);
    }
    var commits = store.commits(Flows.ID);
    assertThat(commits).hasSize(6);
    assertThat(store.appends()).isEqualTo(6);
    assertThat(kinds(commits.getFirst())).containsExactly(Entry.Kind.INPUT, Entry.Kind.ITEM);
    for (var commit : commits.subList(1, 5)) {
      assertThat(commit.removes()).hasSize(1);
      assertThat(commit.removes().getFirst())
          .satisfies(range -> assertThat(range.first()).isEqualTo(range.last()));
      assertThat(kinds(commit)).containsExactly(Entry.Kind.ITEM);
      assertThat(commit.header().status()).isEqualTo(RunStatus.RUNNING);
    }
    var last = commits.getLast();
    assertThat(kinds(last))
        .as("the last step's commit is the end")
        .containsExactly(Entry.Kind.OUTPUT);
    assertThat(last.header().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void finishedRun_keepsItsInputContextAndOutputsOnly() throws Exception {
    var fork = Flows.upTo("fork");
    var each =
        Step.in(Count.class)
            .of(
                "each",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.update(count -> count.plus(1));
                  return n == 1 ? Transition.hold() : Transition.next(n);
                });
    var join = Flows.text("join");
    var workflow =
        Workflow.builder("counted", Count.class, () -> new Count(0))
            .start(fork)
            .edge(fork, each)
            .join(fork, each, join)
            .end(join)
            .build();
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo("[0, 2]");
    }
    try (var reader = store.reopen()) {
      assertThat(reader.entries(Flows.ID, -1, 100))
          .extracting(Entry::kind)
          .containsExactly(Entry.Kind.INPUT, Entry.Kind.CONTEXT, Entry.Kind.OUTPUT);
    }
  }

  // --- the context

  private static Workflow<Count, Integer, Integer> looping(boolean merges, int rounds) {
    var loop =
        Step.in(Count.class)
            .of(
                "loop",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  if (merges) {
                    ctx.merge(new Count(1));
                  } else {
                    ctx.update(count -> count.plus(1));
                  }
                  return Transition.next(n + 1);
                });
    var end =
        Step.in(Count.class)
            .of(
                "end",
                Integer.class,
                Integer.class,
                (ctx, _) -> Transition.next(ctx.state().value()));
    return Workflow.builder("looping", Count.class, () -> new Count(0))
        .merge(Merge.of(new Count(0), (a, b) -> a.plus(b.value())))
        .start(loop)
        .branch(loop)
        .when(Integer.class)
        .and(n -> n < rounds)
        .to(loop)
        .otherwise(end)
        .end(end)
        .build();
  }

  @Test
  void update_writesTheContextWhole() throws Exception {
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(looping(false, 3), 0, Flows.ID)).isEqualTo(3);
    }
    for (var commit : store.commits(Flows.ID).subList(1, 4)) {
      assertThat(kinds(commit)).containsExactly(Entry.Kind.CONTEXT, Entry.Kind.ITEM);
    }
    assertThat(kinds(store.commits(Flows.ID).getLast()))
        .as("a step that touches nothing pays nothing")
        .containsExactly(Entry.Kind.OUTPUT);
  }

  @Test
  void merge_writesTheDeltaOnly_andDeltasAreFoldedNowAndThen() throws Exception {
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(looping(true, 1_000), 0, Flows.ID)).isEqualTo(1_000);
    }
    var steps = store.commits(Flows.ID).subList(1, 1_001);
    var folds =
        steps.stream().filter(commit -> kinds(commit).contains(Entry.Kind.CONTEXT)).toList();
    assertThat(folds).hasSizeBetween(1, 20);
    assertThat(steps.stream().filter(commit -> kinds(commit).contains(Entry.Kind.DELTA)))
        .hasSize(1_000 - folds.size())
        .allSatisfy(commit -> assertThat(commit.puts()).hasSize(2));
    assertThat(folds.getFirst().removes()).as("the deltas go").hasSizeGreaterThan(2);
  }

  @Test
  void deltas_areReadBackAfterReopen() throws Exception {
    var dying = FaultyStore.over(store.reopen()).unknownAfter(701);
    var workflow = looping(true, 1_000);
    try (var executor = WorkflowExecutor.create(dying)) {
      var handle = executor.start(workflow, 0, Flows.ID);
      org.assertj.core.api.Assertions.assertThatException().isThrownBy(() -> Flows.end(handle));
    }
    try (var executor = WorkflowExecutor.create(dying.reopen())) {
      assertThat(executor.run(workflow, 0, Flows.ID)).isEqualTo(1_000);
    }
  }

  // --- large forks

  @Test
  void largeFork_isWrittenInParts_invisibleUntilTheLast_withOthersBetween() throws Exception {
    var items = 30_000;
    var begin = new CountDownLatch(1);
    var firstParts = new ArrayList<List<Entry>>();
    var watching = FaultyStore.over(store.reopen());
    try (var executor = WorkflowExecutor.builder().store(watching).parallelism(1_000).build()) {
      var small =
          Thread.ofVirtual()
              .unstarted(() -> {
                Flows.await(begin);
                assertThat(executor.start(chain("small", 2), 0, SMALL).id()).isEqualTo(SMALL);
              });
      watching
          .at(
              2,
              (real, batch) -> {
                var refused = real.append(batch);
                firstParts.add(real.entries(Flows.ID, -1, 100));
                begin.countDown();
                return refused;
              })
          .at(
              3,
              (real, batch) -> {
                while (begin.getCount() > 0 || small.getState() != Thread.State.WAITING) {
                  Thread.onSpinWait(); // until the small run waits for its start's commit
                }
                return real.append(batch);
              });
      small.start();
      var large = executor.start(Flows.fork(Flows.plus("each", 0)), items, Flows.ID);
      assertThat(Flows.end(large)).isInstanceOf(RunResult.Completed.class);
      small.join();
    }
    assertThat(firstParts.getFirst())
        .as("after the first part the run is as it was started")
        .extracting(Entry::kind)
        .containsExactly(Entry.Kind.INPUT, Entry.Kind.ITEM);
    assertParts(watching.batches(), items);
  }

  private static void assertParts(List<List<StepCommit>> batches, int items) {
    var all = batches.stream().flatMap(List::stream).toList();
    var fork =
        all.stream()
            .filter(
                commit -> commit.header().id().equals(Flows.ID) && commit.header().sequence() == 2)
            .toList();
    assertThat(fork).hasSizeGreaterThan(items / 4_000);
    assertThat(fork.subList(0, fork.size() - 1)).allMatch(part -> !part.last());
    assertThat(fork.getLast().last()).isTrue();
    assertThat(fork.stream().mapToInt(part -> part.puts().size()).max()).hasValue(4_000);
    assertThat(fork.stream().mapToInt(part -> part.puts().size()).sum())
        .as("the items and their group")
        .isEqualTo(items + 1);
    var startOfSmall =
        all.stream().filter(commit -> commit.header().id().equals(SMALL)).findFirst().orElseThrow();
    assertThat(all.indexOf(startOfSmall)).isLessThan(all.indexOf(fork.getLast()));
  }

  // --- many at once

  @Test
  void sequences_areInOrder_underParallelism() throws Exception {
    try (var executor = WorkflowExecutor.builder().store(store).parallelism(64).build()) {
      assertThat(executor.run(Flows.fork(Flows.plus("each", 0)), 2_000, Flows.ID))
          .endsWith("1999]");
    }
    var sequences =
        store.commits(Flows.ID).stream().map(commit -> commit.header().sequence()).toList();
    assertThat(sequences)
        .isEqualTo(IntStream.rangeClosed(1, 2_003).mapToObj(Long::valueOf).toList());
    assertThat(store.appends()).as("commits share appends").isLessThan(2_003);
  }

  @Test
  void commitsOfManyRuns_areWrittenInOneAppend() throws Exception {
    var runs = 200;
    var gate = new CountDownLatch(1);
    var waiting = new CountDownLatch(runs);
    var blocked = FaultyStore.over(store.reopen()).blockAt(1, gate);
    var workflow = chain("chain", 1);
    try (var executor = WorkflowExecutor.create(blocked)) {
      var starters = new ArrayList<Thread>();
      for (int i = 0; i < runs; i++) {
        starters.add(
            Thread.ofVirtual()
                .start(() -> {
                  waiting.countDown();
                  try {
                    assertThat(executor.run(workflow, 0)).isEqualTo(1);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                }));
      }
      Flows.await(waiting);
      gate.countDown();
      for (var starter : starters) {
        starter.join();
      }
    }
    assertThat(blocked.batches().stream().flatMap(List::stream)).hasSize(2 * runs);
    assertThat(blocked.appends()).isLessThan(runs);
    assertThat(blocked.batches().stream().mapToInt(List::size).max().orElseThrow())
        .isGreaterThan(10);
  }

  // --- keys

  @Test
  void keys_areUniqueAcrossRunsItemsExecutorsAndReusedIds() throws Exception {
    Set<String> keys = ConcurrentHashMap.newKeySet();
    var workflow =
        Flows.fork(
            Step.of(
                "each",
                Integer.class,
                Integer.class,
                (StepContext<Object> ctx, Integer n) -> {
                  assertThat(keys.add(ctx.idempotencyKey())).isTrue();
                  assertThat(ctx.idempotencyKey()).matches("[A-Za-z0-9.:-]+");
                  return Transition.next(n);
                }));
    try (var one = WorkflowExecutor.create(store);
        var other = WorkflowExecutor.create()) {
      for (int i = 0; i < 3; i++) {
        assertThat(one.run(workflow, 3, Flows.ID)).isEqualTo("[0, 1, 2]");
        assertThat(one.delete(Flows.ID)).isTrue();
        assertThat(one.run(workflow, 3)).isEqualTo("[0, 1, 2]");
        assertThat(other.run(workflow, 3, Flows.ID)).isEqualTo("[0, 1, 2]");
      }
    }
    assertThat(keys).hasSize(27);
  }

  @Test
  void removedRanges_coverOnlyWhatTheyShould() throws Exception {
    try (var executor = WorkflowExecutor.create(store)) {
      assertThat(executor.run(Flows.fork(Flows.plus("each", 0)), 3, Flows.ID))
          .isEqualTo("[0, 1, 2]");
    }
    assertThat(store.commits(Flows.ID).getLast().removes())
        .allSatisfy(range -> assertThat(range.first()).isGreaterThanOrEqualTo(3))
        .extracting(IdRange::first)
        .isSorted();
  }
}
