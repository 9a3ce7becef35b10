package dev.treadle.testkit;

import dev.treadle.Workflow;
import java.util.function.Function;

/// How trials of a workflow are run.
///
/// @param workflow makes the workflow for one trial
/// @param place where the runs are stored
/// @param conditions what happens to them
record TrialPlan<C, I, O>(
    Function<Journal, Workflow<C, I, O>> workflow,
    StorePlace place,
    int parallelism,
    Conditions<C, I, O> conditions) {

  /// The workflow of the lives after the first.
  Workflow<C, I, O> successor(Journal journal, Workflow<C, I, O> first) {
    return conditions.successor().map(changed -> changed.apply(journal)).orElse(first);
  }
}
