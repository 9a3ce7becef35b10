package dev.treadle.checkpoint.file;

/// An interrupt would close a file for good, so it waits until the work is done.
final class Interrupts {
  private Interrupts() {}

  /// What may touch files.
  @FunctionalInterface
  interface Work<T, X extends Exception> {
    T run() throws X;
  }

  static <T, X extends Exception> T deferred(Work<T, X> work) throws X {
    boolean interrupted = Thread.interrupted();
    try {
      return work.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
