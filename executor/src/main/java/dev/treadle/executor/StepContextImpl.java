package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.StepContext;
import dev.treadle.StepFailure;
import dev.treadle.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A run as seen from inside an attempt. One for each thread that executes items of the run, used
/// for one item after another; so nothing is allocated for a step that does not touch it. Confined
/// to its thread.
final class StepContextImpl implements StepContext<Object> {
  private final RunIdentity run;
  private final Plan plan;
  private final Thread owner;

  /// Which element of a batch, or -1.
  private final int element;

  private @Nullable Item item;
  private @Nullable Object state;
  private @Nullable List<ContextChange> changes;

  StepContextImpl(RunIdentity run, Plan plan, Thread owner, int element) {
    this.run = run;
    this.plan = plan;
    this.owner = owner;
    this.element = element;
  }

  /// Begins an attempt.
  void begin(Item next, @Nullable Object context) {
    item = next;
    state = context;
  }

  /// Ends the attempt, so that later calls of a context that was kept fail.
  void end() {
    item = null;
    changes = null;
  }

  /// The key of an item as its step sees it.
  String key(Item of) {
    return run.key(of);
  }

  /// The changes asked for since [#begin], or null if there are none.
  @Nullable List<ContextChange> changes() {
    return changes;
  }

  /// Takes over what the elements of a batch have asked for.
  void addChanges(List<ContextChange> more) {
    if (changes == null) {
      changes = new ArrayList<>(more.size());
    }
    changes.addAll(more);
  }

  /// The context of an element of the same attempt, for the calling thread. The owner waits
  /// meanwhile.
  StepContextImpl forElement(int index) {
    var one = new StepContextImpl(run, plan, Thread.currentThread(), index);
    one.item = item;
    one.state = state;
    return one;
  }

  @Override
  public Object state() {
    current();
    if (state == null) {
      throw noContext("state()");
    }
    return state;
  }

  @Override
  public void update(UnaryOperator<Object> change) {
    current();
    if (state == null) {
      throw noContext("update(…)");
    }
    addChanges(List.of(new ContextChange.Update(change)));
  }

  @Override
  public void merge(Object delta) {
    var at = current();
    if (state == null) {
      throw noContext("merge(…)");
    }
    if (plan.merge == null) {
      throw new IllegalStateException(
          "workflow \""
              + plan.workflow.name()
              + "\" has no Merge, so step \""
              + at.step.name
              + "\" can't merge a delta; give the builder one by merge(…), or use update(…)");
    }
    if (plan.contextClass == null || !plan.contextClass.isInstance(delta)) {
      throw new IllegalArgumentException(
          "step \"" + at.step.name + "\" merges a delta that is not a " + plan.contextClass);
    }
    addChanges(List.of(new ContextChange.Delta(delta)));
  }

  @Override
  public <In> void start(Workflow<?, In, ?> workflow, RunId id, In input) {
    current();
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(id, "run");
    addChanges(List.of(new ContextChange.Start(new ChildStart(workflow, id, input))));
  }

  @Override
  public String idempotencyKey() {
    var key = run.key(current());
    return element < 0 ? key : key + '-' + element;
  }

  @Override
  public int attempt() {
    return current().marks().failures() + 1;
  }

  @Override
  public Optional<StepFailure> failure() {
    return current().marks().rescues();
  }

  @Override
  public Optional<Instant> deadline() {
    current();
    return Optional.ofNullable(run.deadline());
  }

  @Override
  public RunId runId() {
    current();
    return run.id();
  }

  @Override
  public String step() {
    return current().step.name;
  }

  private Item current() {
    var at = item;
    if (!owner.equals(Thread.currentThread())) {
      throw new IllegalStateException(
          "a StepContext may be used only on the thread of its step; take what is needed from it"
              + " before starting others");
    }
    if (at == null) {
      throw new IllegalStateException("a StepContext may be used only while its step runs");
    }
    return at;
  }

  private IllegalStateException noContext(String call) {
    return new IllegalStateException(
        "workflow \""
            + plan.workflow.name()
            + "\" has no context, so "
            + call
            + " means nothing; declare one by Workflow.builder(name, Context.class, initial)");
  }
}
