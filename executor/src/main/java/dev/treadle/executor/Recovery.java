package dev.treadle.executor;

import dev.treadle.RunId;
import java.util.List;
import java.util.Objects;

/// What became of one unfinished stored run when it was recovered.
public sealed interface Recovery {

  /// The run's id.
  ///
  /// @return the id
  RunId id();

  /// The run goes on.
  ///
  /// @param id the run's id
  /// @param handle its handle
  record Resumed(RunId id, RunHandle<?> handle) implements Recovery {
    /// Rejects missing parts.
    public Resumed {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(handle, "handle");
    }
  }

  /// The executor drives as many runs as it may; the run goes on as soon as one of those before it
  /// has ended. It has no handle until then: `resume` waits for it and answers one. If it turns out
  /// not to fit its workflow, or the executor closes first, it is left as it was, and the next
  /// recovery answers for it again.
  ///
  /// @param id the run's id
  record Queued(RunId id) implements Recovery {
    /// Rejects a missing id.
    public Queued {
      Objects.requireNonNull(id, "id");
    }
  }

  /// The run is of a workflow that was not given.
  ///
  /// @param id the run's id
  /// @param workflow the name of its workflow
  record UnknownWorkflow(RunId id, String workflow) implements Recovery {
    /// Rejects missing parts.
    public UnknownWorkflow {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(workflow, "workflow");
    }
  }

  /// The run does not fit the workflow as it is now; it was left as it was.
  ///
  /// @param id the run's id
  /// @param misfits what does not fit, one sentence each
  record DoesNotFit(RunId id, List<String> misfits) implements Recovery {
    /// Copies the list.
    public DoesNotFit {
      Objects.requireNonNull(id, "id");
      misfits = List.copyOf(misfits);
    }
  }

  /// The run was in flight at three unclean deaths; only `resume` goes on.
  ///
  /// @param id the run's id
  record Quarantined(RunId id) implements Recovery {
    /// Rejects a missing id.
    public Quarantined {
      Objects.requireNonNull(id, "id");
    }
  }
}
