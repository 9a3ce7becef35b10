package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.io.PrintWriter;
import java.io.StringWriter;

/// Failures as text.
final class Failures {
  private static final int MAX_MESSAGE = 4_000;
  private static final int MAX_TRACE = 16_000;

  private Failures() {}

  /// The failure of an item's attempt.
  static StepFailure describe(Item item, Throwable error) {
    int attempt = item.marks().failures() + 1;
    var message = error.getMessage() == null ? "" : error.getMessage();
    if (error instanceof Attempt.Aborted) {
      return new StepFailure(
          item.step.name, attempt, "dev.treadle.Transition$Abort", cut(message, MAX_MESSAGE), "");
    }
    var trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace, true));
    return new StepFailure(
        item.step.name,
        attempt,
        error.getClass().getName(),
        cut(message, MAX_MESSAGE),
        cut(trace.toString(), MAX_TRACE));
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "…";
  }
}
