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
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random nests of joins with policies and of inlined workflows: one at a time they come to the
/// same end transient, durable and with a death at any commit; side by side they come to an end.
@Timeout(60)
final class RandomScopesTest {
  private static final int SEEDS = 12;

  private final ManualTime time = new ManualTime();

  /// Makes one workflow; what its steps do depends on the seed and on what they get.
  private static final class Nest {
    private final Random random;
    private final long seed;
    private int names;

    Nest(long seed) {
      this.random = new Random(seed);
      this.seed = seed;
    }

    private String name(String kind) {
      return kind + names++;
    }

    /// A step that fails, holds, multiplies, is late or just goes on.
    private Step<Object, Integer, Integer> step(boolean tame) {
      var name = name("step");
      long salt = seed * 31 + name.hashCode();
      var step =
          Step.<Object, Integer, Integer>of(
              name,
              Integer.class,
              Integer.class,
              (ctx, n) -> {
                int chance = Math.floorMod((n * 0x9E3779B97F4A7C15L + salt) >>> 33, 100);
                if (chance < 12) {
                  throw new IllegalStateException(name + " " + n);
                }
                if (chance < 18 && !tame) {
                  return Transition.hold();
                }
                if (chance < 30) {
                  return Transition.nextAll(
                      IntStream.range(0, chance % 3).mapToObj(i -> n * 3 + i).toList());
                }
                if (chance < 36) {
                  return Transition.after(Duration.ofMinutes(chance), n + 1);
                }
                return Transition.next(n + 1);
              });
      return random.nextInt(5) == 0
          ? step.retry(RetryPolicy.fixed(Duration.ofMinutes(7)).maxAttempts(2))
          : step;
    }

    private Step<Object, Integer, Integer> inlined(int depth) {
      return Step.workflow(name("inlined"), workflow(depth - 1));
    }

    private Step<Object, Integer, Integer> any(int depth) {
      return depth > 0 && random.nextInt(3) == 0 ? inlined(depth) : step(random.nextBoolean());
    }

    private JoinPolicy policy() {
      return switch (random.nextInt(3)) {
        case 0 -> JoinPolicy.all();
        case 1 -> JoinPolicy.first();
        default -> JoinPolicy.tolerating(1 + random.nextInt(2));
      };
    }

    /// A fork, an inner fork at times, and what comes after the join; ended at times by force.
    Workflow<Object, Integer, Integer> workflow(int depth) {
      int width = 1 + random.nextInt(4);
      var fork =
          Step.split(
              name("fork"),
              Integer.class,
              Integer.class,
              n -> IntStream.range(0, width).mapToObj(i -> n + i).toList());
      var each = any(depth);
      var join = join();
      var last = any(depth);
      var builder = Workflow.builder(name("workflow")).start(fork).edge(fork, each);
      if (random.nextBoolean()) {
        var inner =
            Step.split(
                name("inner"), Integer.class, Integer.class, n -> List.of(n, n + 100, n + 200));
        var deep = any(depth);
        var innerJoin = join();
        builder
            .edge(each, inner)
            .edge(inner, deep)
            .join(inner, deep, innerJoin)
            .policy(innerJoin, policy())
            .join(fork, innerJoin, join);
        rescue(builder, innerJoin, fork, join);
      } else {
        builder.join(fork, each, join);
      }
      builder.policy(join, policy()).edge(join, last);
      if (random.nextBoolean()) {
        var mend = Step.map(name("mend"), Integer.class, Integer.class, n -> n);
        builder.onFailure(last, mend);
        return (random.nextBoolean() ? builder.end(last) : builder.terminate(last))
            .end(mend)
            .build();
      }
      return random.nextBoolean() ? builder.end(last).build() : builder.terminate(last).build();
    }

    private Step<Object, List<Integer>, Integer> join() {
      return Step.join(
          name("join"), Integer.class, Integer.class, l -> l.stream().mapToInt(n -> n).sum());
    }

    private void rescue(
        dev.treadle.WorkflowBuilder<Object, Integer> builder,
        Step<Object, List<Integer>, Integer> step,
        Step<Object, Integer, Integer> fork,
        Step<Object, List<Integer>, Integer> join) {
      if (random.nextBoolean()) {
        var mend =
            Step.types(TypeRef.listOf(Integer.class), TypeRef.of(Integer.class))
                .<Object>of(name("rescue"), (_, list) -> Transition.next(-list.size()));
        builder.onFailure(step, mend).join(fork, mend, join);
      }
    }
  }

  private RunResult<Integer> drive(
      WorkflowExecutor executor, Workflow<Object, Integer, Integer> workflow) throws Exception {
    var handle = executor.start(workflow, 1, Flows.ID);
    for (int i = 0; i < Flows.LIMIT.toMillis(); i++) {
      var end = handle.await(Duration.ofMillis(1));
      if (end.isPresent()) {
        return end.get();
      }
      if (handle.status() == dev.treadle.RunStatus.WAITING) {
        time.advance(Duration.ofMinutes(1));
      }
    }
    throw new AssertionError("the run hangs: " + handle.status());
  }

  private WorkflowExecutor executor(
      dev.treadle.executor.spi.CheckpointStore store, int parallelism) {
    return WorkflowExecutor.builder().store(store).time(time).parallelism(parallelism).build();
  }

  /// What of an end must always be the same.
  private static String told(RunResult<Integer> end) {
    return end instanceof RunResult.Failed<Integer> failed
        ? failed.failure().step() + " " + failed.failure().message()
        : end.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void anyNest_comesToTheSameEnd_howeverItIsRun(long block) throws Exception {
    for (long seed = block * SEEDS; seed < (block + 1) * SEEDS; seed++) {
      var workflow = new Nest(seed).workflow(3);
      String expected;
      try (var executor = WorkflowExecutor.builder().time(time).parallelism(1).build()) {
        expected = told(drive(executor, workflow));
      }
      try (var executor = WorkflowExecutor.builder().time(time).parallelism(8).build()) {
        assertThat(drive(executor, workflow)).isNotNull();
      }
      var store = FaultyStore.create();
      try (var executor = executor(store, 1)) {
        assertThat(told(drive(executor, workflow)))
            .as("durable, seed %d", seed)
            .isEqualTo(expected);
      }
      int appends = store.appends();
      for (int k = 2; k <= appends; k += 1 + appends / 12) {
        die(workflow, seed, k, expected);
      }
    }
  }

  private void die(Workflow<Object, Integer, Integer> workflow, long seed, int append, String end)
      throws Exception {
    var store = FaultyStore.create().unknown(append, append % 2 == 0);
    try (var executor = executor(store, 1)) {
      drive(executor, workflow);
    } catch (CommitUnknownException _) {
      // the death that was asked for
    }
    var next = store.reopen();
    try (var executor = executor(next, 1)) {
      assertThat(told(drive(executor, workflow)))
          .as("seed %d, death at append %d", seed, append)
          .isEqualTo(end);
    }
    if (!end.startsWith("Completed")) {
      return; // what a failed run needs to be resumed is kept
    }
    var last = next.reopen();
    assertThat(last.entries(Flows.ID, -1, 10_000))
        .as("seed %d, what is left", seed)
        .extracting(Entry::kind)
        .isSubsetOf(Entry.Kind.INPUT, Entry.Kind.OUTPUT);
    last.close();
  }
}
