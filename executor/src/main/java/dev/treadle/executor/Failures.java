package dev.treadle.executor;

import dev.treadle.StepFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Failures as text.
final class Failures {
  private static final int MAX_MESSAGE = 4_000;
  private static final int MAX_TRACE = 16_000;

  /// Causes may form a circle.
  private static final int MOST_CAUSES = 100;

  private Failures() {}

  /// The failure of an item's attempt.
  static StepFailure describe(Item item, Throwable error) {
    int attempt = item.marks().failures() + 1;
    if (error instanceof Attempt.Unmet unmet) {
      return unmet.failure();
    }
    var message = text(error::getMessage, MAX_MESSAGE);
    if (error instanceof Attempt.Aborted) {
      return new StepFailure(item.step.name, attempt, "dev.treadle.Transition$Abort", message, "");
    }
    return new StepFailure(
        item.step.name,
        attempt,
        error.getClass().getName(),
        message,
        text(() -> trace(error), MAX_TRACE));
  }

  private static String trace(Throwable error) {
    var trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }

  /// What an exception says of itself, so that it can be stored: cut to a length, and without
  /// halves of characters. An exception of the user's may fail at saying it.
  private static String text(Supplier<@Nullable String> said, int length) {
    String text;
    try {
      text = said.get();
    } catch (RuntimeException e) {
      return "(it can't be told: " + e.getClass().getName() + ")";
    }
    if (text == null) {
      return "";
    }
    return cut(text, length);
  }

  /// A text cut to a length, and without halves of characters.
  static String cut(String text, int length) {
    var shown = text.length() <= length ? text : text.substring(0, length) + "…";
    return new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /// Whether an exception says that the thread which has thrown it was interrupted, be it wrapped;
  /// not that another was, for which that one has waited.
  static boolean tellsOfAnInterrupt(Throwable error) {
    @Nullable Throwable at = error;
    for (int depth = 0; at != null && depth < MOST_CAUSES; depth++) {
      if (at instanceof InterruptedException || at instanceof ClosedByInterruptException) {
        return true;
      }
      at = ownCause(at);
    }
    return false;
  }

  private static @Nullable Throwable ownCause(Throwable error) {
    if (error instanceof ExecutionException || error instanceof CompletionException) {
      return null;
    }
    try {
      return error.getCause();
    } catch (RuntimeException e) { // as above
      return null;
    }
  }
}
