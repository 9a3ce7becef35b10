package dev.treadle;

import org.jspecify.annotations.Nullable;

/// What all stages of one builder share.
record Plan<C, I>(Header<C> header, TypeRef<I> input, Draft draft) {

  <O> Workflow<C, I, O> finish() {
    var graph = GraphCheck.check(header, draft);
    var changes = draft.changes().checked(draft.places(), header.migrations());
    return new WorkflowImpl<>(header, input, output(), graph, changes);
  }

  /// The builder's types keep the ends to the type of the first.
  @SuppressWarnings("unchecked")
  private <O> @Nullable TypeRef<O> output() {
    return (TypeRef<O>) draft.outputType();
  }
}
