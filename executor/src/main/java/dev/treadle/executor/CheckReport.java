package dev.treadle.executor;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Whether the stored runs of a workflow fit it as it is now. Immutable.
///
/// @param workflow the name of the workflow
/// @param runs how many stored runs of it may still go on and were looked at: all but the completed
///   and the cancelled
/// @param misfitting how many of these do not fit
/// @param misfits those that do not fit, in the order of their ids; at most the first 1,000
public record CheckReport(String workflow, long runs, long misfitting, List<Misfit> misfits) {
  /// Copies the list.
  public CheckReport {
    Objects.requireNonNull(workflow, "workflow");
    misfits = List.copyOf(misfits);
  }

  /// A run that does not fit.
  ///
  /// @param id the run's id
  /// @param status where it stands; empty if what is stored of it is damaged
  /// @param reasons what does not fit, one sentence each, without payloads
  public record Misfit(RunId id, Optional<RunStatus> status, List<String> reasons) {
    /// Copies the list.
    public Misfit {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(status, "status");
      reasons = List.copyOf(reasons);
    }
  }

  /// Whether every run fits.
  ///
  /// @return whether none is misfitting
  public boolean allFit() {
    return misfitting == 0;
  }
}
