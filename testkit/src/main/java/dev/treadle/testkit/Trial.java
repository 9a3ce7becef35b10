package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import dev.treadle.TreadleException;
import dev.treadle.Workflow;
import dev.treadle.executor.ExecutorClosedException;
import dev.treadle.executor.Recovery;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.RunResult;
import dev.treadle.executor.WorkflowExecutor;
import dev.treadle.executor.spi.RunQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One run from its start to its end, through the lives and deaths of several processes.
///
/// Used by one thread.
final class Trial<C, I, O> {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration TICK = Duration.ofMillis(1);
  private static final int MOST_LIVES = 20;
  private static final int MOST_COMMITS = 100_000;
  private static final int MOST_MENDS = 3;
  private static final int MOST_CHILDREN = 100;

  private final TrialPlan<C, I, O> plan;
  private final I input;
  private final RunId id;
  private final Journal journal = new Journal();
  private Workflow<C, I, O> workflow;
  private final List<Life> lives = new ArrayList<>();
  private VirtualTime time = new VirtualTime();
  private int mends;

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
      return finish(executor, start(executor), () -> false);
    }
  }

  /// Runs with a store, dying as told as long as the run goes on.
  FinishedRun<O> run(List<Death> deaths) throws Exception {
    for (int i = 0; i < MOST_LIVES; i++) {
      var end = live(store(i < deaths.size() ? deaths.get(i) : Death.NONE));
      if (end != null) {
        return end;
      }
    }
    throw new AssertionError("the run has no end in " + MOST_LIVES + " lives");
  }

  /// Runs with a store that is opened anew for each commit, so that every value of the run is read
  /// back before it is used. All openings end in order.
  FinishedRun<O> runCommitByCommit() throws Exception {
    for (int i = 0; i < MOST_COMMITS; i++) {
      var end = live(new OneCommitStore(plan.place().open()));
      if (end != null) {
        return end;
      }
    }
    throw new AssertionError("the run has no end in " + MOST_COMMITS + " commits");
  }

  private DyingStore store(Death death) {
    return new DyingStore(plan.place().open(), death, !lives.isEmpty());
  }

  int lives() {
    return lives.size();
  }

  /// How many commits a life of the process asked for.
  int commits(int life) {
    return lives.get(life).store.commits();
  }

  int deaths() {
    return (int) lives.stream().filter(life -> life.store.isDead()).count();
  }

  /// Lives until the run ends or the process dies.
  ///
  /// @return how the run ended, or null if the process died before
  private @Nullable FinishedRun<O> live(DyingStore store) throws Exception {
    if (!lives.isEmpty()) {
      time = new VirtualTime(time.now().plus(plan.conditions().down()));
      workflow = plan.successor(journal, workflow);
    }
    journal.onDeath(store::kill);
    var threads = new LifeThreads();
    try (var executor =
        WorkflowExecutor.builder()
            .store(store)
            .threads(threads)
            .parallelism(plan.parallelism())
            .time(time)
            .build()) {
      return live(executor, store);
    } catch (TreadleException e) {
      if (!store.isDead()) {
        throw e;
      }
      return null;
    } finally {
      threads.join();
      lives.add(new Life(store, journal.noted()));
    }
  }

  private @Nullable FinishedRun<O> live(WorkflowExecutor executor, DyingStore store)
      throws Exception {
    try {
      var end = finish(executor, handle(executor), store::isKilled);
      return store.isDead() ? null : end;
    } finally {
      if (store.isKilled()) {
        var _ = executor.close(Duration.ZERO); // what it executes does not come back
      }
    }
  }

  private RunHandle<O> start(WorkflowExecutor executor) {
    return executor.start(
        workflow, input, options -> plan.conditions().options().apply(options).withId(id));
  }

  private RunHandle<O> handle(WorkflowExecutor executor) {
    if (lives.isEmpty()) {
      return start(executor);
    }
    var stored = executor.find(id);
    var all = new ArrayList<Workflow<?, ?, ?>>(journal.children());
    all.add(workflow);
    var answers = executor.recover(all.toArray(new Workflow<?, ?, ?>[0]));
    for (var answer : answers) {
      if (!(answer instanceof Recovery.Resumed || answer instanceof Recovery.Quarantined)) {
        throw new AssertionError("recovery answers " + answer);
      }
    }
    stored.ifPresent(header -> {
      boolean stands = header.status().isFinal() || header.status().isHalted();
      if (!stands && answers.stream().noneMatch(answer -> answer.id().equals(id))) {
        throw new AssertionError("recovery has passed over the run, which is " + header);
      }
    });
    return start(executor);
  }

  private FinishedRun<O> finish(
      WorkflowExecutor executor, RunHandle<O> first, BooleanSupplier killed) throws Exception {
    var handle = first;
    var result = await(executor, handle, killed);
    var mend = plan.conditions().mend();
    for (int i = 0; i < MOST_MENDS && mend.isPresent() && canBeMended(result); i++) {
      mends++;
      journal.raise(Journal.RESUMED);
      handle = mend.get().mend(executor, workflow, id);
      result = await(executor, handle, killed);
    }
    awaitChildren(executor, handle);
    var last = handle;
    var context = workflow.contextType().flatMap(type -> contextOf(last, type));
    return new FinishedRun<>(result, handle.outputs(), context, journal, children(executor));
  }

  /// What the store says of the runs that the run has started.
  private Map<RunId, RunStatus> children(WorkflowExecutor executor) {
    var children = new HashMap<RunId, RunStatus>();
    for (var child : journal.children()) {
      var query = RunQuery.all(MOST_CHILDREN).withWorkflow(child.name()).withAfter(id);
      for (var run : executor.runs(query)) {
        if (run.id().value().startsWith(id + "-")) {
          children.put(run.id(), run.status());
        }
      }
    }
    return children;
  }

  private static boolean canBeMended(RunResult<?> result) {
    return switch (result) {
      case RunResult.Failed<?> _, RunResult.DeadlinePassed<?> _, RunResult.Quarantined<?> _ -> true;
      default -> false;
    };
  }

  private RunResult<O> await(WorkflowExecutor executor, RunHandle<O> handle, BooleanSupplier killed)
      throws Exception {
    var scene = new Scene(executor, handle, time, journal);
    for (long ticks = 0; ticks < LIMIT.toMillis(); ticks++) {
      var end = handle.await(TICK);
      if (end.isPresent()) {
        return end.get();
      }
      if (killed.getAsBoolean()) {
        throw new ExecutorClosedException("a step has ended the process");
      }
      plan.conditions().outside().act(scene);
    }
    throw new AssertionError("the run hangs, being " + handle.status());
  }

  /// Waits for the runs that the run has started.
  private void awaitChildren(WorkflowExecutor executor, RunHandle<O> handle) throws Exception {
    var scene = new Scene(executor, handle, time, journal);
    for (var child : journal.children()) {
      var query =
          RunQuery.all(1)
              .withWorkflow(child.name())
              .withStatuses(EnumSet.of(RunStatus.RUNNING, RunStatus.WAITING, RunStatus.CANCELLING));
      for (long ticks = 0; !executor.runs(query).isEmpty(); ticks++) {
        if (ticks == LIMIT.toMillis()) {
          throw new AssertionError("a run of " + child.name() + " hangs");
        }
        var _ = new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
        plan.conditions().outside().act(scene);
      }
    }
  }

  // --- what is promised of the executions

  /// Checks P1 and P3: each attempt of each item was executed at most once in a life, and once more
  /// for each time that the run has failed, which may have interrupted it; and never again once its
  /// item was consumed by a commit that was acknowledged.
  void checkExecutions() {
    var all = journal.noted();
    all.forEach((execution, times) -> {
      if (times > 1 + deaths() + mends) {
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

  /// How many executions there were more than a single life without failures of the run explains.
  int executionsRepeated() {
    return lives.size() > 1 || mends > 0
        ? 0
        : journal.noted().values().stream().mapToInt(times -> times - 1).sum();
  }

  private static Optional<Object> contextOf(RunHandle<?> handle, Class<?> type) {
    return handle.context(type).map(context -> (Object) context);
  }
}
