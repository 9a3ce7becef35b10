package dev.treadle;

/// A run that a step has awaited has ended without an output. The step fails with it.
public final class ChildRunException extends TreadleException {
  private static final long serialVersionUID = 1L;

  /// An exception.
  ///
  /// @param message which run, and how it ended
  public ChildRunException(String message) {
    super(message);
  }
}
