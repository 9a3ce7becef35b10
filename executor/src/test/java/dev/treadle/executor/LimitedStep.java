package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.RunId;
import dev.treadle.Step;
import dev.treadle.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A step with a limit of one that tests can hold up, and what they ask of it.
abstract class LimitedStep {
  /// The input for which the limited step waits until told.
  static final int STUCK = -1;

  final MemoryCheckpointStore store = MemoryCheckpointStore.create();
  final ManualTime time = new ManualTime();
  final CountDownLatch stuck = new CountDownLatch(1);
  final CountDownLatch goOn = new CountDownLatch(1);
  final List<Integer> order = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger running = new AtomicInteger();
  final AtomicInteger most = new AtomicInteger();

  final Step<Object, Integer, Integer> limited =
      Step.map("limited", Integer.class, Integer.class, this::count).concurrency(1);
  final Workflow<Object, Integer, Integer> one = Flows.only(limited);

  Integer count(int input) {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    try {
      order.add(input);
      if (input == STUCK) {
        stuck.countDown();
        Flows.await(goOn);
      }
      return input;
    } finally {
      running.decrementAndGet();
    }
  }

  WorkflowExecutor executor(boolean durable, int parallelism) {
    var builder = WorkflowExecutor.builder().parallelism(parallelism).time(time);
    return durable ? builder.store(store).build() : builder.build();
  }

  static StepLimit limit(WorkflowExecutor executor, Workflow<?, ?, ?> workflow, String step) {
    var limit = ((ExecutorImpl) executor).plan(workflow).step(step).limit;
    assertThat(limit).isNotNull();
    return limit;
  }

  StepLimit limit(WorkflowExecutor executor) {
    return limit(executor, one, "limited");
  }

  /// Waits until so many items are seen to wait for a permit.
  static void awaitWaiting(StepLimit limit, int items, RunHandle<?> unfinished)
      throws InterruptedException {
    for (int i = 0; i < Flows.LIMIT.toMillis() && limit.waiting() != items; i++) {
      assertThat(unfinished.await(Duration.ofMillis(1))).isEmpty();
    }
    assertThat(limit.waiting()).isEqualTo(items);
  }

  /// A run that holds the permit until told.
  RunHandle<Integer> hold(WorkflowExecutor executor) {
    var holder = executor.start(one, STUCK, RunId.of("holder"));
    Flows.await(stuck);
    return holder;
  }
}
