package dev.treadle;

record EndingImpl<C, I, O>(Plan<C, I> plan) implements WorkflowBuilder.Ending<C, I, O> {

  @Override
  public WorkflowBuilder.Ending<C, I, O> end(Step<? super C, ?, ? extends O> step) {
    plan.draft().ending(step, Graph.Ending.END);
    return this;
  }

  @Override
  public WorkflowBuilder.Ending<C, I, O> terminate(Step<? super C, ?, ? extends O> step) {
    plan.draft().ending(step, Graph.Ending.TERMINATE);
    return this;
  }

  @Override
  public WorkflowBuilder.Ending<C, I, O> sink(Step<? super C, ?, ?> step) {
    plan.draft().ending(step, Graph.Ending.SINK);
    return this;
  }

  @Override
  public Workflow<C, I, O> build() {
    return plan.finish();
  }
}
