package dev.treadle.executor.spi;

import dev.treadle.TreadleException;
import org.jspecify.annotations.Nullable;

/// A checkpoint store could not do what it was asked.
public sealed class StoreException extends TreadleException
    permits WriteRefusedException,
        CommitUnknownException,
        StoreFencedException,
        StoreDamagedException,
        StoreLockedException,
        StoreVersionException {
  private static final long serialVersionUID = 1L;
  private final String location;

  /// An exception.
  ///
  /// @param location where the store is; becomes part of the message
  /// @param message what happened and the way out
  /// @param cause what led to it, or null
  public StoreException(String location, String message, @Nullable Throwable cause) {
    super(location + ": " + message, cause);
    this.location = location;
  }

  /// Where the store is.
  ///
  /// @return a path or an address without secrets
  public final String location() {
    return location;
  }
}
