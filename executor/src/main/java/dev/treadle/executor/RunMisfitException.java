package dev.treadle.executor;

import dev.treadle.RunId;
import java.util.List;

/// A stored run does not fit its workflow as it is now. The run was left as it was.
public final class RunMisfitException extends RunException {
  private static final long serialVersionUID = 1L;
  private final String[] misfits;

  /// An exception.
  ///
  /// @param run the run's id
  /// @param misfits what does not fit, one sentence each
  public RunMisfitException(RunId run, List<String> misfits) {
    super(
        run,
        "does not fit the workflow any more; it was left as it was: "
            + String.join("; ", misfits)
            + " (rename and migrate of the workflow's builder lead old names and types to new"
            + " ones)",
        null);
    this.misfits = misfits.toArray(String[]::new);
  }

  /// What does not fit.
  ///
  /// @return one sentence each
  public List<String> misfits() {
    return List.of(misfits);
  }
}
