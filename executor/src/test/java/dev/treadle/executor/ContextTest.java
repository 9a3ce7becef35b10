package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import dev.treadle.executor.spi.Entry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What steps see of the context, and where it is changed.
@Timeout(30)
final class ContextTest {
  private final FaultyStore store = FaultyStore.create();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? WorkflowExecutor.create(store) : WorkflowExecutor.create();
  }

  private static Workflow<Count, Integer, Integer> only(Step<Count, Integer, Integer> step) {
    return Workflow.builder("only", Count.class, () -> new Count(1)).start(step).end(step).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void state_isTheCommittedContextAsOfTheStepsStart_andDoesNotChangeWithinTheStep(boolean durable)
      throws Exception {
    var looked = new CountDownLatch(1);
    var seen = new ConcurrentLinkedQueue<Integer>();
    var fork = Flows.upTo("fork");
    var changed = new CountDownLatch(1);
    var each =
        Step.in(Count.class)
            .of(
                "each",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  if (n == 0) {
                    seen.add(ctx.state().value());
                    ctx.update(count -> count.plus(100));
                    seen.add(ctx.state().value());
                    looked.countDown();
                    Flows.await(changed); // another has changed it meanwhile
                    seen.add(ctx.state().value());
                  } else {
                    Flows.await(looked);
                    ctx.update(count -> count.plus(10));
                  }
                  return Transition.next(n);
                });
    var after =
        Step.in(Count.class)
            .of(
                "after",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  if (n == 1) {
                    seen.add(ctx.state().value());
                    changed.countDown();
                  }
                  return Transition.next(ctx.state().value());
                });
    var workflow =
        Workflow.builder("seeing", Count.class, () -> new Count(1))
            .start(fork)
            .then(each)
            .then(after)
            .end(after)
            .build();
    try (var executor = executor(durable)) {
      var handle = executor.start(workflow, 2);
      assertThat(Flows.end(handle)).isInstanceOf(RunResult.Completed.class);
      assertThat(seen).containsExactly(1, 1, 11, 1);
      assertThat(handle.outputs()).containsExactlyInAnyOrder(11, 111);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void updates_areAppliedOnTheStepsThread_neverOnTheStores(boolean durable) throws Exception {
    var threads = new ConcurrentLinkedQueue<Thread>();
    var step =
        Step.in(Count.class)
            .of(
                "count",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  threads.add(Thread.currentThread());
                  ctx.update(count -> {
                    threads.add(Thread.currentThread());
                    return count.plus(n);
                  });
                  return Transition.next(n);
                });
    try (var executor = executor(durable)) {
      assertThat(executor.run(only(step), 4)).isEqualTo(4);
    }
    assertThat(threads).hasSize(2).containsOnly(Thread.currentThread());
  }

  @Test
  void aStepThatTouchesNeither_writesNoContext() throws Exception {
    var step =
        Step.in(Count.class)
            .of("plain", Integer.class, Integer.class, (ctx, n) -> Transition.next(n));
    try (var executor = executor(true)) {
      assertThat(executor.run(only(step), 4)).isEqualTo(4);
    }
    var kinds =
        store.batches().stream()
            .skip(1) // the start has the first context
            .flatMap(List::stream)
            .flatMap(commit -> commit.puts().stream())
            .map(Entry::kind)
            .toList();
    assertThat(kinds).containsExactly(Entry.Kind.OUTPUT);
  }

  record Text(String text) {}

  private static Workflow<Text, Integer, Integer> writing(String name, int bytes) {
    var large = new Text("x".repeat(bytes - "{\"text\":\"\"}".length()));
    var first = writing("first", large);
    var second = writing("second", large);
    return Workflow.builder(name, Text.class, () -> new Text(""))
        .start(first)
        .then(second)
        .end(second)
        .build();
  }

  private static Step<Text, Integer, Integer> writing(String name, Text large) {
    return Step.in(Text.class)
        .of(
            name,
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              ctx.update(_ -> large);
              return Transition.next(n);
            });
  }

  @Test
  void updateFrom64KiBOn_warnsOncePerRun() throws Exception {
    var said = new ByteArrayOutputStream();
    var before = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try (var executor = executor(true)) {
      var small = writing("small", 65_535);
      var large = writing("large", 65_536);
      assertThat(executor.run(small, 1)).isEqualTo(1);
      assertThat(executor.run(large, 1, RunId.of("a"))).isEqualTo(1);
      assertThat(executor.run(large, 1, RunId.of("b"))).isEqualTo(1);
    } finally {
      System.setErr(before);
    }
    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("WARN"))
        .extracting(line -> line.substring(line.indexOf("run ")))
        .containsExactly(
            "run a: step first writes a context of 65536 bytes whole at each update; merge(…)"
                + " stores only deltas",
            "run b: step first writes a context of 65536 bytes whole at each update; merge(…)"
                + " stores only deltas");
  }
}
