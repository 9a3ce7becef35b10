package dev.treadle.executor.spi;

import org.jspecify.annotations.Nullable;

/// What is stored is not what was written.
public final class StoreDamagedException extends StoreException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param location where the store is
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public StoreDamagedException(String location, String message, @Nullable Throwable cause) {
    super(location, message, cause);
  }
}
