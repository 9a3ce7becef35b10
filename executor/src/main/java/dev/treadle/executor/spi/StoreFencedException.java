package dev.treadle.executor.spi;

import org.jspecify.annotations.Nullable;

/// A later opening owns the store; nothing was written.
public final class StoreFencedException extends StoreException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param location where the store is
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public StoreFencedException(String location, String message, @Nullable Throwable cause) {
    super(location, message, cause);
  }
}
