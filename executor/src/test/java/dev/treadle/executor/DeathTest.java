package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.treadle.Merge;
import dev.treadle.Step;
import dev.treadle.StepContext;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.Entry;
import dev.treadle.executor.spi.StepCommit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Death before and after every write of a run with forks within forks, branches, joins and a
/// context: the next process gives the same, and starts nothing again that was acknowledged.
@Timeout(60)
final class DeathTest {
  private static final String OUTPUT =
      "[[0 small], [0 small, 1 small], [0 small, 1 small, 2 large]]";

  /// A context that shows what is lost or there twice: how often each step has committed.
  record Seen(Map<String, Integer> steps) {
    static Seen of(String step) {
      return new Seen(Map.of(step, 1));
    }

    Seen and(Seen more) {
      var sums = new TreeMap<>(steps);
      more.steps.forEach((step, times) -> sums.merge(step, times, Integer::sum));
      return new Seen(sums);
    }
  }

  /// How often each item was executed, by its key.
  private final Map<String, Integer> executions = new ConcurrentHashMap<>();

  private final Workflow<Seen, Integer, String> workflow = nested();

  private void seen(StepContext<Seen> ctx) {
    executions.merge(ctx.idempotencyKey(), 1, Integer::sum);
    ctx.merge(Seen.of(ctx.step()));
  }

  private Step<Seen, Integer, Integer> split(String name) {
    return Step.in(Seen.class)
        .of(
            name,
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              seen(ctx);
              return Transition.nextAll(IntStream.range(0, n).boxed().toList());
            });
  }

  private Step<Seen, Integer, String> size(String name) {
    return Step.in(Seen.class)
        .of(
            name,
            Integer.class,
            String.class,
            (ctx, n) -> {
              seen(ctx);
              return Transition.next(n + " " + name);
            });
  }

  private Step<Seen, List<String>, String> text(String name) {
    return Step.in(Seen.class)
        .types(dev.treadle.TypeRef.listOf(String.class), dev.treadle.TypeRef.of(String.class))
        .of(
            name,
            (ctx, texts) -> {
              seen(ctx);
              return Transition.next(texts.toString());
            });
  }

  private Workflow<Seen, Integer, String> nested() {
    var outer = split("outer");
    var add =
        Step.in(Seen.class)
            .of(
                "add",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  seen(ctx);
                  return Transition.next(n + 1);
                });
    var inner = split("inner");
    var pass =
        Step.in(Seen.class)
            .of(
                "pass",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  seen(ctx);
                  ctx.update(all -> all.and(Seen.of("updated")));
                  return Transition.next(n);
                });
    var small = size("small");
    var large = size("large");
    var innerJoin = text("inner-join");
    var outerJoin = text("outer-join");
    return Workflow.builder("nested", Seen.class, () -> new Seen(Map.of()))
        .merge(Merge.of(new Seen(Map.of()), Seen::and))
        .start(outer)
        .then(add)
        .then(inner)
        .then(pass)
        .branch(pass)
        .when(Integer.class)
        .and(n -> n > 1)
        .to(large)
        .otherwise(small)
        .join(inner, small, innerJoin)
        .join(inner, large, innerJoin)
        .join(outer, innerJoin, outerJoin)
        .end(outerJoin)
        .build();
  }

  private WorkflowExecutor executor(
      dev.treadle.executor.spi.CheckpointStore store, int parallelism) {
    return WorkflowExecutor.builder().store(store).parallelism(parallelism).build();
  }

  private static String context(FaultyStore store) {
    try (var reader = store.reopen()) {
      var entries = reader.entries(Flows.ID, -1, 10_000);
      var codec = new PayloadCodec(PayloadLimits.defaults());
      var type = codec.any(Seen.class);
      var seen = new Seen(Map.of());
      for (var entry : entries) {
        if (entry.kind() == Entry.Kind.CONTEXT || entry.kind() == Entry.Kind.DELTA) {
          seen = seen.and((Seen) type.read("the context", entry.payload()));
        }
      }
      return seen.toString();
    }
  }

  /// The ids of the items that a run's written commits have consumed.
  private static Set<Long> consumed(List<StepCommit> commits) {
    var gone = new HashSet<Long>();
    for (var commit : commits) {
      for (var range : commit.removes()) {
        for (long id = range.first(); id <= range.last(); id++) {
          gone.add(id);
        }
      }
    }
    return gone;
  }

  private int appendsWithoutDeath(int parallelism) throws InterruptedException {
    var store = FaultyStore.create();
    try (var executor = executor(store, parallelism)) {
      assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo(OUTPUT);
    }
    assertThat(executions.values()).containsOnly(1);
    executions.clear();
    return store.appends();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deathAtEveryCommit_givesTheSameOutputAndContext_andRunsNothingTwiceThatWasWritten(
      boolean written) throws Exception {
    int appends = appendsWithoutDeath(1);
    assertThat(appends).isEqualTo(24);
    var expected = expectedContext();
    for (int k = 1; k <= appends; k++) {
      executions.clear();
      var store = FaultyStore.create().unknown(k, written);
      dieAndGoOn(store, 1, k == 1 && !written, expected);
      var expectedTwice = written || k == 1 ? 0 : 1;
      assertThat(executions.values().stream().filter(times -> times > 1))
          .as("items executed twice after death at append %d", k)
          .hasSize(expectedTwice);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deathUnderParallelism_runsNothingTwiceThatWasAcknowledged(boolean written) throws Exception {
    var expected = expectedContext();
    for (int k = 1; k <= 15; k++) {
      executions.clear();
      var store = FaultyStore.create().unknown(k, written);
      dieAndGoOn(store, 16, k == 1 && !written, expected);
    }
  }

  private String expectedContext() throws InterruptedException {
    var store = FaultyStore.create();
    try (var executor = executor(store, 1)) {
      assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo(OUTPUT);
    }
    return context(store);
  }

  private void dieAndGoOn(FaultyStore store, int parallelism, boolean neverStarted, String expected)
      throws Exception {
    boolean died = false;
    try (var executor = executor(store, parallelism)) {
      assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo(OUTPUT);
    } catch (CommitUnknownException e) {
      died = true;
    }
    var before = Map.copyOf(executions);
    var acknowledged = consumed(store.commits(Flows.ID));
    var next = FaultyStore.over(store.reopen());
    try (var executor = executor(next, parallelism)) {
      if (died && !neverStarted && !isFinished(executor)) {
        assertThat(Flows.end(Flows.resumed(executor.recover(workflow))))
            .isEqualTo(new RunResult.Completed<>(OUTPUT));
      }
      assertThat(executor.run(workflow, 3, Flows.ID)).isEqualTo(OUTPUT);
    }
    executions.forEach((key, times) -> {
      long item = Long.parseLong(key.substring(key.lastIndexOf('-') + 1));
      if (acknowledged.contains(item) && before.containsKey(key)) {
        assertThat(times).as("executions of item %d, acknowledged before death", item).isEqualTo(1);
      }
    });
    assertThat(context(next)).isEqualTo(expected);
  }

  private static boolean isFinished(WorkflowExecutor executor) {
    return executor.find(Flows.ID).orElseThrow().status().isFinal();
  }

  @Test
  void deathInTheMiddleOfALargeCommit_leavesTheRunAsBefore_andItsPartsAreDiscarded()
      throws Exception {
    var fork = Flows.fork(Flows.plus("each", 0));
    for (int append = 2; append <= 5; append++) { // the parts of the fork's commit
      var store = FaultyStore.create().unknownAfter(append);
      try (var executor = executor(store, 8)) {
        assertThatExceptionOfType(CommitUnknownException.class)
            .isThrownBy(() -> executor.run(fork, 13_000, Flows.ID));
      }
      try (var executor = executor(store.reopen(), 8)) {
        assertThat(executor.run(fork, 13_000, Flows.ID)).startsWith("[0, 1,").endsWith("12999]");
      }
    }
  }
}
