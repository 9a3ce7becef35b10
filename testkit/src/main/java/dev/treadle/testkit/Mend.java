package dev.treadle.testkit;

import dev.treadle.RunId;
import dev.treadle.Workflow;
import dev.treadle.executor.RunHandle;
import dev.treadle.executor.WorkflowExecutor;

/// What somebody does to a run that stands still, so that it goes on.
@FunctionalInterface
interface Mend<O> {
  RunHandle<O> mend(WorkflowExecutor executor, Workflow<?, ?, O> workflow, RunId id);
}
