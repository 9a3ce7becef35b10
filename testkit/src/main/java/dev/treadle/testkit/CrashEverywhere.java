package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.Workflow;
import dev.treadle.executor.MemoryCheckpointStore;
import dev.treadle.executor.WorkflowExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// Runs a workflow once without a death, and then again and again with the process dying before and
/// after each of its commits; each time the next process recovers the run, and has to come to the
/// same end. Shows that the steps of a workflow may be executed again where that can happen.
///
/// ```java
/// @Test
/// void fulfilment_survivesEveryDeath() throws Exception {
///   var report = CrashEverywhere.run(fulfilment, order);
///   assertThat(report.reference().output()).isEqualTo(receipt);
/// }
/// ```
///
/// Death is simulated within the process: the store answers nothing from that commit on, the
/// executor is closed and another one opens what is stored. Steps that are being executed are
/// interrupted, as far as they let themselves be; what a step has done outside stays done.
///
/// The end is the same if result, outputs (in any order), context and the number of different
/// attempts of each step are. A [Journal] counts the executions of the steps that note them there:
///
/// ```java
/// var report = CrashEverywhere.of(journal -> fulfilment(journal)).parallelism(16).twice().run(order);
/// assertThat(report.mostExecutions()).containsEntry("pay", 2);
/// ```
///
/// Each property may be set once. Not safe for use by many threads.
///
/// @param <C> the type of the context
/// @param <I> the type of the input
/// @param <O> the type of the outputs
public final class CrashEverywhere<C, I, O> {
  private final Function<Journal, Workflow<C, I, O>> workflow;
  private StorePlace place = MemoryCheckpointStore.create()::reopen;
  private Conditions<C, I, O> conditions = Conditions.usual();
  private Consumer<FinishedRun<O>> expectation = _ -> {};
  private int parallelism = 1;
  private boolean twice;
  private boolean varies;

  private CrashEverywhere(Function<Journal, Workflow<C, I, O>> workflow) {
    this.workflow = workflow;
  }

  /// Runs a workflow on the memory store, one item at a time, with one death in each run.
  ///
  /// @param workflow the workflow, whose steps are used again in each run
  /// @param input the input
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  /// @return what was tried
  /// @throws AssertionError if a run comes to another end; the message says where the process died
  /// @throws Exception if a run can't be driven
  public static <I, O> CrashReport<O> run(Workflow<?, I, O> workflow, I input) throws Exception {
    return of(workflow).run(input);
  }

  /// Trials of a workflow whose steps are used again in each run.
  ///
  /// @param workflow the workflow
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  /// @return the trials, to be set up and run
  public static <C, I, O> CrashEverywhere<C, I, O> of(Workflow<C, I, O> workflow) {
    return new CrashEverywhere<>(_ -> workflow);
  }

  /// Trials of a workflow that is made anew for each run, with a journal of its own.
  ///
  /// @param workflow makes the workflow
  /// @param <C> the type of the context
  /// @param <I> the type of the input
  /// @param <O> the type of the outputs
  /// @return the trials, to be set up and run
  public static <C, I, O> CrashEverywhere<C, I, O> of(
      Function<Journal, Workflow<C, I, O>> workflow) {
    return new CrashEverywhere<>(workflow);
  }

  /// Uses another store than the memory store.
  ///
  /// @param where where its data are, of which nothing else uses; each run has an id of its own
  /// @return this
  public CrashEverywhere<C, I, O> store(StorePlace where) {
    place = where;
    return this;
  }

  /// Executes items side by side.
  ///
  /// @param items how many at most; 1 unless set
  /// @return this
  public CrashEverywhere<C, I, O> parallelism(int items) {
    parallelism = items;
    return this;
  }

  /// What acts on the run from outside; [Outside#movingTime] unless set.
  ///
  /// @param world the world
  /// @return this
  public CrashEverywhere<C, I, O> outside(Outside world) {
    conditions = conditions.outside(world);
    return this;
  }

  /// All that happens to the runs, instead of what was said of it before.
  CrashEverywhere<C, I, O> under(Conditions<C, I, O> all) {
    conditions = all;
    return this;
  }

  /// Lets the next process die too, for each first death once: mostly at its first commit.
  ///
  /// @return this
  public CrashEverywhere<C, I, O> twice() {
    twice = true;
    return this;
  }

  /// Resumes the run once if it fails, after raising the flag [Journal#RESUMED].
  ///
  /// @return this
  public CrashEverywhere<C, I, O> resuming() {
    conditions = conditions.mend(WorkflowExecutor::resume);
    return this;
  }

  /// Expects something of each run, with and without deaths.
  ///
  /// @param check throws if a run has come to a wrong end
  /// @return this
  public CrashEverywhere<C, I, O> expecting(Consumer<FinishedRun<O>> check) {
    expectation = check;
    return this;
  }

  /// Lets the end differ from that without a death, for runs in which it depends on the order of
  /// parallel branches or on the moment of a cancel; [#expecting] alone decides then.
  ///
  /// @return this
  public CrashEverywhere<C, I, O> varying() {
    varies = true;
    return this;
  }

  /// Runs the workflow with all deaths.
  ///
  /// @param input the input
  /// @return what was tried
  /// @throws AssertionError if a run comes to another end, or executes a step again that may not be
  ///   executed again; the message says where the process died
  /// @throws Exception if a run can't be driven
  public CrashReport<O> run(I input) throws Exception {
    return new Trials(input).run();
  }

  /// What one call of `run` does.
  private final class Trials {
    private final TrialPlan<C, I, O> plan =
        new TrialPlan<>(workflow, place, parallelism, conditions);
    private final Map<String, Integer> most = new TreeMap<>();
    private final I input;
    private int runs;
    private int deaths;
    private int number;

    Trials(I input) {
      this.input = input;
    }

    CrashReport<O> run() throws Exception {
      var first = next();
      var reference = tried(first, List.of());
      if (first.executionsRepeated() > 0) {
        throw new AssertionError("without a death each attempt is executed once, was " + reference);
      }
      int commits = 0;
      for (int life = 0; life < first.lives(); life++) {
        commits += first.commits(life);
        for (int commit = 1; commit <= first.commits(life); commit++) {
          die(reference, life, Death.before(commit), first.commits(life));
          die(reference, life, Death.after(commit), first.commits(life));
        }
      }
      return new CrashReport<>(reference, commits, runs, deaths, most);
    }

    private Trial<C, I, O> next() {
      return new Trial<>(plan, input, RunId.of("run-" + ++number));
    }

    /// @param life in which life of the process, from 0; there are several if steps end them
    private void die(FinishedRun<O> reference, int life, Death death, int commits)
        throws Exception {
      var when = new ArrayList<>(Collections.nCopies(life, Death.NONE));
      when.add(death);
      compare(reference, List.copyOf(when));
      if (twice) {
        // by turns at the first commit of the next process, and at one later on
        int turn = 2 * death.commit() + (death.durable() ? 1 : 0);
        int later = turn % 3 == 0 ? 2 + turn * 7 % Math.max(1, commits - 1) : 1;
        when.add(new Death(later, turn % 4 < 2));
        compare(reference, when);
      }
    }

    private void compare(FinishedRun<O> reference, List<Death> when) throws Exception {
      var end = tried(next(), when);
      if (varies) {
        return;
      }
      if (!end.meaning().equals(reference.meaning())) {
        throw new AssertionError(
            when
                + ": the run came to "
                + end.meaning()
                + ", and without to "
                + reference.meaning());
      }
      if (!end.journal().attempts().equals(reference.journal().attempts())) {
        throw new AssertionError(
            when
                + ": the steps had "
                + end.journal().attempts()
                + " attempts, and without a death "
                + reference.journal().attempts());
      }
    }

    private FinishedRun<O> tried(Trial<C, I, O> trial, List<Death> when) throws Exception {
      try {
        var end = trial.run(when);
        expectation.accept(end);
        trial.checkExecutions();
        runs++;
        deaths += trial.deaths();
        end.journal().executions().forEach((step, times) -> most.merge(step, times, Math::max));
        return end;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            (when.isEmpty() ? "without a death" : when) + ": " + e.getMessage(), e);
      }
    }
  }
}
