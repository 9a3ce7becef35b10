package dev.treadle.executor.spi;

import org.jspecify.annotations.Nullable;

/// The store was written by a newer version of this library, or is something else altogether.
public final class StoreVersionException extends StoreException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param location where the store is
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public StoreVersionException(String location, String message, @Nullable Throwable cause) {
    super(location, message, cause);
  }
}
