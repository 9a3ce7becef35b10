package dev.treadle;

/// What all stages of one builder share.
record Plan<C, I>(Header<C> header, TypeRef<I> input, Draft draft) {

  <O> Workflow<C, I, O> finish() {
    return new WorkflowImpl<>(header, input, GraphCheck.check(header.name(), draft));
  }
}
