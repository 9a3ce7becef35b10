package dev.treadle.executor.spi;

import org.jspecify.annotations.Nullable;

/// It can't be known whether a write took effect. The store has closed itself; the next opening
/// decides.
public final class CommitUnknownException extends StoreException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param location where the store is
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public CommitUnknownException(String location, String message, @Nullable Throwable cause) {
    super(location, message, cause);
  }
}
