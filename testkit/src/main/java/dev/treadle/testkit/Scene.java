package dev.treadle.testkit;

import dev.treadle.executor.RunHandle;
import dev.treadle.executor.WorkflowExecutor;

/// What the world outside of a run under test can act on.
///
/// @param executor the executor of the present life of the process
/// @param handle the run
/// @param time the clock
/// @param journal what the steps have noted
public record Scene(
    WorkflowExecutor executor, RunHandle<?> handle, VirtualTime time, Journal journal) {}
