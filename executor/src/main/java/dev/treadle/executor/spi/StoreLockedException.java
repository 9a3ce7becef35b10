package dev.treadle.executor.spi;

import org.jspecify.annotations.Nullable;

/// The store can't be opened for writing because another process owns it.
public final class StoreLockedException extends StoreException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param location where the store is
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public StoreLockedException(String location, String message, @Nullable Throwable cause) {
    super(location, message, cause);
  }
}
