package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Merge;
import dev.treadle.RetryPolicy;
import dev.treadle.Step;
import dev.treadle.Transition;
import dev.treadle.Workflow;
import dev.treadle.executor.Flows.Count;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps that run their code for each element of a list.
@Timeout(20)
final class BatchTest {
  private final FaultyStore store = FaultyStore.create();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();

  private WorkflowExecutor executor(boolean durable) {
    return durable ? WorkflowExecutor.create(store) : WorkflowExecutor.create();
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static Workflow<Object, List<Integer>, List<Integer>> batch(
      Step<Object, Integer, Integer> element, int atOnce) {
    return Flows.only(Step.batch(element, atOnce));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void outputs_areInOrder_andAtMostSoManyRunAtOnce(boolean durable) throws Exception {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var three = new CountDownLatch(3);
    var element =
        Step.map(
            "element",
            Integer.class,
            Integer.class,
            n -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              three.countDown();
              Flows.await(three);
              now.decrementAndGet();
              return n * 2;
            });
    var workflow = batch(element, 3);
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, numbers(50)))
          .isEqualTo(IntStream.range(0, 50).map(n -> n * 2).boxed().toList());
      assertThat(executor.run(workflow, List.of())).isEmpty();
      assertThat(executor.run(workflow, List.of(7))).containsExactly(14);
    }
    assertThat(most).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keys_areTheItemsWithTheElementsIndex_onEveryAttempt(boolean durable) throws Exception {
    var element =
        Step.<Object, Integer, Integer>of(
                "element",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  keys.add(ctx.idempotencyKey());
                  if (ctx.attempt() == 1 && n == 3) {
                    throw new IOException("once");
                  }
                  return Transition.next(n);
                })
            .retry(RetryPolicy.fixed(Duration.ZERO));
    try (var executor = executor(durable)) {
      assertThat(executor.run(batch(element, 1), numbers(4))).isEqualTo(numbers(4));
    }
    assertThat(keys).hasSize(4);
    var item = keys.iterator().next().replaceAll("-\\d+$", "");
    assertThat(keys).containsExactlyInAnyOrder(item + "-0", item + "-1", item + "-2", item + "-3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failureOfAnElement_stopsTheOthers_andFailsTheItem(boolean durable) throws Exception {
    var blocked = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var begun = new AtomicInteger();
    var element =
        Step.map(
            "element",
            Integer.class,
            Integer.class,
            n -> {
              begun.incrementAndGet();
              if (n == 0) {
                Flows.await(blocked);
                throw new IOException("element 0");
              }
              blocked.countDown();
              try {
                Flows.blockForever();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return n;
            });
    try (var executor = executor(durable)) {
      var failed = Flows.failed(executor.start(batch(element, 2), numbers(100)));
      assertThat(failed.failure().message()).isEqualTo("element 0");
      Flows.await(interrupted);
    }
    assertThat(begun).as("no further element begins").hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void changesOfTheContext_areAppliedInTheOrderOfTheElements(boolean durable) throws Exception {
    record Digits(String text) {}
    var all = new CountDownLatch(5);
    var element =
        Step.in(Digits.class)
            .of(
                "element",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  all.countDown();
                  Flows.await(all);
                  ctx.update(digits -> new Digits(digits.text() + n));
                  return Transition.next(n);
                });
    var batch = Step.batch(element, 5);
    var read =
        Step.types(batch.outputType(), dev.treadle.TypeRef.of(String.class))
            .<Digits>of("read", (ctx, _) -> Transition.next(ctx.state().text()));
    var workflow =
        Workflow.builder("digits", Digits.class, () -> new Digits(""))
            .start(batch)
            .edge(batch, read)
            .end(read)
            .build();
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, numbers(5))).isEqualTo("01234");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failedBatch_changesNothing_andOneCommitHoldsAll(boolean durable) throws Exception {
    var element =
        Step.in(Count.class)
            .of(
                "element",
                Integer.class,
                Integer.class,
                (ctx, n) -> {
                  ctx.merge(new Count(1));
                  if (n == 2 && ctx.attempt() == 1) {
                    throw new IOException("once");
                  }
                  return Transition.next(n);
                });
    var batch = Step.batch(element, 4).retry(RetryPolicy.fixed(Duration.ZERO));
    var read =
        Step.types(batch.outputType(), dev.treadle.TypeRef.of(Integer.class))
            .<Count>of("read", (ctx, _) -> Transition.next(ctx.state().value()));
    var workflow =
        Workflow.builder("counted", Count.class, () -> new Count(0))
            .merge(Merge.of(new Count(0), (a, b) -> a.plus(b.value())))
            .start(batch)
            .edge(batch, read)
            .end(read)
            .build();
    try (var executor = executor(durable)) {
      assertThat(executor.run(workflow, numbers(4), Flows.ID)).isEqualTo(4);
    }
    if (durable) { // start, failure, batch, read
      assertThat(store.commits(Flows.ID)).hasSize(4);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void elementThatAnswersMoreThanOne_isToldWhatToDo(boolean durable) throws Exception {
    var element =
        Step.<Object, Integer, Integer>of(
            "element", Integer.class, Integer.class, (_, n) -> Transition.nextAll(List.of(n, n)));
    try (var executor = executor(durable)) {
      assertThat(Flows.failed(executor.start(batch(element, 2), numbers(1))).failure().message())
          .isEqualTo(
              "element 0 of batch \"element\" answered NextAll; in a batch each element answers"
                  + " Transition.next(output) or abort(reason)");
    }
  }
}
