package dev.treadle;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The context of a step of an inlined workflow: that of the run, seen through a lens.
record LensedContext<P, C>(StepContext<P> outer, View<P, C> view) implements StepContext<C> {

  /// What the steps of one inlined workflow see.
  ///
  /// @param workflow the inlined workflow's name
  /// @param type the class of its context
  /// @param merge how deltas of its context are combined, or null if they are not
  record View<P, C>(
      String workflow, Lens<P, C> lens, @Nullable Class<C> type, @Nullable Merge<C> merge) {
    C get(P whole) {
      return Objects.requireNonNull(
          lens.get().apply(whole), "the lens of workflow \"%s\" answered null".formatted(workflow));
    }

    P set(P whole, C part) {
      return lens.set().apply(whole, part);
    }
  }

  @Override
  public C state() {
    return view.get(outer.state());
  }

  @Override
  public void update(UnaryOperator<C> change) {
    Objects.requireNonNull(change, "change");
    outer.update(whole -> view.set(whole, changed(change.apply(view.get(whole)))));
  }

  @Override
  public void merge(C delta) {
    var merge = view.merge();
    if (merge == null) {
      throw new IllegalStateException(
          ("workflow \"%s\" has no Merge, so step \"%s\" can't merge a delta; give its builder one"
                  + " by merge(…), or use update(…)")
              .formatted(view.workflow(), step()));
    }
    if (view.type() != null && !view.type().isInstance(delta)) {
      throw new IllegalArgumentException(
          "step \"%s\" merges a delta that is not a %s".formatted(step(), view.type()));
    }
    update(part -> merge.combine().apply(part, delta));
  }

  private C changed(@Nullable C part) {
    if (part == null || (view.type() != null && !view.type().isInstance(part))) {
      throw new IllegalStateException(
          "the context of workflow \"%s\" was changed to %s; it must be a %s"
              .formatted(
                  view.workflow(), part == null ? "null" : part.getClass().getName(), view.type()));
    }
    return part;
  }

  @Override
  public <In> void start(Workflow<?, In, ?> workflow, RunId run, In input) {
    outer.start(workflow, run, input);
  }

  @Override
  public String idempotencyKey() {
    return outer.idempotencyKey();
  }

  @Override
  public int attempt() {
    return outer.attempt();
  }

  @Override
  public Optional<StepFailure> failure() {
    return outer.failure();
  }

  @Override
  public Optional<Instant> deadline() {
    return outer.deadline();
  }

  @Override
  public RunId runId() {
    return outer.runId();
  }

  @Override
  public String step() {
    return outer.step();
  }
}
