package dev.treadle;

import java.util.Objects;

/// What a drawing of a run says of one step, under the step's name.
///
/// @param text a few words, or an empty string
/// @param look how the step is coloured
public record StepMark(String text, Look look) {
  /// Rejects missing parts.
  public StepMark {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(look, "look");
  }

  /// How a step is coloured.
  public enum Look {
    /// Nothing has come there, or nothing is known.
    IDLE("fill:#f5f5f5,color:#777"),
    /// All that came there is done.
    DONE("fill:#d8f0d8"),
    /// Something is queued.
    READY("fill:#e0ecff"),
    /// Something is being executed.
    RUNNING("fill:#a8ccff"),
    /// Something waits for a time or an answer.
    WAITING("fill:#fff3c4"),
    /// Items are held.
    HELD("fill:#e6dcf5"),
    /// Something has failed.
    FAILED("fill:#ffcccc,color:#900");

    private final String style;

    Look(String style) {
      this.style = style;
    }

    String style() {
      return style;
    }
  }
}
