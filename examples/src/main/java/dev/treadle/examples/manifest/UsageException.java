package dev.treadle.examples.manifest;

/// What was asked for can't be done, and nothing was begun.
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
