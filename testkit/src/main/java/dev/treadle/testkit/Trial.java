package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.TreadleException;
import dev.treadle.Workflow;
import dev.treadle.executor.Recovery;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One run from its start to its end, through the lives and deaths of several processes.
///
/// Used by one thread.
final class Trial<C, I, O> {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration TICK = Duration.ofMillis(1);

  private final TrialPlan<C, I, O> plan;
  private final I input;
  private final RunId id;
  private final Journal journal = new Journal();
  private final Workflow<C, I, O> workflow;
  private final List<Life> lives = new ArrayList<>();
  private VirtualTime time = new VirtualTime();

  /// One life of the process, after it has ended.
  ///
  /// @param before what was noted when it ended
  private record Life(DyingStore store, Map<Journal.Execution, Integer> before) {}

  Trial(TrialPlan<C, I, O> plan, I input, RunId id) {
    this.plan = plan;
    this.input = input;
    this.id = id;
    this.workflow = plan.workflow().apply(journal);
  }

  /// Runs without a store.
  FinishedRun<O> transientRun() throws Exception {
    try (var executor =
        WorkflowExecutor.builder().parallelism(plan.parallelism()).time(time).build()) {
      return finish(executor, executor.start(workflow, input, id));
    }
  }

  /// Runs with a store, dying as told as long as the run goes on.
  FinishedRun<O> run(List<Death> deaths) throws Exception {
    for (int i = 0; i < deaths.size(); i++) {
      var end = live(store(deaths.get(i)));
      if (end != null) {
        return end;
      }
    }
    var end = live(store(Death.NONE));
    if (end == null) {
      throw new AssertionError("died without a death");
    }
    return end;
  }

  private DyingStore store(Death death) {
    return new DyingStore(plan.place().open(), death, !lives.isEmpty());
  }

  /// How many commits the last life of the process asked for.
  int commits() {
    return lives.getLast().store.commits();
  }

  int deaths() {
    return (int) lives.stream().filter(life -> life.store.isDead()).count();
  }

  /// Lives until the run ends or the process dies.
  ///
  /// @return how the run ended, or null if the process died before
  private @Nullable FinishedRun<O> live(DyingStore store) throws Exception {
    time = new VirtualTime(time.now());
    try (var executor =
        WorkflowExecutor.builder()
            .store(store)
            .parallelism(plan.parallelism())
            .time(time)
            .build()) {
      var end = finish(executor, handle(executor));
      return store.isDead() ? null : end;
    } catch (TreadleException e) {
      if (!store.isDead()) {
        throw e;
      }
      return null;
    } finally {
      lives.add(new Life(store, journal.noted()));
    }
  }

  private RunHandle<O> handle(WorkflowExecutor executor) {
    if (lives.isEmpty()) {
      return executor.start(workflow, input, id);
    }
    var stored = executor.find(id);
    var answers = executor.recover(workflow);
    for (var answer : answers) {
      if (!(answer instanceof Recovery.Resumed)) {
        throw new AssertionError("recovery answers " + answer);
      }
    }
    stored.ifPresent(header -> {
      boolean stands = header.status().isFinal() || header.status().isHalted();
      if (!stands && answers.stream().noneMatch(answer -> answer.id().equals(id))) {
        throw new AssertionError("recovery has passed over the run, which is " + header);
      }
    });
    return executor.start(workflow, input, id);
  }

  private FinishedRun<O> finish(WorkflowExecutor executor, RunHandle<O> first) throws Exception {
    var handle = first;
    var result = await(executor, handle);
    if (plan.resumes() && result instanceof RunResult.Failed<O>) {
      journal.raise(Journal.RESUMED);
      handle = executor.resume(workflow, id);
      result = await(executor, handle);
    }
    var last = handle;
    var context = workflow.contextType().flatMap(type -> contextOf(last, type));
    return new FinishedRun<>(result, handle.outputs(), context, journal);
  }

  private RunResult<O> await(WorkflowExecutor executor, RunHandle<O> handle) throws Exception {
    var scene = new Scene(executor, handle, time, journal);
    for (long ticks = 0; ticks < LIMIT.toMillis(); ticks++) {
      var end = handle.await(TICK);
      if (end.isPresent()) {
        return end.get();
      }
      plan.outside().act(scene);
    }
    throw new AssertionError("the run hangs, being " + handle.status());
  }

  // --- what is promised of the executions

  /// Checks P1 and P3: each attempt of each item was executed at most once in a life, and never
  /// again once its item was consumed by a commit that was acknowledged.
  void checkExecutions() {
    var all = journal.noted();
    all.forEach((execution, times) -> {
      if (times > 1 + deaths()) {
        throw new AssertionError(
            execution + " was executed " + times + " times, with " + deaths() + " deaths");
      }
    });
    for (var life : lives) {
      life.before.forEach((execution, times) -> {
        if (life.store.isConsumed(execution.run(), execution.item())
            && !times.equals(all.get(execution))) {
          throw new AssertionError(
              execution + " was executed again after its commit was acknowledged");
        }
      });
    }
  }

  int executionsRepeated() {
    return journal.noted().values().stream().mapToInt(times -> times - 1).sum();
  }

  private static Optional<Object> contextOf(RunHandle<?> handle, Class<?> type) {
    return handle.context(type).map(context -> (Object) context);
  }
}
