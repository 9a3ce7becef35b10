package dev.treadle.testkit;

import dev.treadle.Workflow;
import java.util.function.Function;

/// How trials of a workflow are run.
///
/// @param workflow makes the workflow for one trial
/// @param place where the runs are stored
/// @param resumes whether a run that has failed is resumed once
record TrialPlan<C, I, O>(
    Function<Journal, Workflow<C, I, O>> workflow,
    StorePlace place,
    int parallelism,
    Outside outside,
    boolean resumes) {}
