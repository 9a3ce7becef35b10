package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.JoinPolicy;
import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.Step;
import dev.treadle.Workflow;
import dev.treadle.executor.spi.CheckpointStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Workflows that many tests use, and waits that end.
final class Flows {
  /// How long anything may take.
  static final Duration LIMIT = Duration.ofSeconds(20);

  static final RunId ID = RunId.of("the-run");

  /// A context.
  record Count(int value) {
    Count plus(int more) {
      return new Count(value + more);
    }
  }

  private Flows() {}

  // --- steps and workflows

  static Step<Object, Integer, Integer> plus(String name, int more) {
    return Step.map(name, Integer.class, Integer.class, number -> number + more);
  }

  /// One step that is the whole workflow.
  static <I, O> Workflow<Object, I, O> only(Step<Object, I, O> step) {
    return Workflow.builder("only").start(step).end(step).build();
  }

  static <I, T, O> Workflow<Object, I, O> chain(
      String name, Step<Object, I, T> first, Step<Object, T, O> last) {
    return Workflow.builder(name).start(first).edge(first, last).end(last).build();
  }

  static Step<Object, Integer, Integer> upTo(String name) {
    return Step.split(
        name, Integer.class, Integer.class, n -> IntStream.range(0, n).boxed().toList());
  }

  static Step<Object, List<Integer>, String> text(String name) {
    return Step.join(name, Integer.class, String.class, List::toString);
  }

  /// A fork, the step for each of its items, and the join.
  static Workflow<Object, Integer, String> fork(Step<Object, Integer, Integer> each) {
    return fork(JoinPolicy.all(), each);
  }

  /// As [#fork(Step)], with a policy of the join.
  static Workflow<Object, Integer, String> fork(
      JoinPolicy policy, Step<Object, Integer, Integer> each) {
    var fork = upTo("fork");
    var join = text("join");
    return Workflow.builder("forking")
        .start(fork)
        .edge(fork, each)
        .join(fork, each, join)
        .policy(join, policy)
        .end(join)
        .build();
  }

  // --- waits

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("in time").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /// Waits for nothing that ever comes; for steps that only an interrupt ends.
  static void blockForever() throws InterruptedException {
    assertThat(new CountDownLatch(1).await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  static <O> RunResult<O> end(RunHandle<O> handle) throws InterruptedException {
    return handle.await(LIMIT).orElseThrow(() -> new AssertionError(handle.id() + " hangs"));
  }

  /// Waits until a run that does not end is seen in a status.
  static void awaitStatus(RunHandle<?> handle, RunStatus status) throws InterruptedException {
    for (int i = 0; i < LIMIT.toMillis() && handle.status() != status; i++) {
      assertThat(handle.await(Duration.ofMillis(1))).isEmpty();
    }
    assertThat(handle.status()).isEqualTo(status);
  }

  static RunResult.Failed<?> failed(RunHandle<?> handle) throws InterruptedException {
    var end = end(handle);
    assertThat(end).isInstanceOf(RunResult.Failed.class);
    return (RunResult.Failed<?>) end;
  }

  /// The handle of the one run that was recovered.
  static RunHandle<?> resumed(List<Recovery> answers) {
    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst()).isInstanceOf(Recovery.Resumed.class);
    return ((Recovery.Resumed) answers.getFirst()).handle();
  }

  // --- executors

  static WorkflowExecutor durable(CheckpointStore store, TimeSource time) {
    return WorkflowExecutor.builder().store(store).time(time).build();
  }
}
