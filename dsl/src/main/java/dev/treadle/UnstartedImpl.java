package dev.treadle;

import java.util.function.Function;

record UnstartedImpl<C>(Header<C> header) implements WorkflowBuilder.Unstarted<C> {

  @Override
  public WorkflowBuilder.Unstarted<C> merge(Merge<C> merge) {
    return new UnstartedImpl<>(header.with(merge));
  }

  @Override
  public <Old> WorkflowBuilder.Unstarted<C> migrateContext(
      Class<Old> old, Function<? super Old, ? extends C> toNew) {
    var type = TypeRef.of(old);
    return new UnstartedImpl<>(
        header.with(ChangesDraft.migration(Changes.Target.CONTEXT, "", type, toNew)));
  }

  @Override
  public <In, Out> WorkflowBuilder.Chain<C, In, Out> start(Step<? super C, In, Out> step) {
    var draft = new Draft(header.name(), step);
    return new ChainImpl<>(new Plan<>(header, step.inputType(), draft), step);
  }
}
