package dev.treadle;

import org.jspecify.annotations.Nullable;

/// What all exceptions of this library extend.
public abstract class TreadleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// An exception with a message.
  ///
  /// @param message what happened, to what, and the way out
  protected TreadleException(String message) {
    super(message);
  }

  /// An exception with a cause.
  ///
  /// @param message what happened, to what, and the way out
  /// @param cause what led to it, or null
  protected TreadleException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
