package dev.treadle.executor.spi;

import org.jspecify.annotations.Nullable;

/// Nothing was written, and the same write may succeed later: the disk is full, the store is
/// read-only or busy.
public final class WriteRefusedException extends StoreException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param location where the store is
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public WriteRefusedException(String location, String message, @Nullable Throwable cause) {
    super(location, message, cause);
  }
}
