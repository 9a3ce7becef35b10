package dev.treadle;

record UnstartedImpl<C>(Header<C> header) implements WorkflowBuilder.Unstarted<C> {

  @Override
  public WorkflowBuilder.Unstarted<C> merge(Merge<C> merge) {
    return new UnstartedImpl<>(header.with(merge));
  }

  @Override
  public <In, Out> WorkflowBuilder.Chain<C, In, Out> start(Step<? super C, In, Out> step) {
    var draft = new Draft(header.name(), step);
    return new ChainImpl<>(new Plan<>(header, step.inputType(), draft), step);
  }
}
