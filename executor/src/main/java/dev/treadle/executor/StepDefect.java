package dev.treadle.executor;

import java.util.function.Supplier;

/// An attempt whose code has returned, but whose answer can't be committed: trying again would not
/// help.
final class StepDefect extends Exception {
  private static final long serialVersionUID = 1L;

  StepDefect(Throwable cause) {
    super(cause.getMessage(), cause, false, false);
  }

  /// What was wrong with the answer.
  Throwable reason() {
    var cause = getCause();
    return cause == null ? this : cause;
  }

  /// Runs a guard, an encoder or a context change of the user's.
  static <T> T guard(Supplier<T> code) throws StepDefect {
    try {
      return code.get();
    } catch (RuntimeException | StackOverflowError e) {
      throw new StepDefect(e);
    }
  }
}
