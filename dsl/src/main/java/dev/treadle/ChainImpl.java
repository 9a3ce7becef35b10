package dev.treadle;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

record ChainImpl<C, I, T>(Plan<C, I> plan, Step<? super C, ?, T> last)
    implements WorkflowBuilder.Chain<C, I, T> {

  @Override
  public <Out> WorkflowBuilder<C, I> edge(
      Step<? super C, ?, ? extends Out> from, Step<? super C, Out, ?> to) {
    plan.draft().edge(from, to);
    return this;
  }

  @Override
  public <Out> WorkflowBuilder.Chain<C, I, Out> from(Step<? super C, ?, Out> step) {
    return new ChainImpl<>(plan, step);
  }

  @Override
  public <Out> WorkflowBuilder.Chain<C, I, Out> then(Step<? super C, ? super T, Out> next) {
    plan.draft().edge(last, next);
    return from(next);
  }

  @Override
  public <Out> WorkflowBuilder.Branch<C, I, Out> branch(Step<? super C, ?, Out> from) {
    return new BranchImpl<>(this, plan.draft(), plan.draft().branch(from));
  }

  @Override
  public <Element> WorkflowBuilder<C, I> join(
      Step<? super C, ?, ?> fork,
      Step<? super C, ?, ? extends Element> from,
      Step<? super C, List<Element>, ?> join) {
    plan.draft().join(fork, from, join);
    return this;
  }

  @Override
  public WorkflowBuilder<C, I> policy(Step<? super C, ?, ?> join, JoinPolicy policy) {
    plan.draft().policy(join, Objects.requireNonNull(policy, "policy"));
    return this;
  }

  @Override
  public <In> WorkflowBuilder<C, I> onFailure(
      Step<? super C, ? extends In, ?> step, Step<? super C, In, ?> handler) {
    plan.draft().fallback(step, handler);
    return this;
  }

  @Override
  public <In, Out> WorkflowBuilder<C, I> compensate(
      Step<? super C, In, Out> step, Step<? super C, Done<In, Out>, ?> undo) {
    plan.draft().undo(step, undo);
    return this;
  }

  @Override
  public <In> WorkflowBuilder<C, I> onDeadline(
      Step<? super C, ? extends In, ?> await, Duration after, Step<? super C, In, ?> to) {
    plan.draft().deadline(await, after, to);
    return this;
  }

  @Override
  public WorkflowBuilder<C, I> rename(String was, String now) {
    plan.draft().moreChanges().rename(was, now);
    return this;
  }

  @Override
  public <Old> WorkflowBuilder<C, I> migrate(
      String step, TypeRef<Old> old, Function<? super Old, ?> toNew) {
    plan.draft().moreChanges().migrate(Changes.Target.INPUT, step, old, toNew);
    return this;
  }

  @Override
  public <Old> WorkflowBuilder<C, I> migrateOutput(
      String step, TypeRef<Old> old, Function<? super Old, ?> toNew) {
    plan.draft().moreChanges().migrate(Changes.Target.OUTPUT, step, old, toNew);
    return this;
  }

  @Override
  public WorkflowBuilder<C, I> sink(Step<? super C, ?, ?> step) {
    plan.draft().ending(step, Graph.Ending.SINK);
    return this;
  }

  @Override
  public <Out> WorkflowBuilder.Ending<C, I, Out> end(Step<? super C, ?, ? extends Out> step) {
    return this.<Out>ending().end(step);
  }

  @Override
  public <Out> WorkflowBuilder.Ending<C, I, Out> terminate(Step<? super C, ?, ? extends Out> step) {
    return this.<Out>ending().terminate(step);
  }

  @Override
  public <Out> WorkflowBuilder.Ending<C, I, Out> returns(Class<Out> output) {
    return returns(TypeRef.of(output));
  }

  @Override
  public <Out> WorkflowBuilder.Ending<C, I, Out> returns(TypeRef<Out> output) {
    plan.draft().returns(output);
    return new EndingImpl<>(plan);
  }

  @Override
  public Workflow<C, I, Void> build() {
    plan.draft().leave();
    return plan.finish();
  }

  private <Out> WorkflowBuilder.Ending<C, I, Out> ending() {
    plan.draft().leave();
    return new EndingImpl<>(plan);
  }
}
