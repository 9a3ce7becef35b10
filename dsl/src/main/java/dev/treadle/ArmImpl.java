package dev.treadle;

record ArmImpl<C, I, T, K>(BranchImpl<C, I, T> branch, Taken taken)
    implements WorkflowBuilder.Arm<C, I, T, K> {

  @Override
  public WorkflowBuilder.Branch<C, I, T> to(Step<? super C, ? super K, ?> step) {
    return branch.add(taken, step);
  }
}
