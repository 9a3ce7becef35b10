package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.Workflow;

/// A run that a step asks for.
record ChildStart(Workflow<?, ?, ?> workflow, RunId run, Object input) {}
