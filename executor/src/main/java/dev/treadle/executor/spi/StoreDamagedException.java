package dev.treadle.executor.spi;

import dev.treadle.RunId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is stored is not what was written.
public final class StoreDamagedException extends StoreException {
  private static final long serialVersionUID = 1L;
  private final @Nullable String run;

  /// An exception.
  ///
  /// @param location where the store is
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public StoreDamagedException(String location, String message, @Nullable Throwable cause) {
    super(location, message, cause);
    this.run = null;
  }

  /// An exception about one run; all others may be whole.
  ///
  /// @param location where the store is
  /// @param run the run that is damaged
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public StoreDamagedException(
      String location, RunId run, String message, @Nullable Throwable cause) {
    super(location, message, cause);
    this.run = run.value();
  }

  /// The run that is damaged.
  ///
  /// @return its id, or empty if it is not known that only one run is damaged
  public Optional<RunId> run() {
    return Optional.ofNullable(run).map(RunId::of);
  }
}
